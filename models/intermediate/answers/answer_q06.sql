-- One row per period with an answer to question 6: what is the most common combination of type and disposition?

with firsts as (

    select *, {{ title_case('city') }} || ' (' || {{ format_count('incidents') }} || ')' as city_told
    from {{ ref('q06_type_dispositions') }}
    where combination_rank = 1

),

combinations as (

    select
        period_id,
        initial_type || {{ with_disposition('disposition') }} as told,
        concat_ws(
            ', ',
            {%- for n in range(1, var('top_n') + 1) %}
            max(case when city_order = {{ n }} then city_told end){{ ',' if not loop.last }}
            {%- endfor %}
        ) as cities,
        row_number() over (
            partition by period_id
            order by count(*) desc, max(incidents_all_top_cities) desc, initial_type asc, disposition asc
        ) as nth
    from firsts
    group by period_id, initial_type, disposition

),

-- All cities are named, and as many combinations as a sentence of 200 letters has room for.
measured as (

    select
        *,
        199 - sum(length(cities) + 4) over (partition by period_id)
        - case when count(*) over (partition by period_id) > {{ var('top_n') }} then length('; and others') else 0 end
        - length('another combination') * (count(*) over (partition by period_id) - nth) as room,
        sum(length(told)) over (
            partition by period_id order by nth asc rows between unbounded preceding and current row
        ) as told_length
    from combinations

),

sentences as (

    select
        period_id,
        {{ nth('told_length', 1) }} <= {{ nth('room', 1) }} as has_room,
        {{ nth('told', 1) }} as first_told,
        {{ nth('cities', 1) }} || ': ' || {{ nth('told', 1) }} as first_with_cities,
        concat_ws(
            '; ',
            {%- for n in range(1, var('top_n') + 1) %}
            {{ nth("cities || ': ' || case when told_length <= room then told else 'another combination' end", n) }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        ) || case when count(*) > {{ var('top_n') }} then '; and others' else '' end as all_told
    from measured
    group by period_id

),

final as (

    select
        period_id,
        case
            when has_room then all_told || '.'
            else {{ first_that_fits([
                "first_with_cities || '; other combinations come first as well.'",
                "'Among the first is ' || first_told || '.'",
            ]) }}
        end as headline
    from sentences

)

select * from final
