-- One row per period with an answer to question 24: how do the streets develop from month to month?
-- The answer is about the newest whole month that has ended when the period does.

with reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

placed as (

    select
        *,
        row_number() over (partition by month_start order by incidents desc, street asc) as nth
    from {{ ref('q24_streets_by_month') }}
    where is_complete

),

months as (

    select
        month_start,
        {{ month_label('month_start') }} || ': ' || {{ nth('street', 1) }} || ' is touched by the most incidents ('
        || {{ nth(format_count('incidents'), 1) }}
        || coalesce(
            ', with a median of ' || {{ nth(with_unit('median_minutes', 'min'), 1) }} || ' from call to arrival', ''
        ) || ')' as first_of_all,
        coalesce(
            case {{ nth('incidents', 2) }} when {{ nth('incidents', 1) }} then ', as is ' else ', then ' end
            || {{ nth("street || ' (' || " ~ format_count('incidents') ~ " || ')'", 2) }}, ''
        ) as then_second,
        coalesce(' and ' || {{ nth("street || ' (' || " ~ format_count('incidents') ~ " || ')'", 3) }}, '') as and_third
    from placed
    where nth <= 3
    group by month_start

),

ended as (

    select
        reporting_periods.period_id,
        months.first_of_all,
        months.then_second,
        months.and_third,
        row_number() over (partition by reporting_periods.period_id order by months.month_start desc) as nth
    from reporting_periods
    inner join months
        on reporting_periods.end_at is null
        or reporting_periods.end_at >= cast(months.month_start + interval '1' month as timestamp)

),

final as (

    select
        period_id,
        {{ first_that_fits([
            "first_of_all || then_second || and_third || '.'",
            "first_of_all || then_second || '.'",
            "first_of_all || '.'",
        ]) }} as headline
    from ended
    where nth = 1

)

select * from final
