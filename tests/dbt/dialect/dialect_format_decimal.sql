-- One decimal, or as many as are asked for; a half is rounded away from zero; no groups of digits. Of the means, every
-- whole second of two hours in minutes and 100,000 others, the expected text is made of exact integers.

with cases (number, one_decimal, three_decimals) as (

    values
    (7e0, '7.0', '7.000'),
    (0.25e0, '0.3', '0.250'),
    (-0.25e0, '-0.3', '-0.250'),
    (8.35e0, '8.4', '8.350'),
    (49.31e0, '49.3', '49.310'),
    (1234.56e0, '1234.6', '1234.560'),
    (39.005e0, '39.0', '39.005'),
    (-15420 * 0.005e0, '-77.1', '-77.100'),
    (null, null, null)

),

digits (digit) as (

    values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)

),

numbers as (

    select cast(a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit + 10000 * e.digit as bigint) as i
    from digits as a
    cross join digits as b
    cross join digits as c
    cross join digits as d
    cross join digits as e

),

means as (

    select i as seconds, cast(1 as bigint) as incidents
    from numbers
    where i <= 7200
    union all
    -- Spread like drawn ones: sums below 100,000 s of up to 97 incidents.
    select mod(mod(i * 48271, 2147483647), 100000), mod(i, 97) + 1
    from numbers

),

-- Tenths of a minute: (10 * seconds) / (60 * incidents) and a half, rounded down.
tenths as (

    select *, 20 * seconds + 60 * incidents - mod(20 * seconds + 60 * incidents, 120 * incidents) as times_120_incidents
    from means

),

expected as (

    select *, cast(times_120_incidents / (120 * incidents) as bigint) as tenths
    from tenths

),

results as (

    select
        number,
        one_decimal,
        three_decimals,
        {{ format_decimal('number') }} as actual_one,
        {{ format_decimal('number', 3) }} as actual_three
    from cases
    union all
    select
        {{ mean_minutes('seconds', 'incidents') }},
        cast(cast((tenths - mod(tenths, 10)) / 10 as bigint) as varchar) || '.' || cast(mod(tenths, 10) as varchar),
        null,
        {{ format_decimal(mean_minutes('seconds', 'incidents')) }},
        null
    from expected

)

select *
from results
where actual_one is distinct from one_decimal or actual_three is distinct from three_decimals
