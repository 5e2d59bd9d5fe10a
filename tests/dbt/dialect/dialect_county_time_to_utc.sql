-- Summer and winter, and the nights when the clocks change: 01:30 on 3 November 2024 came twice and counts as its first
-- passing, 02:30 on 10 March never came and counts by the offset before the change.

with cases (local_time, expected) as (

    values
    (timestamp '2024-06-10 12:00:00', timestamp '2024-06-10 16:00:00'),
    (timestamp '2024-01-15 12:00:00', timestamp '2024-01-15 17:00:00'),
    (timestamp '2024-12-31 23:59:59', timestamp '2025-01-01 04:59:59'),
    (timestamp '2024-03-10 01:59:59', timestamp '2024-03-10 06:59:59'),
    (timestamp '2024-03-10 02:30:00', timestamp '2024-03-10 07:30:00'),
    (timestamp '2024-03-10 03:00:00', timestamp '2024-03-10 07:00:00'),
    (timestamp '2024-11-03 00:59:59', timestamp '2024-11-03 04:59:59'),
    (timestamp '2024-11-03 01:00:00', timestamp '2024-11-03 05:00:00'),
    (timestamp '2024-11-03 01:30:00', timestamp '2024-11-03 05:30:00'),
    (timestamp '2024-11-03 01:59:59', timestamp '2024-11-03 05:59:59'),
    (timestamp '2024-11-03 02:00:00', timestamp '2024-11-03 07:00:00')

),

results as (

    select *, {{ county_time_to_utc('local_time') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
