-- One row per period, dimension and value: where do dispatch_arrive and arrive_cleared have missing values?

with incidents_in_periods as (

    select
        *,
        dispatch_arrive_seconds is null as lacks_arrival,
        arrive_cleared_seconds is null as lacks_clearing
    from {{ ref('incidents_in_periods') }}

),

valued as (

    select period_id, 'all' as dimension, 'all' as value, lacks_arrival, lacks_clearing from incidents_in_periods
    {%- for dimension in ['initial_type', 'sector', 'police_district', 'pra', 'city', 'priority', 'missing_reason'] %}
    union all
    select
        period_id,
        '{{ dimension }}',
        {% if dimension == 'city' %}coalesce(nullif(city, '(no city)'), '(none)')
        {%- else %}coalesce(cast({{ dimension }} as varchar), '(none)'){% endif %},
        lacks_arrival,
        lacks_clearing
    from incidents_in_periods
    {%- if dimension == 'missing_reason' %}
    where missing_reason is not null
    {%- endif %}
    {%- endfor %}

),

counted as (

    select
        period_id,
        dimension,
        value,
        count(*) as incidents,
        count(*) filter (where lacks_arrival) as dispatch_arrive_missing,
        count(*) filter (where lacks_clearing) as arrive_cleared_missing,
        count(*) filter (where lacks_arrival and lacks_clearing) as both_missing
    from valued
    group by period_id, dimension, value

),

rated as (

    select
        *,
        {{ pct('both_missing', 'incidents') }} as missing_rate_pct,
        max(case when dimension = 'all' then both_missing end) over (partition by period_id) as all_both_missing,
        max(case when dimension = 'all' then incidents end) over (partition by period_id) as all_incidents
    from counted

),

final as (

    select
        period_id,
        dimension,
        value,
        incidents,
        dispatch_arrive_missing,
        arrive_cleared_missing,
        both_missing,
        missing_rate_pct,
        {{ pct('both_missing', 'all_both_missing') }} as pct_of_all_missing,
        missing_rate_pct / nullif({{ pct('all_both_missing', 'all_incidents') }}, 0) as lift,
        incidents < {{ var('small_sample') }} as is_small_sample
    from rated

)

select * from final
