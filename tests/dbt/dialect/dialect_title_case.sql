-- Each word with one capital, as blanks part them.

with cases (text, expected) as (

    values
    ('SILVER SPRING', 'Silver Spring'),
    ('olney', 'Olney'),
    ('N. POTOMAC', 'N. Potomac'),
    ('(NO CITY)', '(no City)'),
    ('A', 'A'),
    ('', ''),
    (null, null)

),

results as (

    select *, {{ title_case('text') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
