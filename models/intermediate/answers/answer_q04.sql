-- One row per period with an answer to question 4: which street has the highest number of incidents?

with ordered as (

    select
        streets.*,
        period_totals.incidents as all_incidents,
        count(*) over (partition by streets.period_id, streets.block_incidents) as equals,
        row_number() over (
            partition by streets.period_id order by streets.block_incidents desc, streets.street asc
        ) as nth
    from {{ ref('q04_incidents_by_street') }} as streets
    inner join {{ ref('period_totals') }} as period_totals on streets.period_id = period_totals.period_id

),

told as (

    select
        period_id,
        max(block_incidents) as block_incidents,
        {{ nth('equals', 1) }} as equals,
        {{ first_of_equals('street') }} as streets,
        {{ nth(format_count('block_incidents'), 1) }} as on_blocks,
        {{ nth(format_count('intersection_incidents'), 1) }} || ' at its intersections'
        || replace({{ nth(share_of('pct_of_all', 'all_incidents'), 1) }}, ' (', ' (together ') as at_intersections,
        concat_ws(
            ', ',
            {%- for n in [2, 3] %}
            {{ nth(
                "case when street_rank > 1 and block_incidents > 0 then street || ' (' || "
                    ~ format_count('block_incidents') ~ " || ' on blocks)' end",
                n,
            ) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as others
    from ordered
    group by period_id

),

worded as (

    select
        period_id,
        case
            when block_incidents = 0 then 'No incident of this period is on a block of a street'
            when equals = 1
                then streets || ' has the most incidents on its blocks, ' || on_blocks || ', and ' || at_intersections
            else streets || ' have the most incidents on their blocks, ' || on_blocks || ' each'
        end as first_of_all,
        coalesce('; then ' || nullif(others, ''), '') as then_others
    from told

),

final as (

    select
        period_id,
        {{ first_that_fits(["first_of_all || then_others || '.'", "first_of_all || '.'"]) }} as headline
    from worded

)

select * from final
