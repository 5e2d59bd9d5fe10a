-- One row per period with an answer to question 5: are there areas where incidents are concentrated?

with densest as (

    select
        *,
        count(*) over (partition by period_id, incidents) as equals,
        row_number() over (partition by period_id order by incidents desc, cell_id asc) as nth
    from {{ ref('q05_hotspots') }}

),

kinds as (

    select
        *,
        case road_class
            when 'highway' then 'highways' when 'main road' then 'main roads' when 'local street' then 'local streets'
            else 'other roads'
        end as roads,
        row_number() over (
            partition by period_id, location_kind order by incidents desc, road_class asc
        ) as nth
    from {{ ref('q05_location_kinds') }}
    where city = 'ALL'

),

commonest as (

    select
        period_id,
        concat_ws(
            ', ',
            {%- for kind, words, order in [
                ('block', 'are on blocks of ', ''), ('intersection', 'at intersections that name ', ' first'),
            ] %}
            {{ nth(
                "case when location_kind = '" ~ kind ~ "' then " ~ with_unit('pct_of_city', '%') ~ " || ' "
                    ~ words ~ "' || roads || '" ~ order ~ "' end",
                1,
            ) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as places
    from kinds
    group by period_id

),

final as (

    select
        period_totals.period_id,
        case
            when densest.incidents is null then 'No incident has a position.'
            when densest.incidents < {{ var('small_sample') }}
                then 'No: no cell of the map has more than ' || {{ counted('densest.incidents', 'incident') }} || '.'
            else 'Yes, most' || coalesce(' around ' || densest.top_street, '')
                || coalesce(', mostly in ' || {{ title_case('densest.top_city') }}, '') || ': '
                || {{ format_count('densest.incidents') }} || ' in one cell of the map'
                || {{ share_of('densest.pct_of_all', 'period_totals.incidents') }}
                || case when densest.equals > 1 then ', and as many in another.' else '.' end
        end || case
            when period_totals.incidents >= {{ var('small_sample') }}
                then coalesce(' Of all, ' || nullif(commonest.places, '') || '.', '')
            else ''
        end as headline
    from {{ ref('period_totals') }} as period_totals
    left join densest on period_totals.period_id = densest.period_id and densest.nth = 1
    left join commonest on period_totals.period_id = commonest.period_id

)

select * from final
