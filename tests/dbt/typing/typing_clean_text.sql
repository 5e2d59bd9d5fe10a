-- Every run of white space and control characters becomes one blank, none at the ends; nothing is left as null.

with cases (text, expected) as (

    values
    ('OLNEY', 'OLNEY'),
    (' 1  BLK  ORCHARD DR ', '1 BLK ORCHARD DR'),
    ('', null),
    ('   ', null),
    (null, null)

),

-- One character of each range, and the last before and the first behind it.
characters (code_point, is_blank) as (

    values
    (0, true), (9, true), (10, true), (13, true), (31, true), (32, true), (33, false), (126, false),
    (127, true), (128, true), (133, true), (159, true), (160, true), (161, false), (5759, false), (5760, true),
    (5761, false), (8191, false), (8192, true), (8202, true), (8203, false), (8231, false), (8232, true),
    (8233, true), (8234, false), (8238, false), (8239, true), (8240, false), (8286, false), (8287, true),
    (8288, false), (12287, false), (12288, true), (12289, false), (65278, false), (65279, true), (65280, false)

),

doubled as (

    select is_blank, chr(code_point) || 'A' || chr(code_point) || chr(code_point) || 'B' as text
    from characters

),

texts as (

    select text, expected, {{ clean_text('text') }} as actual
    from cases
    union all
    select text, case when is_blank then 'A B' else text end as expected, {{ clean_text('text') }} as actual
    from doubled

)

select *
from texts
where actual is distinct from expected
