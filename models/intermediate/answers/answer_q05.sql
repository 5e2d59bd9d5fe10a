-- One row per period with an answer to question 5: are there areas where incidents are concentrated?

with densest as (

    select *, row_number() over (partition by period_id order by incidents desc, cell_id asc) as place
    from {{ ref('q05_hotspots') }}

),

kinds as (

    select
        period_id,
        sum(case when location_kind = 'intersection' then pct_of_city else 0e0 end) as intersection_pct,
        sum(case when road_class in ('main road', 'highway') then pct_of_city else 0e0 end) as main_road_pct
    from {{ ref('q05_location_kinds') }}
    where city = 'ALL'
    group by period_id

),

final as (

    select
        kinds.period_id,
        coalesce(
            'Yes: the densest cell' || coalesce(', around ' || densest.top_street, '')
            || coalesce(' in ' || {{ title_case('densest.top_city') }}, '') || ', has '
            || {{ counted('densest.incidents', 'incident') }} || ' ('
            || {{ with_unit('densest.pct_of_all', '%') }} || '). Of all, ',
            'No incident has a position; of all, '
        ) || {{ with_unit('kinds.intersection_pct', '%') }} || ' are at intersections, '
        || {{ with_unit('kinds.main_road_pct', '%') }} || ' on main roads or highways.' as headline
    from kinds
    left join densest on kinds.period_id = densest.period_id and densest.place = 1

)

select * from final
