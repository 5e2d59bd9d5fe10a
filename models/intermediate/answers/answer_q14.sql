-- One row per period with an answer to question 14: which pairs are slowest and quickest to arrive on the key streets?
{{ answer_consistency(ref('q14_adm_by_street'), 'on two key streets', 'arrive') }}
