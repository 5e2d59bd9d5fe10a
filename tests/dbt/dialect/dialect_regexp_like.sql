-- The pattern is found anywhere in the text, unless it is anchored.

with cases (text, expected) as (

    values
    ('LOSTT-TRS ADMIN', true),
    ('TRS', true),
    ('STRS', false),
    ('TRSX', false),
    ('', false),
    (null, null)

),

results as (

    select *, {{ regexp_like('text', '(^|[^A-Z0-9])TRS([^A-Z0-9]|$)') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
