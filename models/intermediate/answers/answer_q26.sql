-- One row per period with an answer to question 26: which incidents stand behind a number? The newest as an example.

with reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

incident_list as (

    select *, cast(start_time as date) as start_date
    from {{ ref('incident_list') }}
    where not is_detail

),

newest as (

    select
        reporting_periods.period_id,
        incident_list.*,
        row_number() over (
            partition by reporting_periods.period_id
            order by incident_list.start_time desc, incident_list.incident_id asc
        ) as nth
    from reporting_periods
    inner join incident_list on reporting_periods.last_date = incident_list.start_date

),

worded as (

    select
        period_id,
        'The newest: ' || coalesce(pair, initial_type, '(none)') as told,
        coalesce(' at ' || address, '') as at_address,
        coalesce(', ' || {{ title_case('city') }}, '') || ', on '
        || substr(cast(start_time as varchar), 1, 10) || ' at '
        || substr(cast(start_time as varchar), 12, 5) as in_city_on_day,
        coalesce(
            '; the first unit was there after ' || {{ with_unit('call_to_arrive_minutes', 'min') }}, ''
        ) as first_unit
    from newest
    where nth = 1

),

final as (

    select
        period_id,
        {{ first_that_fits([
            "told || at_address || in_city_on_day || first_unit || '.'",
            "told || at_address || in_city_on_day || '.'",
            "told || in_city_on_day || '.'",
        ]) }} as headline
    from worded

)

select * from final
