-- From the year 2000 to a day after the county's clock when the row was read; later too when that is not known.

with cases (local_time, row_ts, expected) as (

    values
    (timestamp '2000-01-01 00:00:00', timestamp '2024-06-14 07:00:00', true),
    (timestamp '1999-12-31 23:59:59', timestamp '2024-06-14 07:00:00', false),
    (timestamp '2024-06-15 03:00:00', timestamp '2024-06-14 07:00:00', true),
    (timestamp '2024-06-15 03:00:01', timestamp '2024-06-14 07:00:00', false),
    (timestamp '2204-06-15 03:00:01', null, true),
    (timestamp '1999-12-31 23:59:59', null, false),
    (null, timestamp '2024-06-14 07:00:00', null)

),

results as (

    select *, {{ is_plausible_time('local_time', 'row_ts') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
