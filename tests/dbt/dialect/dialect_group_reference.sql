-- What the group has matched, nothing where it has no part in the match.

with cases (text, expected) as (

    values
    ('a1b22', 'a<1|>b<22|>'),
    ('-', '<|->'),
    ('', ''),
    (null, null)

),

results as (

    {%- set both = '<' ~ group_reference(1) ~ '|' ~ group_reference(2) ~ '>' %}
    select *, {{ regexp_replace_all('text', '([0-9]+)|(-)', both) }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
