-- One row per period with an answer to question 17: where is a city busier and yet quicker?

with final as (

    select period_id, headline
    from {{ ref('busiest_cases') }}
    where adjective = 'quicker'

)

select * from final
