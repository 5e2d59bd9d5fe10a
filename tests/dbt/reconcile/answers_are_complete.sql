-- Periods without exactly one sentence for each of the 18 questions, or with one that is empty or too long for a panel.

select
    reporting_periods.period_id,
    count(distinct answers.question) as questions,
    count(answers.question) as sentences,
    min(length(answers.headline)) as shortest,
    max(length(answers.headline)) as longest
from {{ ref('reporting_periods') }} as reporting_periods
left join {{ ref('answers') }} as answers on reporting_periods.period_id = answers.period_id
group by reporting_periods.period_id
having
    count(distinct answers.question) <> 18
    or count(answers.question) <> 18
    or min(length(answers.headline)) < 10
    or max(length(answers.headline)) > 200
