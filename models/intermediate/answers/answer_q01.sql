-- One row per period with an answer to question 1: which cities have the highest number of incidents?

with ordered as (

    select
        cities.*,
        period_totals.incidents as all_incidents,
        count(*) over (partition by cities.period_id, cities.incidents) as equals,
        rank() over (partition by cities.period_id order by cities.incidents desc) as standing,
        row_number() over (partition by cities.period_id order by cities.incidents desc, cities.city asc) as nth
    from {{ ref('q01_incidents_by_city') }} as cities
    inner join {{ ref('period_totals') }} as period_totals on cities.period_id = period_totals.period_id
    where cities.city <> '(no city)'

),

final as (

    select
        period_id,
        case
            when max(all_incidents) = 1
                then {{ nth(title_case('city'), 1) }} || ' has the only incident of this period.'
            else {{ first_of_equals(title_case('city')) }}
                || case {{ nth('equals', 1) }} when 1 then ' has' else ' each have' end || ' the most incidents: '
                || {{ nth(format_count('incidents'), 1) }} || ' of ' || {{ nth(format_count('all_incidents'), 1) }}
                || {{ nth(share_of('pct_of_all', 'all_incidents'), 1) }}
                || coalesce(', then ' || nullif(concat_ws(
                    ', ',
                    {%- for n in [2, 3, 4] %}
                    {{ nth(
                        "case when standing > 1 then " ~ title_case('city') ~ " || ' (' || " ~ format_count('incidents')
                            ~ " || ')' end",
                        n,
                    ) }}{{ ',' if not loop.last }}
                    {%- endfor %}
                ), ''), '') || '.'
        end as headline
    from ordered
    group by period_id

)

select * from final
