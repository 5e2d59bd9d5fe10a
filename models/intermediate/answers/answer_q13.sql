-- One row per period with an answer to question 13: which pairs are slowest and quickest to clear in the top cities?

with final as (

    select period_id, headline
    from {{ ref('consistent_pairs') }}
    where metric = 'arrive_cleared' and place_kind = 'city'

)

select * from final
