-- One row per period with an answer to question 2: what are the most common types in the top cities?

with top_types as (

    select
        types.*,
        period_totals.incidents as all_incidents,
        count(*) over (partition by types.period_id, types.city, types.incidents) as equals,
        row_number() over (
            partition by types.period_id, types.city order by types.incidents desc, types.initial_type asc
        ) as nth
    from {{ ref('q02_top_types_by_city') }} as types
    inner join {{ ref('period_totals') }} as period_totals on types.period_id = period_totals.period_id

),

overall as (

    select
        period_id,
        {{ nth('initial_type', 1) }} as initial_type,
        {{ nth('equals', 1) }} as equals,
        {{ first_of_equals('initial_type') }}
        || case {{ nth('equals', 1) }}
            when 1 then ' is the most common type: ' else ' are the most common types, each with '
        end as types,
        {{ nth(counted('incidents', 'incident'), 1) }}
        || {{ nth(share_of('pct_of_city', 'all_incidents'), 1) }} || ' in the county' as counted
    from top_types
    where city = 'ALL'
    group by period_id

),

cities as (

    select
        top_types.period_id,
        concat_ws(
            ', ',
            {%- for n in range(1, var('top_n') + 1) %}
            max(case
                when top_types.city_order = {{ n }} and top_types.type_rank = 1 then {{ title_case('top_types.city') }}
            end){{ ',' if not loop.last }}
            {%- endfor %}
        ) as names
    from top_types
    inner join overall
        on top_types.period_id = overall.period_id and top_types.initial_type = overall.initial_type
    where top_types.city <> 'ALL'
    group by top_types.period_id

),

worded as (

    select
        overall.*,
        case
            when overall.equals > 1 then ''
            when coalesce(cities.names, '') = '' then '; it comes first in no top city'
            else '; it comes first in ' || cities.names
        end as in_cities
    from overall
    left join cities on overall.period_id = cities.period_id

),

final as (

    select period_id, {{ first_that_fits([
        "types || counted || in_cities || '.'", "types || counted || '.'",
        "initial_type || ' is one of the most common types: ' || counted || '.'",
    ]) }} as headline
    from worded

)

select * from final
