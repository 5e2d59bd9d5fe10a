-- Each value as a text, null where there is none; nothing at all of a line that is no object.

with cases (line, first_text, second_text, third_text) as (

    values
    ('{"a":"x","b b":"y",":c":"z"}', 'x', 'y', 'z'),
    ('{":c":"z","unknown":{"a":1},"a":"x"}', 'x', null, 'z'),
    ('{"a":7,"b b":true,":c":null}', '7', 'true', null),
    ('{"a":"","b b":" ",":c":"7"}', '', ' ', '7'),
    ('{"a":"\u00e9","b b":"\""}', 'é', '"', null),
    ('{}', null, null, null),
    ('["x"]', null, null, null),
    ('{"a":"x"', null, null, null),
    (null, null, null, null)

),

parsed as (

    select *, {{ json_texts('line', ['a', 'b b', ':c']) }} as texts
    from cases

),

results as (

    select *, texts[1] as actual_first, texts[2] as actual_second, texts[3] as actual_third
    from parsed

)

select line, actual_first, actual_second, actual_third
from results
where
    actual_first is distinct from first_text
    or actual_second is distinct from second_text
    or actual_third is distinct from third_text
