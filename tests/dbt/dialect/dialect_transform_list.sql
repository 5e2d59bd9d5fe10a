-- Each element in its place; no list where there is none.

with cases (list, expected) as (

    values
    (array['a', null, 'b'], array['<a>', null, '<b>']),
    (null, null)

),

results as (

    select *, {{ transform_list('list', "'<' || item || '>'") }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
