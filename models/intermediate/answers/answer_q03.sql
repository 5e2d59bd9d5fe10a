-- One row per period with an answer to question 3: how do the shares of a type differ between the cities?

with shares as (

    select
        *,
        max(pct_of_city) over (partition by period_id, initial_type) as highest_pct,
        min(pct_of_city) over (partition by period_id, initial_type) as lowest_pct
    from {{ ref('q03_type_shares') }}
    where city <> 'ALL' and city_incidents >= {{ var('small_sample') }}

),

types as (

    select
        period_id,
        initial_type,
        highest_pct,
        lowest_pct,
        pct_of_all,
        {{ cities_where('pct_of_city = highest_pct') }} as highest_cities,
        {{ cities_where('pct_of_city = lowest_pct') }} as lowest_cities,
        row_number() over (partition by period_id order by highest_pct - lowest_pct desc, initial_type asc) as nth
    from shares
    group by period_id, initial_type, highest_pct, lowest_pct, pct_of_all
    -- Two cities to compare, and a share that rests on more than a few incidents.
    having count(*) > 1 and max(case when pct_of_city = highest_pct then incidents end) >= {{ var('small_sample') }}

),

worded as (

    select
        *,
        'Shares differ most for ' || initial_type || ': ' || {{ with_unit('highest_pct', '%') }}
        || ' of the incidents in ' || highest_cities as highest,
        {{ with_unit('lowest_pct', '%') }} as lowest,
        {{ with_unit('pct_of_all', '%') }} as of_all
    from types
    where nth = 1

),

final as (

    select
        period_id,
        case
            when highest_pct = lowest_pct
                then 'No share of a type that rests on enough incidents differs between the top cities.'
            else {{ first_that_fits([
                "highest || ', ' || lowest || ' in ' || lowest_cities || ' (all of the county: ' || of_all || ').'",
                "highest || ', ' || lowest || ' in ' || lowest_cities || '.'",
                "highest || '; the least is ' || lowest || '.'",
            ]) }}
        end as headline
    from worded

)

select * from final
