-- Each value as a text, null where there is none: of a key that stands twice the first, of an object or a list U+0001.

with cases (line, first_text, second_text, third_text) as (

    values
    ('{"a":"x","b b":"y",":c":"z"}', 'x', 'y', 'z'),
    ('{":c":"z","unknown":{"a":1},"a":"x"}', 'x', null, 'z'),
    ('{"a":"7","b b":true,":c":null}', '7', 'true', null),
    ('{"a":"\u00e9","b b":"\"",":c":"\u0000"}', 'é', '"', chr(0)),
    ('{"a":"first","a":"second","A":"third"}', 'first', null, null),
    ('{"a":null,"a":"second"}', null, null, null),
    ('{"A":"x","B B":"y",":C":"z"}', null, null, null),
    ('{"\u0061":"x","b b":{},":c":[1]}', 'x', chr(1), chr(1)),
    ('{"a":"{}","b b":"[]",":c":"null"}', '{}', '[]', 'null'),
    ('{}', null, null, null)

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
