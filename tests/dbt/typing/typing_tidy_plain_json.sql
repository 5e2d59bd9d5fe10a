-- Of a plain line every text is trimmed, its blanks collapse, an empty one is null; what else stands there stays.

with cases (line, expected) as (

    values
    ('{"a":"x","b":true}', '{"a":"x","b":true}'),
    ('{"a":" 1  BLK  A ST ","b":"x"}', '{"a":"1 BLK A ST","b":"x"}'),
    ('{"a":"","b":" ","c":"   "}', '{"a":null,"b":null,"c":null}'),
    ('{"a": "", "b": "x y"}', '{"a":null,"b":"x y"}'),
    ('{"a":":","b":", :  ,"}', '{"a":":","b":", : ,"}'),
    ('{"p":{"type": "Point", "coordinates": [1, 2]},"a":"x "}', '{"p":{"type":"Point","coordinates": [1, 2]},"a":"x"}'),
    ('{}', '{}')

),

results as (

    select line, expected, {{ tidy_plain_json('line') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
