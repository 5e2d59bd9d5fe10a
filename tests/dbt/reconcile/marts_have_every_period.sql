-- Periods that a question's mart lacks though they hold an incident that it must show. q16, q17, q18, q21 and q25 are
-- not here: no city need be busier than the others, no compared type need have a priority or occur on a busy street,
-- and no address need come twice. q20 and q24 have months of their own, q23 compares months, years and the latest days
-- alone, and q26 has no periods.

{%- set focus_type = "initial_type in ('" ~ var('focus_types') | map('replace', "'", "''") | join("', '") ~ "')" %}
{%- set focus_streets = var('focus_streets') | map('replace', "'", "''") | join("', '") %}
{%- set focus_street = "location_kind = 'block' and street in ('" ~ focus_streets ~ "')" %}
{%- set arrived = 'dispatch_arrive_seconds is not null' %}
{%- set cleared = 'arrive_cleared_seconds is not null' %}
{%- set in_top_city = 'city_order is not null' %}
{%- set has_pair = 'pair is not null' %}
{%- set called = "missing_reason <> 'telephone report'" %}
{%- set conditions = {
    'q01_incidents_by_city': 'true',
    'q02_top_types_by_city': 'true',
    'q03_type_shares': in_top_city,
    'q04_incidents_by_street': 'street is not null',
    'q04_street_types': focus_street,
    'q04_streets_by_city': 'street is not null',
    'q05_hotspots': 'latitude is not null',
    'q05_hotspots_by_group': 'latitude is not null',
    'q05_location_kinds': 'true',
    'q06_type_dispositions': in_top_city,
    'q07_dispositions_of_top_types': in_top_city,
    'q08_missing_times': 'true',
    'q09_dispatch_arrive_buckets': in_top_city ~ ' and ' ~ arrived ~ ' and ' ~ focus_type,
    'q10_arrive_cleared_buckets': in_top_city ~ ' and ' ~ cleared ~ ' and ' ~ focus_type,
    'q11_adm_by_city': in_top_city ~ ' and ' ~ arrived ~ ' and ' ~ has_pair,
    'q12_adm_drivers': in_top_city ~ ' and ' ~ arrived ~ ' and ' ~ has_pair,
    'q13_acm_by_city': in_top_city ~ ' and ' ~ cleared ~ ' and ' ~ has_pair,
    'q14_adm_by_street': focus_street ~ ' and ' ~ arrived ~ ' and ' ~ has_pair,
    'q15_acm_by_street': focus_street ~ ' and ' ~ cleared ~ ' and ' ~ has_pair,
    'q19_hour_of_week': 'true',
    'q22_response_by_area': called,
    'answers': 'true',
} %}
{%- set counts = [] %}
{%- for mart, condition in conditions.items() %}
{%- do counts.append('count(case when ' ~ condition ~ ' then 1 end) as ' ~ mart) %}
{%- endfor %}

with marts (mart) as (

    values
    {%- for mart in conditions %}
    ('{{ mart }}'){{ ',' if not loop.last }}
    {%- endfor %}

),

-- Counted once for all the marts: Athena's engine refuses a query of more than 150 stages.
counted as (

    select
        period_id,
        {{ counts | join(', ') }}
    from {{ ref('incidents_in_periods') }}
    group by period_id

),

needed as (

    select
        marts.mart,
        counted.period_id,
        case marts.mart
            {%- for mart in conditions %}
            when '{{ mart }}' then counted.{{ mart }}
            {%- endfor %}
        end as incidents
    from counted
    cross join marts

),

present as (
    {%- for mart in conditions %}

    select '{{ mart }}' as mart, period_id
    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

present_once as (

    select distinct mart, period_id
    from present

)

select needed.mart, needed.period_id, needed.incidents
from needed
left join present_once
    on needed.mart = present_once.mart
    and needed.period_id = present_once.period_id
where needed.incidents > 0 and present_once.period_id is null
