{% macro compact() %}
    {% set current_readings = ref('current_readings') %}
    {% do run_query('optimize ' ~ current_readings.render_pure() ~ ' rewrite data using bin_pack') %}
    {% do run_query('vacuum ' ~ current_readings.render_pure()) %}
{% endmacro %}
