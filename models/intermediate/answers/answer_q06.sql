-- One row per period with an answer to question 6: what is the most common combination of type and disposition?

with combinations as (

    select
        period_id,
        initial_type,
        disposition,
        max(incidents_all_top_cities) as incidents,
        count(distinct case when combination_rank = 1 then city end) as cities_led,
        max(case when in_all_top_cities then 1 else 0 end) as is_common
    from {{ ref('q06_type_dispositions') }}
    group by period_id, initial_type, disposition

),

placed as (

    select
        *,
        sum(is_common) over (partition by period_id) as common_combinations,
        row_number() over (partition by period_id order by incidents desc, initial_type asc, disposition asc) as place
    from combinations

),

final as (

    select
        period_id,
        initial_type || ' with ' || disposition || ' is most common: ' || {{ counted('incidents', 'incident') }}
        || ' in the top cities, first in ' || {{ counted('cities_led', 'city', 'cities') }} || '. '
        || case common_combinations
            when 0 then 'No combination occurs'
            when 1 then '1 combination occurs'
            else {{ format_count('common_combinations') }} || ' combinations occur'
        end || ' in every top city.' as headline
    from placed
    where place = 1

)

select * from final
