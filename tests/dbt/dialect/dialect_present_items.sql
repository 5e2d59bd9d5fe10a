-- The others in their order; an empty list where there are none.

with cases (list, expected) as (

    values
    (array['a', null, 'b', null], array['a', 'b']),
    (array['a'], array['a']),
    (array[cast(null as varchar), null], array[])

),

results as (

    select *, {{ present_items('list') }} as actual
    from cases

)

select *
from results
where actual is distinct from expected
