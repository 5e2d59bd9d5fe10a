{#- The columns together are the grain: no two rows are alike in them. Returns the keys that occur more than once. -#}
{% test unique_grain(model, columns) %}

select {{ columns | join(', ') }}, count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
