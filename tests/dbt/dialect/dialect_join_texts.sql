-- One after the other, with the separator between.

with cases (list, expected) as (

    values
    (array['a', 'b'], 'a, b'),
    (array['a'], 'a'),
    (null, null)

),

results as (

    select *, {{ join_texts('list', "', '") }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
