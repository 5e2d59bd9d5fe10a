{#- The column's values lie between two numbers, these included. Returns the rows that do not; null passes. -#}
{% test within(model, column_name, least, greatest) %}

select *
from {{ model }}
where {{ column_name }} < {{ least }} or {{ column_name }} > {{ greatest }}

{% endtest %}
