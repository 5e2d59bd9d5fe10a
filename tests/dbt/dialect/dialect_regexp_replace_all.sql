-- Every match is replaced, not only the first.

with cases (text, expected) as (

    values
    ('a1b22c333', 'a#b#c#'),
    ('123', '#'),
    ('none', 'none'),
    ('', ''),
    (null, null)

),

results as (

    select *, {{ regexp_replace_all('text', '[0-9]+', '#') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
