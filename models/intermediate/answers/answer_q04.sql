-- One row per period with an answer to question 4: which street has the highest number of incidents?

with placed as (

    select *, row_number() over (partition by period_id order by block_incidents desc, street asc) as place
    from {{ ref('q04_incidents_by_street') }}

),

final as (

    select
        period_id,
        {{ nth('street', 1) }} || ' comes first: ' || {{ nth(counted('block_incidents', 'incident'), 1) }}
        || ' on its blocks and '
        || {{ nth(format_count('intersection_incidents'), 1) }} || ' at its intersections, '
        || {{ nth(with_unit('pct_of_all', '%'), 1) }} || ' of all'
        || coalesce('; then ' || nullif(concat_ws(
            ', ',
            {%- for n in [2, 3] %}
            {{ nth(
                "street || ' (' || " ~ format_count('block_incidents') ~ " || ' on blocks)'",
                n,
            ) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ), ''), '') || '.' as headline
    from placed
    group by period_id

)

select * from final
