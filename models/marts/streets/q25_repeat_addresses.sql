-- One row per period and address with at least 2 incidents: which addresses call again and again?
{%- set address = 'period_number, address_number' %}

with addressed as (

    select {{ address }}, city_number, type_number, location_kind, start_date
    from {{ ref('numbered_incidents_in_periods') }}
    where address_number is not null

),

reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

names as (

    select * from {{ ref('names') }}

),

counted as (

    select
        {{ address }}, max(location_kind) as location_kind,
        count(*) as incidents, count(distinct start_date) as days_with_incidents
    from addressed
    group by {{ address }}

),

ordered as (

    select
        *,
        rank() over (partition by period_number order by incidents desc) as address_rank,
        row_number() over (in_order) as nth,
        count(*) over (partition by period_number) as addresses,
        sum(incidents) over (in_order rows unbounded preceding) as incidents_so_far,
        sum(incidents) over (partition by period_number) as addressed_incidents
    from counted
    window in_order as (partition by period_number order by incidents desc, address_number asc)

),

{% for kind in ['city', 'type'] -%}
{{ kind }} as (

    {{ most_common('addressed', address, kind ~ '_number') }}

),

{% endfor -%}
final as (

    select
        periods.period_id,
        address_names.name as address, city_names.name as city,
        ordered.location_kind, ordered.incidents, ordered.address_rank,
        type_names.name as top_type, type.incidents as top_type_incidents, ordered.days_with_incidents,
        {{ pct('ordered.incidents', 'periods.incidents') }} as pct_of_all,
        {{ pct('ordered.incidents_so_far', 'ordered.addressed_incidents') }} as cumulative_pct,
        {{ pct('ordered.nth', 'ordered.addresses') }} as addresses_pct
    from ordered
    inner join reporting_periods as periods on ordered.period_number = periods.sort_order
    inner join names as address_names
        on address_names.kind = 'address' and ordered.address_number = address_names.number
    {%- for kind in ['city', 'type'] %}
    left join {{ kind }}
        on ordered.period_number = {{ kind }}.period_number and ordered.address_number = {{ kind }}.address_number
    left join names as {{ kind }}_names
        on {{ kind }}_names.kind = '{{ kind }}' and {{ kind }}.{{ kind }}_number = {{ kind }}_names.number
    {%- endfor %}
    where ordered.incidents >= 2

)

select * from final
