-- One row per period with a pattern: the types, places and priorities that lack both times far more often than all do.

with missing as (

    select * from {{ ref('q08_missing_times') }}

),

overall as (

    select *
    from missing
    where dimension = 'all'

),

-- Values of at least 5 % of the incidents that lack both times half as often again as all do: less is chance, or size.
-- The other reasons are missing times by another name.
patterns as (

    select
        missing.*,
        case missing.dimension
            when 'missing_reason'
                then 'telephone reports (' || {{ format_count('missing.both_missing') }} || ' of them)'
            when 'initial_type' then missing.value
            when 'city' then {{ title_case('missing.value') }}
            when 'police_district' then 'district ' || missing.value
            else missing.dimension || ' ' || missing.value
        end
        -- The row of a reason has none but incidents that lack a time: their share of it would say nothing.
        || case when missing.dimension = 'missing_reason' then ''
            else ' (' || {{ with_unit('missing.missing_rate_pct', '%') }} || ' of '
                || {{ format_count('missing.incidents') }} || ')'
        end as told,
        row_number() over (
            partition by missing.period_id order by missing.lift desc, missing.dimension asc, missing.value asc
        ) as nth
    from missing
    inner join overall on missing.period_id = overall.period_id
    where
        missing.dimension <> 'all'
        and (missing.dimension <> 'missing_reason' or missing.value = 'telephone report')
        and missing.value <> '(none)'
        and not missing.is_small_sample
        and 20 * missing.incidents >= overall.incidents
        and missing.lift >= 1.5e0

),

final as (

    select
        period_id,
        {{ nth('told', 1) }}
        || coalesce({{ nth("' and ' || told", 2) }}, '') as first_two,
        {{ nth('told', 1) }} as first_alone
    from patterns
    group by period_id

)

select * from final
