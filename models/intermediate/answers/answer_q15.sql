-- One row per period with an answer to question 15: which pairs are slowest and quickest to clear on the key streets?
{{ answer_consistency(ref('q15_acm_by_street'), 'on two key streets', 'clear') }}
