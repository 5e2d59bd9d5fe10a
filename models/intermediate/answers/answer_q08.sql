-- One row per period with an answer to question 8: do dispatch_arrive and arrive_cleared have missing values?

with overall as (

    select *
    from {{ ref('q08_missing_times') }}
    where dimension = 'all'

),

patterns as (

    select * from {{ ref('missing_time_patterns') }}

),

worded as (

    select
        overall.period_id,
        overall.dispatch_arrive_missing + overall.arrive_cleared_missing = 0 as is_whole,
        'Yes: ' || {{ format_count('overall.dispatch_arrive_missing') }} || ' of '
        || {{ counted('overall.incidents', 'incident') }}
        || case overall.dispatch_arrive_missing when 1 then ' has' else ' have' end || ' no dispatch_arrive, '
        || {{ format_count('overall.arrive_cleared_missing') }} || ' no arrive_cleared'
        || case overall.both_missing
            when 0 then '; none lacks both'
            else ' and ' || {{ format_count('overall.both_missing') }} || ' neither'
                || {{ share_of('overall.missing_rate_pct', 'overall.incidents') }}
        end as missing,
        case overall.both_missing
            when 0 then ''
            else coalesce(', above average for ' || patterns.first_two, '; no type, place or priority stands out')
        end as two_stand_out,
        coalesce(', above average for ' || patterns.first_alone, '') as one_stands_out
    from overall
    left join patterns on overall.period_id = patterns.period_id

),

final as (

    select
        period_id,
        case
            when is_whole then 'No: each incident has both times.'
            else {{ first_that_fits([
                "missing || two_stand_out || '.'", "missing || one_stands_out || '.'", "missing || '.'",
            ]) }}
        end as headline
    from worded

)

select * from final
