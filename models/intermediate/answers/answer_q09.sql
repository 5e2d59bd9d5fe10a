-- One row per period with an answer to question 9: how long does the first unit take to arrive?
{{ answer_within_minutes(ref('q09_dispatch_arrive_buckets'), 10, 'A unit arrives within') }}
