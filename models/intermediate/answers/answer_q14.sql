-- One row per period with an answer to question 14: which pairs are slowest and quickest to arrive on the key streets?

with final as (

    select period_id, headline
    from {{ ref('consistent_pairs') }}
    where metric = 'dispatch_arrive' and place_kind = 'street'

)

select * from final
