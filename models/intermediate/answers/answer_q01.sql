-- One row per period with an answer to question 1: which cities have the highest number of incidents?

with placed as (

    select
        cities.*,
        period_totals.incidents as all_incidents,
        count(*) over (partition by cities.period_id, cities.incidents) as equals,
        row_number() over (partition by cities.period_id order by cities.incidents desc, cities.city asc) as place
    from {{ ref('q01_incidents_by_city') }} as cities
    inner join {{ ref('period_totals') }} as period_totals on cities.period_id = period_totals.period_id
    where cities.city <> '(no city)'

),

final as (

    select
        period_id,
        {{ nth(title_case('city'), 1) }}
        || {{ nth("case when equals = 1 then ' has' else ' and others have' end", 1) }} || ' most incidents: '
        || {{ nth(format_count('incidents'), 1) }} || ' of ' || {{ nth(format_count('all_incidents'), 1) }} || ' ('
        || {{ nth(with_unit('pct_of_all', '%'), 1) }} || ')'
        || coalesce(', then ' || nullif(concat_ws(
            ', ',
            {%- for n in [2, 3, 4] %}
            {{ nth(
                title_case('city') ~ " || ' (' || " ~ format_count('incidents') ~ " || ')'",
                n,
            ) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ), ''), '') || '.' as headline
    from placed
    group by period_id

)

select * from final
