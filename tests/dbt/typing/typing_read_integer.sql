-- Up to nine digits with an optional sign; `138.0`, as spreadsheets write it, is 138.

with cases (text, expected) as (

    values
    ('138', 138),
    ('138.0', 138),
    ('138.', 138),
    ('-5', -5),
    ('007', 7),
    ('999999999', 999999999),
    ('1234567890', null),
    ('1.5', null),
    ('1e3', null),
    ('+5', null),
    (' 5', null),
    ('NaN', null),
    ('', null),
    (null, null)

),

results as (

    select *, {{ read_integer('text') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
