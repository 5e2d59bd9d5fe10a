-- One row per period with an answer to question 11: which pairs are slowest and quickest to arrive in the top cities?

with final as (

    select period_id, headline
    from {{ ref('consistent_pairs') }}
    where metric = 'dispatch_arrive' and place_kind = 'city'

)

select * from final
