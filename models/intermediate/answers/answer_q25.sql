-- One row per period with an answer to question 25: which addresses call again and again?
-- The share is that of the busiest twentieth of the addresses, or of the first alone where it is more than that.

with addresses as (

    select
        *,
        count(*) over (partition by period_id, incidents) as equals,
        row_number() over (partition by period_id order by incidents desc, address asc) as nth,
        row_number() over (
            partition by period_id
            order by
                addresses_pct <= 5e0 desc,
                case when addresses_pct <= 5e0 then -addresses_pct else addresses_pct end asc
        ) as nth_from_a_twentieth
    from {{ ref('q25_repeat_addresses') }}

),

final as (

    select
        period_id,
        {{ nth('address', 1) }}
        || case {{ nth('equals', 1) }} when 1 then ' comes first: ' else ' is one of the first: ' end
        || {{ nth(format_count('incidents'), 1) }} || ' incidents on '
        || {{ nth(counted('days_with_incidents', 'day'), 1) }} || '.'
        || case
            when max(addresses_pct) = 100 then ''
            -- So many have an address, also alone.
            when round(100e0 * max(incidents) / min(cumulative_pct)) < {{ var('small_sample') }} then ''
            else ' The busiest '
                || max(case when nth_from_a_twentieth = 1 then {{ with_unit('addresses_pct', '%') }} end)
                || ' of the addresses have '
                || max(case when nth_from_a_twentieth = 1 then {{ with_unit('cumulative_pct', '%') }} end)
                || ' of the incidents that have an address.'
        end as headline
    from addresses
    group by period_id

)

select * from final
