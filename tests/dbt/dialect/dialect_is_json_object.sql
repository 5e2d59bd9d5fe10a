-- One whole object and nothing else.

with cases (line, expected) as (

    values
    ('{}', true),
    ('{"a":1}', true),
    (' {"a":{"b":[1]}} ', true),
    ('[1]', false),
    ('7', false),
    ('"text"', false),
    ('null', false),
    ('', false),
    ('upstream timeout', false),
    ('{"a":1', false),
    ('{"a":1} x', false),
    ('{"a":1}{"a":2}', false),
    ('{a:1}', false),
    ('{"a":"' || chr(9) || '"}', false),
    (null, false)

),

results as (

    select *, {{ is_json_object('line') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
