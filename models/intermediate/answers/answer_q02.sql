-- One row per period with an answer to question 2: what are the most common types in the top cities?

with top_types as (

    select
        period_id,
        city,
        initial_type,
        incidents,
        pct_of_city,
        type_rank,
        row_number() over (partition by period_id, city order by incidents desc, initial_type asc) as place
    from {{ ref('q02_top_types_by_city') }}

),

overall as (

    select *
    from top_types
    where city = 'ALL' and place = 1

),

cities as (

    select
        top_types.period_id,
        count(distinct top_types.city) as cities,
        count(
            distinct case
                when top_types.type_rank = 1 and top_types.initial_type = overall.initial_type then top_types.city
            end
        ) as cities_led
    from top_types
    inner join overall on top_types.period_id = overall.period_id
    where top_types.city <> 'ALL'
    group by top_types.period_id

),

final as (

    select
        overall.period_id,
        overall.initial_type || ' is the most common type (' || {{ counted('overall.incidents', 'incident') }}
        || ', ' || {{ with_unit('overall.pct_of_city', '%') }} || ' of all); among the top cities it comes first in '
        || {{ format_count('cities.cities_led') }} || ' of ' || {{ format_count('cities.cities') }} || '.' as headline
    from overall
    inner join cities on overall.period_id = cities.period_id

)

select * from final
