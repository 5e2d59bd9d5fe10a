-- Five hours behind UTC in winter, four in summer; the hour that comes twice is shown twice.

with cases (utc_time, expected) as (

    values
    (timestamp '2024-01-15 12:00:00', timestamp '2024-01-15 07:00:00'),
    (timestamp '2024-07-15 12:00:00', timestamp '2024-07-15 08:00:00'),
    (timestamp '2024-03-10 06:59:59', timestamp '2024-03-10 01:59:59'),
    (timestamp '2024-03-10 07:00:00', timestamp '2024-03-10 03:00:00'),
    (timestamp '2024-11-03 05:30:00', timestamp '2024-11-03 01:30:00'),
    (timestamp '2024-11-03 06:30:00', timestamp '2024-11-03 01:30:00'),
    (cast(null as timestamp), cast(null as timestamp))

),

results as (

    select *, {{ utc_to_county_time('utc_time') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
