-- One row per period with an answer to question 15: which pairs are slowest and quickest to clear on the key streets?

with final as (

    select period_id, headline
    from {{ ref('consistent_pairs') }}
    where metric = 'arrive_cleared' and place_kind = 'street'

)

select * from final
