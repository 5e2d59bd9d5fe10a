-- One row per warehouse: what the data are, and until when they go.

with data_health as (

    select * from {{ ref('data_health') }}

),

newest_first as (

    select *, row_number() over (order by landed_date desc) as place from data_health

),

final as (

    select
        case
            when {{ var('sample_is_loaded', false) }} or {{ is_marked_as_sample() }}
                then 'Reconstructed sample: made from published figures, not the county''s own records'
            else 'The county''s own records'
        end as described_as,
        newest_start_time,
        landed_date,
        hours_behind
    from newest_first
    where place = 1

)

select * from final
