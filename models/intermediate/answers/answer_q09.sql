-- One row per period with an answer to question 9: how long does the first unit take to arrive?

with final as (

    select period_id, headline
    from {{ ref('commonest_buckets') }}
    where metric = 'dispatch_arrive'

)

select * from final
