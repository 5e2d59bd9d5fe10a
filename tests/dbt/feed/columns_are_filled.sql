-- The columns of staging that more than var('filled_before_pct') per cent of the earlier rows have, and none of the
-- newest, if these are var('filled_now_rows') or more: the portal has dropped or renamed them, and the marts would go
-- empty. One that the newest have less than a tenth as often warns.
-- depends_on: {{ ref('stg_incidents') }}
{{ config(fail_calc='coalesce(max(severity), 0)', warn_if='= 1', error_if='= 2') }}
{%- set fields = landed_fields() | rejectattr('column', 'in', ['incident_id', 'is_deleted']) %}
{%- set columns = fields | map(attribute='column') | list %}

with versions as (

    select * from {{ ref('stg_landed_lines') }}
    where is_version and not is_deleted

),

newest_date as (

    select {{ newest_landed_date() }} as landed_date from versions

),

-- What one run of the ingest read last: within an hour before the newest row_ts.
newest as (

    select versions.landed_date, max(versions.row_ts) - interval '1' hour as since
    from versions
    inner join newest_date on versions.landed_date = newest_date.landed_date
    group by versions.landed_date

),

dated as (

    select
        versions.*,
        versions.landed_date = newest.landed_date and coalesce(versions.row_ts > newest.since, true) as is_newest
    from versions
    cross join newest

),

counted as (

    select
        {%- for column in columns %}
        count({{ column }}) filter (where is_newest) as {{ column }}_now,
        count({{ column }}) filter (where not is_newest) as {{ column }}_before,
        {%- endfor %}
        count(*) filter (where is_newest) as rows_now,
        count(*) filter (where not is_newest) as rows_before
    from dated

),

names (column_name) as (

    values
    {%- for column in columns %}
    ('{{ column }}'){{ ',' if not loop.last }}
    {%- endfor %}

),

filled as (

    select
        names.column_name,
        counted.rows_before,
        counted.rows_now,
        case names.column_name
            {%- for column in columns %}
            when '{{ column }}' then {{ pct('counted.' ~ column ~ '_before', 'counted.rows_before') }}
            {%- endfor %}
        end as filled_before_pct,
        case names.column_name
            {%- for column in columns %}
            when '{{ column }}' then {{ pct('counted.' ~ column ~ '_now', 'counted.rows_now') }}
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

select
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
