-- The interval of the median of 1 to n, in whatever order they come: low stands at place (n - 1.96 x root of n) / 2
-- rounded down, but 1 at least, high at 1 + (n + 1.96 x root of n) / 2 rounded up, but n at most. 5: none. 6: 0.6 and
-- 6.4, so all of it; 7: 0.9 and 7.1; 9: 1.56 and 8.44, so 1 and 9; 12: 2.6 and 10.4; 100: 40.2 and 60.8. At 2,500 the
-- places are whole: 1,201 and 1,300. Of equal values both ends are that value; missing values do not count.

with numbers (number) as (

    select ones.n + 10 * tens.n + 100 * hundreds.n + 1000 * thousands.n + 1
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as ones (n)
    cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as tens (n)
    cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as hundreds (n)
    cross join (values (0), (1), (2)) as thousands (n)

),

expected (sample, low, high) as (

    values
    ('5', null, null),
    ('6', 1, 6),
    ('7', 1, 7),
    ('9', 1, 9),
    ('12', 2, 11),
    ('100', 40, 61),
    ('2500', 1201, 1300),
    ('none', null, null),
    ('equal', 300, 300)

),

cases as (

    select expected.sample, numbers.number
    from expected
    inner join numbers on numbers.number <= try_cast(expected.sample as integer)
    union all
    select 'equal', 300
    from numbers
    where number <= 8
    union all
    select '5', null
    from numbers
    where number <= 3
    union all
    select 'none', null
    from numbers
    where number <= 8

),

results as (

    select
        sample,
        {{ median_bound('number', 'low') }} as low,
        {{ median_bound('number', 'high') }} as high
    from cases
    group by sample

)

select
    expected.*,
    results.low as actual_low,
    results.high as actual_high
from expected
left join results on expected.sample = results.sample
where results.low is distinct from expected.low or results.high is distinct from expected.high
