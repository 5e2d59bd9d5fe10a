-- 1 for Monday to 7 for Sunday, of a day and of a time.

with cases (day, expected) as (

    values
    (date '2024-06-10', 1),
    (date '2024-06-15', 6),
    (date '2024-06-09', 7),
    (date '2024-02-29', 4),
    (date '2024-12-30', 1)

),

results as (

    select *, {{ iso_weekday('day') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected or {{ iso_weekday('cast(day as timestamp)') }} is distinct from expected
