-- Equal on both engines, whatever version of Unicode they know.

with cases (text, expected) as (

    values
    ('Silver Spring', 'SILVER SPRING'),
    ('é', 'É'),
    ('Groß', 'GROSS'),
    ('ɤ', 'ɤ'),
    (chr(68976), chr(68976)),
    ('', ''),
    (null, null)

),

results as (

    select *, {{ upper_case('text') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
