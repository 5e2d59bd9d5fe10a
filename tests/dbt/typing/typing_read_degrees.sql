-- Degrees with or without decimals, and no other spelling of a number.

with cases (text, expected) as (

    values
    ('-77.1339', -77.1339e0),
    ('39.01519468', 39.01519468e0),
    ('39', 39e0),
    ('39.', 39e0),
    ('0', 0e0),
    ('1234.5', null),
    ('.5', null),
    ('39,05', null),
    ('3.9e1', null),
    ('NaN', null),
    ('', null),
    (null, null)

),

results as (

    select *, {{ read_degrees('text') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
