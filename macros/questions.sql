{#- The questions of the register (`vars: questions:` in dbt_project.yml), with what `answers` says by default. -#}
{% macro registered_questions() %}
    {%- set defaults = {'no_answer': 'Nothing in this period answers this question.', 'no_is_an_answer': false} -%}
    {%- set pair, city = var('question_12').pair, var('question_12').city -%}
    {%- set questions = [] -%}
    {%- for entry in var('questions') -%}
        {%- for key in ['question', 'asked', 'page', 'marts'] if not entry[key] -%}
            {{- exceptions.raise_compiler_error(
                'dbt_project.yml, vars: questions: entry ' ~ entry.get('question', loop.index) ~ ' has no `' ~ key ~ '`: add it'
            ) -}}
        {%- endfor -%}
        {%- set question = dict(defaults, **entry) -%}
        {%- for key in ['asked', 'no_answer'] -%}
            {%- do question.update({key: question[key] | replace('{pair}', pair) | replace('{city}', city | title)}) -%}
        {%- endfor -%}
        {%- do questions.append(question) -%}
    {%- endfor -%}
    {{- return(questions) -}}
{% endmacro %}
