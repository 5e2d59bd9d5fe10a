-- One row per period with an answer to question 16: where is a city both busier and slower?

with final as (

    select period_id, headline
    from {{ ref('busiest_cases') }}
    where adjective = 'slower'

)

select * from final
