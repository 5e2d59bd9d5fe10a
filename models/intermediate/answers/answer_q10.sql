-- One row per period with an answer to question 10: how long does it take to clear an incident?
{{ answer_within_minutes(ref('q10_arrive_cleared_buckets'), 30, 'Cleared within') }}
