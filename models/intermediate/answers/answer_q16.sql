-- One row per period with an answer to question 16: where is a city both busier and slower?
{{ answer_busier_cities(ref('q16_response_challenges'), 'slower') }}
