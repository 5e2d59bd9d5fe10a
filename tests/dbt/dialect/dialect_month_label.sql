-- The month's English name and the year.

with cases (day, expected) as (

    values
    (date '2024-06-01', 'June 2024'),
    (date '2024-02-29', 'February 2024'),
    (date '1999-12-31', 'December 1999'),
    (date '2026-05-01', 'May 2026')

),

results as (

    select *, {{ month_label('day') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
