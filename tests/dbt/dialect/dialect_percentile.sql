-- Between two values as percentile_cont interpolates, in whatever order they come; missing values do not count. So do
-- `percentile` and, of sorted values, `percentile_of_sorted` (metrics.sql). The
-- median of 1, 2, 3, 4 is 2.5; p90 stands at place 0.9 x 3 = 2.7, counted from 0, so it is 3.7. Of 1 to 11 p90 is 10.

with cases (sample, number) as (

    values
    ('four', 4), ('four', 1), ('four', 3), ('four', 2), ('four', null),
    ('two', 60), ('two', 120),
    ('one', 7), ('one', null),
    ('none', null),
    ('eleven', 1), ('eleven', 2), ('eleven', 3), ('eleven', 4), ('eleven', 5), ('eleven', 6),
    ('eleven', 7), ('eleven', 8), ('eleven', 9), ('eleven', 10), ('eleven', 11)

),

expected (sample, median, p90) as (

    values
    ('four', 2.5e0, 3.7e0),
    ('two', 90e0, 114e0),
    ('one', 7e0, 7e0),
    ('none', null, null),
    ('eleven', 6e0, 10e0)

),

results as (

    {%- for macro in [percentile, percentile_of_sorted] %}
    select
        sample,
        {{ macro('number', 0.5) }} as median,
        {{ macro('number', 0.9) }} as p90
    from cases
    group by sample
    {{- ' union all' if not loop.last }}
    {%- endfor %}

)

select
    expected.*,
    results.median as actual_median,
    results.p90 as actual_p90
from expected
left join results on expected.sample = results.sample
where
    results.median is distinct from expected.median
    or coalesce(abs(results.p90 - expected.p90) > 1e-12, (results.p90 is null) <> (expected.p90 is null))
