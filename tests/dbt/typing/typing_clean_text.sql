-- White space is trimmed and runs of it become one blank; nothing is left as null.

with cases (text, expected) as (

    values
    ('OLNEY', 'OLNEY'),
    (' 1  BLK  ORCHARD DR ', '1 BLK ORCHARD DR'),
    ('A' || chr(9) || chr(13) || chr(10) || 'B', 'A B'),
    (chr(9) || 'A' || chr(10), 'A'),
    ('', null),
    ('   ', null),
    (null, null)

),

results as (

    select *, {{ clean_text('text') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
