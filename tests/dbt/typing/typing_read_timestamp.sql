-- Wall-clock times without a zone and stamps in UTC, to the millisecond; a date that does not exist is none.

with cases (text, expected_local, expected_utc) as (

    values
    ('2024-06-10T00:01:02.000', timestamp '2024-06-10 00:01:02.000', timestamp '2024-06-10 00:01:02.000'),
    ('2024-06-10T00:01:02', timestamp '2024-06-10 00:01:02.000', timestamp '2024-06-10 00:01:02.000'),
    ('2024-06-10 23:59:59', timestamp '2024-06-10 23:59:59.000', timestamp '2024-06-10 23:59:59.000'),
    ('2024-06-10T00:01:02.125', timestamp '2024-06-10 00:01:02.125', timestamp '2024-06-10 00:01:02.125'),
    ('2024-06-10T00:01:02.125999', timestamp '2024-06-10 00:01:02.125', timestamp '2024-06-10 00:01:02.125'),
    ('2024-02-29T12:00:00.000', timestamp '2024-02-29 12:00:00.000', timestamp '2024-02-29 12:00:00.000'),
    ('2024-11-03T01:30:00.000', timestamp '2024-11-03 01:30:00.000', timestamp '2024-11-03 01:30:00.000'),
    ('2024-03-10T02:30:00.000', timestamp '2024-03-10 02:30:00.000', timestamp '2024-03-10 02:30:00.000'),
    ('2024-06-10T00:01:02.125Z', null, timestamp '2024-06-10 00:01:02.125'),
    ('2024-06-10T00:01:02Z', null, timestamp '2024-06-10 00:01:02.000'),
    ('2024-06-10T00:01:02+00:00', null, timestamp '2024-06-10 00:01:02.000'),
    ('2024-06-10T00:01:02-04:00', null, null),
    ('0000-06-10T00:01:02', timestamp '0000-06-10 00:01:02', null),
    ('2023-02-29T12:00:00.000', null, null),
    ('2024-06-31T12:00:00.000', null, null),
    ('2024-06-10T24:00:00.000', null, null),
    ('2024-06-10T12:60:00.000', null, null),
    ('2024-06-10', null, null),
    ('06/10/2024 01:00:00 PM', null, null),
    ('', null, null),
    (null, null, null)

),

results as (

    select
        *,
        {{ read_timestamp('text') }} as actual_local,
        {{ read_utc_timestamp('text') }} as actual_utc
    from cases

)

select *
from results
where actual_local is distinct from expected_local or actual_utc is distinct from expected_utc
