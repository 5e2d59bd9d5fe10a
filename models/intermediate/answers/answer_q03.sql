-- One row per period with an answer to question 3: how do the shares of a type differ between the cities?

with shares as (

    select
        *,
        row_number() over (partition by period_id, initial_type order by pct_of_city desc, city asc) as from_highest,
        row_number() over (partition by period_id, initial_type order by pct_of_city asc, city desc) as from_lowest
    from {{ ref('q03_type_shares') }}
    where city <> 'ALL'

),

types as (

    select
        period_id,
        initial_type,
        max(case when from_highest = 1 then city end) as highest_city,
        max(case when from_lowest = 1 then city end) as lowest_city,
        max(pct_of_city) as highest_pct,
        min(pct_of_city) as lowest_pct,
        max(pct_of_all) as pct_of_all,
        row_number() over (
            partition by period_id order by max(pct_of_city) - min(pct_of_city) desc, initial_type asc
        ) as place
    from shares
    group by period_id, initial_type

),

final as (

    select
        period_id,
        case
            when highest_city = lowest_city
                then 'Only ' || {{ title_case('highest_city') }} || ' has incidents to compare.'
            when highest_pct = lowest_pct then 'No share of a type differs between the top cities.'
            else 'Shares differ most for ' || initial_type || ': ' || {{ with_unit('highest_pct', '%') }}
                || ' of the incidents in ' || {{ title_case('highest_city') }} || ', '
                || {{ with_unit('lowest_pct', '%') }} || ' in ' || {{ title_case('lowest_city') }}
                || ' (all of the county: ' || {{ with_unit('pct_of_all', '%') }} || ').'
        end as headline
    from types
    where place = 1

)

select * from final
