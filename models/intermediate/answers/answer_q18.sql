-- One row per period with an answer to question 18: is the share of a type and priority higher in one city?

with priority_shares as (

    select * from {{ ref('priority_shares') }}

),

compared as (

    select
        period_id,
        initial_type,
        priority,
        highest_pct,
        lowest_pct,
        {{ cities_where('pct_of_city = highest_pct') }} as highest_cities,
        {{ cities_where('pct_of_city = lowest_pct') }} as lowest_cities,
        row_number() over (
            partition by period_id order by highest_pct - lowest_pct desc, initial_type asc, priority asc
        ) as nth
    from priority_shares
    group by period_id, initial_type, priority, highest_pct, lowest_pct
    -- Two cities to compare, and a share that rests on more than a few incidents.
    having count(*) > 1 and max(case when pct_of_city = highest_pct then incidents end) >= {{ var('small_sample') }}

),

worded as (

    select
        *,
        'Yes, most for ' || initial_type || ' of priority ' || cast(priority as varchar) || ': '
        || {{ with_unit('highest_pct', '%') }} || ' of the incidents in ' || highest_cities as highest,
        case when lowest_pct = 0 then 'none' else {{ with_unit('lowest_pct', '%') }} end as lowest
    from compared
    where nth = 1

),

final as (

    select
        period_id,
        case
            when highest_pct = lowest_pct
                then 'No: no share that rests on enough incidents differs between the top cities.'
            else {{ first_that_fits([
                "highest || ', ' || lowest || ' in ' || lowest_cities || '.'",
                "highest || '; the least is ' || lowest || '.'",
            ]) }}
        end as headline
    from worded

)

select * from final
