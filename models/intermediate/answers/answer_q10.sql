-- One row per period with an answer to question 10: how long does it take to clear an incident?

with final as (

    select period_id, headline
    from {{ ref('commonest_buckets') }}
    where metric = 'arrive_cleared'

)

select * from final
