-- One row per period with an answer to question 11: which pairs are slowest and quickest to arrive in the top cities?
{{ answer_consistency(ref('q11_adm_by_city'), 'in two top cities', 'arrive') }}
