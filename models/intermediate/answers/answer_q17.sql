-- One row per period with an answer to question 17: where is a city busier and yet quicker?
{{ answer_busier_cities(ref('q17_efficient_responses'), 'quicker') }}
