-- One row per period and question (1 to 18): the answer in one sentence.

with reporting_periods as (

    select period_id from {{ ref('reporting_periods') }}

),

period_totals as (

    select period_id from {{ ref('period_totals') }}

),

headlines as (

    {%- for question in range(1, 19) %}
    select period_id, cast({{ question }} as bigint) as question, headline
    from {{ ref('answer_q%02d' % question) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

questions (question, no_answer) as (

    values
    {%- for question in range(1, 19) %}
    ({{ question }}, '{{ no_answer(question) }}'){{ ',' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        reporting_periods.period_id,
        cast(questions.question as bigint) as question,
        case
            when length(headlines.headline) > 200 then substr(headlines.headline, 1, 197) || '...'
            when headlines.headline is not null then headlines.headline
            when period_totals.period_id is null then 'No incidents in this period.'
            else questions.no_answer
        end as headline
    from reporting_periods
    cross join questions
    left join headlines
        on reporting_periods.period_id = headlines.period_id
        and questions.question = headlines.question
    left join period_totals on reporting_periods.period_id = period_totals.period_id

)

select * from final
