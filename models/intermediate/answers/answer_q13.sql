-- One row per period with an answer to question 13: which pairs are slowest and quickest to clear in the top cities?
{{ answer_consistency(ref('q13_acm_by_city'), 'in two top cities', 'clear') }}
