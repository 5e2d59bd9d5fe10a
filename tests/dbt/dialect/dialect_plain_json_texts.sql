-- Each value as a text, null where there is none.

with cases (line, first_text, second_text, third_text) as (

    values
    ('{"a":"x","b b":"y",":c":"z"}', 'x', 'y', 'z'),
    ('{":c":"z","unknown":{"a":1},"a":"x"}', 'x', null, 'z'),
    ('{"a":"","b b":true,":c":" "}', '', 'true', ' '),
    ('{"a":"1.0","b b":"-7.7E1"}', '1.0', '-7.7E1', null)

),

parsed as (

    select *, {{ plain_json_texts('line', ['a', 'b b', ':c']) }} as texts
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
