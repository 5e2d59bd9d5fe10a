-- One row per top city: exactly var('top_n') cities, those with most incidents over all data.

with incidents as (

    select city
    from {{ ref('incidents') }}
    where not is_detail and city is not null

),

ranked as (

    select city, row_number() over (order by count(*) desc, city asc) as city_rank
    from incidents
    group by city

),

final as (

    select city, city_rank
    from ranked
    where city_rank <= {{ var('top_n') }}

)

select * from final
