-- The parts of a whole that must add up to 100 %, and do not. A mart's share is that of its group.

{%- set wholes = [
    ('q01_incidents_by_city', 'pct_of_all', ['period_id'], 'true'),
    ('q03_type_shares', 'pct_of_city', ['period_id', 'city'], "city <> 'ALL'"),
    ('q04_street_types', 'pct_of_street', ['period_id', 'street'], 'true'),
    ('q05_hotspots_by_group', 'pct_of_group', ['period_id', 'city', 'type_group'], 'true'),
    ('q05_location_kinds', 'pct_of_city', ['period_id', 'city'], 'true'),
    ('q07_dispositions_of_top_types', 'pct_of_type', ['period_id', 'city', 'initial_type'], 'true'),
    ('q08_missing_times', 'pct_of_all_missing', ['period_id', 'dimension'], 'pct_of_all_missing is not null'),
    ('q09_dispatch_arrive_buckets', 'pct_of_timed', ['period_id', 'initial_type', 'city'], 'true'),
    ('q10_arrive_cleared_buckets', 'pct_of_timed', ['period_id', 'initial_type', 'city'], 'true'),
    ('q18_priority_mix', 'pct_of_type', ['period_id', 'city', 'initial_type'], 'true'),
    ('q18_street_priority_mix', 'pct_of_type', ['period_id', 'street', 'initial_type'], 'true'),
    ('q19_hour_of_week', 'pct_of_city', ['period_id', 'city'], 'true'),
] %}

{%- for mart, share, whole, condition in wholes %}

select
    '{{ mart }}' as mart,
    {{ whole | join(" || ', ' || ") }} as whole,
    sum({{ share }}) as total_pct
from {{ ref(mart) }}
where {{ condition }}
group by {{ whole | join(', ') }}
having coalesce(abs(sum({{ share }}) - 100e0) > 1e-6, true)
{{ 'union all' if not loop.last }}
{%- endfor %}
