-- Pairs and cities for which q12, q16 and q17 tell another number than q11, since they stand on another model, or which
-- are both in q16 and in q17.

with q11 as (

    select * from {{ ref('q11_adm_by_city') }}

),

others as (

    {%- for mart in ['q12_adm_drivers', 'q16_response_challenges', 'q17_efficient_responses'] %}
    select '{{ mart }}' as mart, period_id, pair, city, city_order, timed_incidents, mean_minutes
    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

missing as (

    select 'q12_adm_drivers' as mart, q11.period_id, q11.pair, q11.city
    from q11
    left join {{ ref('q12_adm_drivers') }} as q12
        on q11.period_id = q12.period_id and q11.pair = q12.pair and q11.city = q12.city
    where q12.pair is null

)

select others.mart, others.period_id, others.pair, others.city
from others
left join q11 on others.period_id = q11.period_id and others.pair = q11.pair and others.city = q11.city
where
    others.timed_incidents is distinct from q11.timed_incidents
    or others.mean_minutes is distinct from q11.mean_minutes
    or others.city_order is distinct from q11.city_order
union all
select mart, period_id, pair, city from missing
union all
select 'q16 and q17' as mart, period_id, pair, city
from others
where mart in ('q16_response_challenges', 'q17_efficient_responses')
group by period_id, pair, city
having count(*) > 1
