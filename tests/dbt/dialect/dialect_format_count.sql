-- Groups of three digits, parted by commas.

with cases (number, expected) as (

    values
    (0, '0'),
    (999, '999'),
    (1000, '1,000'),
    (3349, '3,349'),
    (1234567, '1,234,567'),
    (-1234, '-1,234'),
    (null, null)

),

results as (

    select *, {{ format_count('number') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
