-- A city that is both slower and quicker than the others with the same pair.

with challenges as (

    select * from {{ ref('q16_response_challenges') }}

),

efficient as (

    select * from {{ ref('q17_efficient_responses') }}

)

select challenges.period_id, challenges.pair, challenges.city
from challenges
inner join efficient
    on challenges.period_id = efficient.period_id
    and challenges.pair = efficient.pair
    and challenges.city = efficient.city
