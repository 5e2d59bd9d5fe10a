-- One row per period with an answer to question 20: how do incidents and times develop from month to month?
-- The answer is about the newest whole month that has ended when the period does.

with reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

months as (

    select *
    from {{ ref('q20_trend') }}
    where city = 'ALL' and type_group = 'ALL' and is_complete

),

ended as (

    select
        reporting_periods.period_id,
        months.*,
        row_number() over (partition by reporting_periods.period_id order by months.month_start desc) as nth
    from reporting_periods
    inner join months
        on reporting_periods.end_at is null
        or reporting_periods.end_at >= cast(months.month_start + interval '1' month as timestamp)

),

final as (

    select
        period_id,
        {{ month_label('month_start') }} || ' had ' || {{ counted('incidents', 'incident') }}
        || case
            when incidents_year_ago is null then '; there is no whole month a year before to compare with'
            when incidents = incidents_year_ago then ', as many as a year before'
            else ', ' || {{ change_of('change_pct') }}
                || case when change_pct > 0 then ' more' else ' fewer' end || ' than a year before ('
                || {{ format_count('incidents_year_ago') }} || ')'
        end
        || coalesce('; on average ' || nullif(concat_ws(
            ' and ',
            {{ with_unit('adm_minutes', 'min') }} || ' to arrive'
            || coalesce(' (' || {{ format_decimal('adm_year_ago') }} || ')', ''),
            {{ with_unit('acm_minutes', 'min') }} || ' to clear'
            || coalesce(' (' || {{ format_decimal('acm_year_ago') }} || ')', '')
        ), ''), '') || '.' as headline
    from ended
    where nth = 1

)

select * from final
