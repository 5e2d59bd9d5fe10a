{#- The landed lines as a table, with one partition a day that nobody has to add. -#}
{% macro create_raw_readings() %}
    {% if execute and flags.WHICH in ['build', 'run', 'seed', 'test'] %}
        {% do run_query("create schema if not exists `scratch_raw`") %}
        {% set create_table %}
            create external table if not exists `scratch_raw`.`readings` (`line` string)
            partitioned by (`dt` string)
            row format serde 'org.apache.hadoop.hive.serde2.RegexSerDe' with serdeproperties ('input.regex' = '^(.*)$')
            stored as inputformat 'org.apache.hadoop.mapred.TextInputFormat'
            outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
            location 's3://landing/readings/'
            tblproperties (
                'projection.enabled' = 'true',
                'projection.dt.type' = 'date',
                'projection.dt.format' = 'yyyy-MM-dd',
                'projection.dt.range' = '2024-06-01,NOW',
                'projection.dt.interval' = '1',
                'projection.dt.interval.unit' = 'DAYS',
                'storage.location.template' = 's3://landing/readings/dt=${dt}/'
            )
        {% endset %}
        {% do run_query(create_table) %}
    {% endif %}
{% endmacro %}
