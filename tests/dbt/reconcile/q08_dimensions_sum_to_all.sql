-- Periods in which the values of a dimension do not add up to the row `all`. The dimension missing_reason lists only
-- the incidents that have a reason: it adds up in what is missing, not in the incidents.

with dimensions as (

    select
        period_id,
        dimension,
        sum(incidents) as incidents,
        sum(dispatch_arrive_missing) as dispatch_arrive_missing,
        sum(arrive_cleared_missing) as arrive_cleared_missing,
        sum(both_missing) as both_missing
    from {{ ref('q08_missing_times') }}
    where dimension <> 'all'
    group by period_id, dimension

),

overall as (

    select *
    from {{ ref('q08_missing_times') }}
    where dimension = 'all'

)

select dimensions.*
from dimensions
inner join overall on dimensions.period_id = overall.period_id
where
    (dimensions.incidents <> overall.incidents and dimensions.dimension <> 'missing_reason')
    or dimensions.dispatch_arrive_missing <> overall.dispatch_arrive_missing
    or dimensions.arrive_cleared_missing <> overall.arrive_cleared_missing
    or dimensions.both_missing <> overall.both_missing
