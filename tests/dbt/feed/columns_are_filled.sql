-- The columns of staging that more than var('filled_before_pct') per cent of the earlier rows have, and none of the
-- newest, if these are var('filled_now_rows') or more: the portal has dropped or renamed them, and the marts would go
-- empty. One that the newest have less than a tenth as often warns. The newest are told in two ways, by landed date and
-- by row_ts, since a file may land late, or with a wrong date.
-- depends_on: {{ ref('stg_incidents') }}
{{ config(fail_calc='coalesce(max(severity), 0)', warn_if='= 1', error_if='= 2') }}
{%- set fields = landed_fields() | rejectattr('column', 'in', ['incident_id', 'is_deleted']) %}
{%- set columns = fields | map(attribute='column') | list %}
{%- set ways = ['by_date', 'by_time'] %}

with versions as (

    select
        *,
        case when row_ts <= timestamp '{{ last_possible_date() }} 23:59:59' then row_ts end as read_at
    from {{ ref('stg_landed_lines') }}
    where is_version and not is_deleted

),

newest_date as (

    select {{ newest_landed_date() }} as landed_date from versions

),

-- What one run of the ingest read last: within an hour before the newest row_ts.
newest_by_date as (

    select versions.landed_date, max(versions.row_ts) - interval '1' hour as since
    from versions
    inner join newest_date on versions.landed_date = newest_date.landed_date
    group by versions.landed_date

),

last_read as (

    select read_at
    from versions
    where read_at is not null
    order by read_at desc
    limit {{ var('filled_now_rows') }}

),

-- A run may read several pages.
newest_by_time as (

    select min(read_at) - interval '5' minute as since from last_read

),

dated as (

    select
        versions.*,
        versions.landed_date = newest_by_date.landed_date
        and coalesce(versions.row_ts > newest_by_date.since, true) as is_newest_by_date,
        coalesce(versions.read_at > newest_by_time.since, false) as is_newest_by_time
    from versions
    cross join newest_by_date
    cross join newest_by_time

),

counted as (

    select
        {%- for way in ways %}
        {%- for column in columns %}
        count({{ column }}) filter (where is_newest_{{ way }}) as {{ column }}_now_{{ way }},
        count({{ column }}) filter (where not is_newest_{{ way }}) as {{ column }}_before_{{ way }},
        {%- endfor %}
        count(*) filter (where is_newest_{{ way }}) as rows_now_{{ way }},
        count(*) filter (where not is_newest_{{ way }}) as rows_before_{{ way }},
        {%- endfor %}
        count(*) as row_count
    from dated

),

-- Both ways in one list, so that Athena, which reads a named step anew for each use, counts the lines once.
names (measure, way, column_name) as (

    values
    {%- for way in ways %}
    {%- set is_last_way = loop.last %}
    {%- for column in columns %}
    ('{{ way }} {{ column }}', '{{ way }}', '{{ column }}'){{ ',' if not (loop.last and is_last_way) }}
    {%- endfor %}
    {%- endfor %}

),

filled as (

    select
        names.column_name,
        case names.way
            {%- for way in ways %}
            when '{{ way }}' then counted.rows_now_{{ way }}
            {%- endfor %}
        end as rows_now,
        case names.measure
            {%- for way in ways %}
            {%- for column in columns %}
            when '{{ way }} {{ column }}'
                then {{ pct('counted.%s_before_%s' % (column, way), 'counted.rows_before_' ~ way) }}
            {%- endfor %}
            {%- endfor %}
        end as filled_before_pct,
        case names.measure
            {%- for way in ways %}
            {%- for column in columns %}
            when '{{ way }} {{ column }}'
                then {{ pct('counted.%s_now_%s' % (column, way), 'counted.rows_now_' ~ way) }}
            {%- endfor %}
            {%- endfor %}
        end as filled_now_pct
    from names
    cross join counted

),

rare as (

    select *, case when filled_now_pct = 0 then 2 else 1 end as severity
    from filled
    where
        filled_before_pct > {{ var('filled_before_pct') }}e0
        and rows_now >= {{ var('filled_now_rows') }}
        and filled_now_pct < filled_before_pct / 10e0

)

select distinct
    *,
    {{ format_decimal('filled_now_pct') }} || ' % of the newest ' || {{ format_count('rows_now') }}
    || ' rows have a value in ' || column_name || ', which ' || {{ format_decimal('filled_before_pct') }}
    || ' % of the earlier rows have.'
    || case
        when severity = 2
            then
                ' Has the portal dropped or renamed it? To build all the same, raise var filled_now_rows above that '
                || 'number of rows.'
        else ''
    end as problem
from rare
