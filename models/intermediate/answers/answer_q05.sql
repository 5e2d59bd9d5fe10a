-- One row per period with an answer to question 5: are there areas where incidents are concentrated?

with densest as (

    select
        *,
        coalesce(
            -- Where most are at intersections, the street that they name first may be another one at each.
            ' around ' || case when intersection_pct < 50 then top_street end
            || coalesce(', mostly in ' || {{ title_case('top_city') }}, ''),
            ' in or near ' || {{ title_case('top_city') }}, ''
        ) as place,
        count(*) over (partition by period_id, incidents) as equals,
        row_number() over (partition by period_id order by incidents desc, cell_id asc) as nth
    from {{ ref('q05_hotspots') }}

),

kinds as (

    select
        period_id,
        location_kind,
        {{ with_unit('pct_of_city', '%') }}
        || case location_kind when 'block' then ' are on blocks of ' else ' at intersections that name ' end
        || case road_class
            when 'highway' then 'highways' when 'main road' then 'main roads' when 'local street' then 'local streets'
            else 'other roads'
        end
        || case location_kind when 'block' then '' else ' first' end as roads,
        row_number() over (partition by period_id, location_kind order by incidents desc, road_class asc) as nth
    from {{ ref('q05_location_kinds') }}
    where city = 'ALL'

),

commonest as (

    select
        period_id,
        max(case when location_kind = 'block' then roads end) as block_roads,
        max(case when location_kind = 'intersection' then roads end) as intersection_roads
    from kinds
    where nth = 1
    group by period_id

),

worded as (

    select
        period_totals.period_id,
        case
            when densest.incidents is null then 'No incident has a position.'
            when densest.incidents < {{ var('small_sample') }}
                then 'No: no cell of the map has more than ' || {{ counted('densest.incidents', 'incident') }} || '.'
            else 'Yes, most' || densest.place || ': ' || {{ format_count('densest.incidents') }}
                || ' in one cell of the map' || {{ share_of('densest.pct_of_all', 'period_totals.incidents') }}
                || case when densest.equals > 1 then ', and as many in another.' else '.' end
        end as told,
        coalesce(
            ' Of all, ' || nullif(concat_ws(', ', commonest.block_roads, commonest.intersection_roads), '') || '.', ''
        ) as of_all,
        coalesce(' Of all, ' || commonest.block_roads || '.', '') as of_all_on_blocks
    from {{ ref('period_totals') }} as period_totals
    left join densest on period_totals.period_id = densest.period_id and densest.nth = 1
    left join commonest
        on period_totals.period_id = commonest.period_id and period_totals.incidents >= {{ var('small_sample') }}

),

final as (

    select period_id, {{ first_that_fits(['told || of_all', 'told || of_all_on_blocks', 'told']) }} as headline
    from worded

)

select * from final
