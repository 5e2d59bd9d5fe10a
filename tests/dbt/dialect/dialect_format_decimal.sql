-- One decimal, or as many as are asked for; a half is rounded away from zero; no groups of digits.

with cases (number, one_decimal, three_decimals) as (

    values
    (7e0, '7.0', '7.000'),
    (0.25e0, '0.3', '0.250'),
    (-0.25e0, '-0.3', '-0.250'),
    (49.31e0, '49.3', '49.310'),
    (1234.56e0, '1234.6', '1234.560'),
    (39.005e0, '39.0', '39.005'),
    (-15420 * 0.005e0, '-77.1', '-77.100'),
    (null, null, null)

),

results as (

    select
        *,
        {{ format_decimal('number') }} as actual_one,
        {{ format_decimal('number', 3) }} as actual_three
    from cases

)

select *
from results
where actual_one is distinct from one_decimal or actual_three is distinct from three_decimals
