-- One row per period, kind of area, area and priority (and ALL) with incidents in it or before: better or worse?

with periods_before as (

    select * from {{ ref('periods_before') }}

),

response_times as (

    select * from {{ ref('response_times') }}
    where area_kind in ('all', 'city', 'police_district')

),

areas as (

    select distinct
        periods_before.period_id,
        response_times.area_kind,
        response_times.area,
        response_times.priority_label
    from periods_before
    inner join response_times
        on periods_before.period_id = response_times.span_id or periods_before.before_id = response_times.span_id

),

measured as (

    select
        areas.*,
        periods_before.is_comparable,
        coalesce(own.incidents, 0) as incidents,
        coalesce(earlier.incidents, 0) as incidents_before,
        coalesce(own.timed_incidents, 0) as timed_incidents,
        coalesce(earlier.timed_incidents, 0) as timed_before,
        own.call_to_arrive_median as median_minutes,
        earlier.call_to_arrive_median as median_before,
        own.median_low_minutes, own.median_high_minutes,
        earlier.median_low_minutes as before_low_minutes,
        earlier.median_high_minutes as before_high_minutes
    from areas
    inner join periods_before on areas.period_id = periods_before.period_id
    {%- for side, span in [('own', 'period_id'), ('earlier', 'before_id')] %}
    left join response_times as {{ side }}
        on periods_before.{{ span }} = {{ side }}.span_id
        and areas.area_kind = {{ side }}.area_kind
        and areas.area = {{ side }}.area
        and areas.priority_label = {{ side }}.priority_label
    {%- endfor %}

),

final as (

    select
        period_id, area_kind, area, priority_label,
        incidents,
        incidents_before,
        case when is_comparable then {{ pct('(incidents - incidents_before)', 'incidents_before') }} end as change_pct,
        timed_incidents,
        timed_before,
        median_minutes,
        median_before,
        case when is_comparable then median_minutes - median_before end as median_change_minutes,
        median_low_minutes, median_high_minutes,
        before_low_minutes, before_high_minutes,
        case
            when not is_comparable then 'not comparable'
            when median_low_minutes is null or before_low_minutes is null then 'too few'
            when median_low_minutes > before_high_minutes then 'slower'
            when median_high_minutes < before_low_minutes then 'quicker'
            else 'no clear change'
        end as verdict
    from measured

)

select * from final
