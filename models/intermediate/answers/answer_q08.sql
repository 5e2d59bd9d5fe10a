-- One row per period with an answer to question 8: do dispatch_arrive and arrive_cleared have missing values?

with missing as (

    select * from {{ ref('q08_missing_times') }}

),

overall as (

    select *
    from missing
    where dimension = 'all'

),

districts as (

    select *, row_number() over (partition by period_id order by both_missing desc, value asc) as place
    from missing
    where dimension = 'police_district' and value <> '(none)'

),

reports as (

    select *
    from missing
    where dimension = 'missing_reason' and value = 'telephone report'

),

final as (

    select
        overall.period_id,
        case
            when overall.both_missing = 0 then 'No incident lacks both times.'
            else 'Yes: ' || {{ format_count('overall.both_missing') }} || ' of '
                || {{ counted('overall.incidents', 'incident') }}
                || ' (' || {{ with_unit('overall.missing_rate_pct', '%') }}
                || case when overall.both_missing = 1 then ') has' else ') have' end || ' neither time'
                || coalesce(
                    ', most in district ' || districts.value
                    || ' (' || {{ format_count('districts.both_missing') }} || ')', ''
                )
                || coalesce(
                    '; ' || {{ counted('reports.both_missing', 'telephone report') }}
                    || ' among them, which almost never have an arrival', ''
                ) || '.'
        end as headline
    from overall
    left join districts on overall.period_id = districts.period_id and districts.place = 1
    left join reports on overall.period_id = reports.period_id and reports.both_missing > 0

)

select * from final
