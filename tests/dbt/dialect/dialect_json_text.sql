-- One key's value, wherever blanks stand and whatever else the line says; none of a line that is no JSON at all.

with cases (line, expected) as (

    values
    ('{"row_ts":"x"}', 'x'),
    ('{ "a" : {"row_ts":"inner"} , "row_ts" : "x" }', 'x'),
    ('{"note":"\"row_ts\":\"y\"","row_ts":"x"}', 'x'),
    ('{"row_t\u0073":"x"}', 'x'),
    ('{"ROW_TS":"x"}', null),
    ('{"row_ts":null}', null),
    ('upstream timeout', null),
    ('', null),
    (null, null)

),

results as (

    select *, {{ json_text('line', 'row_ts') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
