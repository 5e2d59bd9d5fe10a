-- One row per period with an answer to question 1: which cities have the highest number of incidents?

with placed as (

    select
        *,
        sum(incidents) over (partition by period_id) as all_incidents,
        row_number() over (
            partition by period_id order by case when city = '(no city)' then 1 else 0 end asc, incidents desc, city asc
        ) as place
    from {{ ref('q01_incidents_by_city') }}

),

final as (

    select
        period_id,
        {{ nth(title_case('city'), 1) }} || ' has most incidents: ' || {{ nth(format_count('incidents'), 1) }}
        || ' of ' || max({{ format_count('all_incidents') }}) || ' ('
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
