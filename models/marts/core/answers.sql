-- One row per period and question of the register: the answer in one sentence.
{%- set registered = registered_questions() %}

with reporting_periods as (

    select * from {{ ref('reporting_periods') }}

),

period_totals as (

    select * from {{ ref('period_totals') }}

),

questions (question, asked, no_answer, no_is_an_answer) as (

    values
    {%- for entry in registered %}
    (
        {{ entry.question }},
        '{{ entry.asked | replace("'", "''") }}',
        '{{ entry.no_answer | replace("'", "''") }}',
        {{ entry.no_is_an_answer | lower }}
    ){{ ',' if not loop.last }}
    {%- endfor %}

),

headlines as (

    {%- for entry in registered %}
    select period_id, {{ entry.question }} as question, headline
    from {{ ref('answer_q%02d' % entry.question) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        reporting_periods.period_id,
        reporting_periods.label as period_label,
        cast(questions.question as bigint) as question,
        cast(questions.asked as varchar) as asked,
        period_totals.period_id is not null
        and (headlines.headline is not null or questions.no_is_an_answer) as is_answered,
        case
            when period_totals.period_id is null then 'No incidents in this period.'
            when headlines.headline is null then questions.no_answer
            else {{ first_that_fits([
                'headlines.headline', "substr(headlines.headline, 1, " ~ longest_headline() ~ " - 3) || '...'",
            ]) }}
        end as headline
    from reporting_periods
    cross join questions
    left join headlines
        on reporting_periods.period_id = headlines.period_id
        and questions.question = headlines.question
    left join period_totals on reporting_periods.period_id = period_totals.period_id

)

select * from final
