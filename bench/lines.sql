-- The lines that land in [$landed_from, $landed_until), oldest hour first, within an hour as the portal pages them.
-- Incidents of the days [$first_day, $until_day) are looked at. Times are seconds since 1970.
with calls as (
    select
        day.first_call + k.k as call,
        'P' || day.year || lpad(cast(day.first_number + 2 * k.k + pick(day.first_call + k.k, 'number', 2) as varchar), 8, '0')
            as incident_id,
        day.year,
        day.midnight,
        -- The k-th call of a day falls into the k-th of as many equally busy spans: ids rise with the time.
        (k.k + uniform(day.first_call + k.k, 'time of day')) / day.incidents as share_of_day
    from day, unnest(range(day.incidents)) as k (k)
    where day.day >= $first_day and day.day < $until_day
),

described as (
    select
        calls.*,
        type.*,
        calls.midnight + busy.first_second + busy.seconds * (calls.share_of_day * 1440 - busy.slot) as start_at,
        place.address_fields,
        place.geolocation,
        priority.priority,
        disposition.disposition,
        happens(call, 'crime report', disposition.crime_report_share) as has_crime_report,
        happens(call, 'crash report', disposition.crash_report_share) as has_crash_report,
        case
            when happens(call, 'closed as another type', type.other_close_share) then type.other_close_type
            when happens(call, 'left to the telephone', 0.0015)
                then 'FOLLOWT-TRS / SUPPLEMENTAL INFORMATION - TELEPHONE REPORTING UNIT'
            else type.initial_type
        end as close_type
    from calls
    inner join busy on cast(floor(calls.share_of_day * 1440) as bigint) = busy.slot
    inner join type_slot on pick(calls.call, 'type', $type_slots) = type_slot.slot
    inner join type using (type_id)
    inner join place_slot
        on type.is_traffic = place_slot.is_traffic and pick(calls.call, 'place', $place_slots) = place_slot.slot
    inner join place using (place_id)
    inner join priority on type.type_id = priority.type_id and pick(calls.call, 'priority', 100) = priority.slot
    inner join disposition
        on type.type_id = disposition.type_id and pick(calls.call, 'disposition', 100) = disposition.slot
),

-- Which times an incident lacks, by the causes that the marts tell apart.
caused as (
    select
        *,
        regexp_matches(close_type, 'TRS|TELEPHONE REPORTING UNIT') as is_report,
        case
            when is_report or (not is_report_type and happens(call, 'nobody arrived', untimed_share))
                then if(happens(call, 'never dispatched', 0.16), 'never dispatched', 'cleared before arrival')
            when happens(call, 'no dispatch time', 0.005) then 'arrival without dispatch time'
            when happens(call, 'no cleared time', 0.0005) then 'no cleared time'
            else 'none'
        end as missing
    from described
),

-- A clock with fractions, of which the portal shows whole seconds: sums of what it shows agree within 1 s.
timed as (
    select
        *,
        least($longest_routing_seconds, 60 + 45 * factor(call, 'routed', 0.8)) as routed,
        routed + 15 + 60 * $wait_minutes[priority + 1] * factor(call, 'dispatched', 0.9) * 0.67
            as dispatched,
        dispatched + if(
            happens(call, 'at once', 0.01), uniform(call, 'drive'),
            60 * $drive_minutes[priority + 1] * factor(call, 'drive', 0.6)
        ) as arrived,
        least(86399, case
            when missing in ('never dispatched', 'cleared before arrival')
                then dispatched + 60 * if(is_report, $report_minutes, $unarrived_minutes) * factor(call, 'called off', 0.7)
            else arrived + 60 * cleared_minutes * factor(call, 'on scene', 0.6)
        end) as cleared
    from caused
),

-- A release publishes what ended more than four hours before; the corrections come with later releases.
published as (
    select
        *,
        start_at + cleared as end_at,
        ceil((end_at + 7200) / $release_seconds) * $release_seconds + 7740 as first_release,
        (has_crime_report and happens(call, 'crime report is late', 0.5))
        or (has_crash_report and happens(call, 'crash report is late', 0.5))
        or (close_type != initial_type and happens(call, 'close type is late', 0.5))
        or happens(call, 'disposition is late', 0.03) as is_corrected,
        1 + cast(is_corrected or happens(call, 'touched', 0.02) as integer)
        + cast(is_corrected and happens(call, 'corrected twice', 0.2) as integer) as versions
    from timed
),

versions as (
    select
        published.*,
        version.version,
        version.version = published.versions or not published.is_corrected as is_final,
        published.first_release + $release_seconds * case version.version
            when 1 then 0
            when 2 then 1 + pick(call, 'first correction', $correction_releases)
            else 1 + pick(call, 'first correction', $correction_releases)
                + 1 + pick(call, 'second correction', $correction_releases)
        end as release
    from published
    inner join (values (1), (2), (3)) as version (version) on version.version <= published.versions
),

-- The puller comes by 21 minutes after a release. What lands twice: a line that was delivered again, at once or with
-- the next release, and a version that the next run read again, which is a new line with a later stamp.
extracted as (
    select
        *,
        release + hash(release) % 50 + hash(release, 'ms') % 1000 / 1000e0 as updated_at,
        first_release + hash(first_release) % 50 + hash(first_release, 'ms') % 1000 / 1000e0 as created_at,
        release + 1260 + hash(release, 'run') % 60 as row_at
    from versions
),

deliveries as (
    select *, release as landed_at, if(version = 1, 'incident', 'later version') as delivery from extracted
    union all
    select *, release as landed_at, 'same line again in the same file' as delivery
    from extracted
    where happens(call, 'again in the same file' || version, $duplicate_share)
    union all
    select *, release + $release_seconds as landed_at, 'same line again in a later file' as delivery
    from extracted
    where happens(call, 'again in a later file' || version, $duplicate_share)
    union all
    select
        * replace (row_at + $release_seconds as row_at),
        release + $release_seconds as landed_at,
        'same version read again' as delivery
    from extracted
    where happens(call, 'read again' || version, $duplicate_share)
),

landed as (
    select
        *,
        lower(to_base(cast(hash(call, 'row id', getvariable('seed')) >> 4 as bigint), 32, 12)) as row_id
    from deliveries
    where landed_at >= $landed_from and landed_at < $landed_until
)

select
    cast(floor(landed_at / 3600) as bigint) as hour,
    delivery,
    concat(
        '{"incident_id":"', incident_id, '"',
        field('cr_number', case
            when has_crime_report and is_final then year || substr(incident_id, 5)
            when happens(call, 'empty cr_number', 0.005) then ''
        end),
        field('crash_reports', case
            when has_crash_report and is_final then year || substr(incident_id, 5)
            when happens(call, 'empty crash_reports', 0.005) then ''
        end),
        field('start_time', case
            when call < $readable_starts then local_text(start_at)
            when call % 2 = 0 then 'yesterday evening'
        end),
        field('end_time', if(happens(call, 'no end_time', 0.0005), null, local_text(end_at))),
        field('priority', priority),
        field('initial_type', initial_type),
        field('close_type', if(is_final, close_type, initial_type)),
        ',', address_fields,
        field('calltime_callroute', if(happens(call, 'not routed', 0.0005), null, cast(floor(routed) as integer))),
        field('calltime_dispatch', if(
            missing in ('never dispatched', 'arrival without dispatch time'), null, cast(floor(dispatched) as integer)
        )),
        field('calltime_arrive', if(
            missing in ('never dispatched', 'cleared before arrival'), null, cast(floor(arrived) as integer)
        )),
        field('calltime_cleared', if(missing = 'no cleared time', null, cast(floor(cleared) as integer))),
        field('callroute_dispatch', if(
            missing in ('never dispatched', 'arrival without dispatch time'),
            null, cast(floor(dispatched - routed) as integer)
        )),
        field('dispatch_arrive', if(
            missing in ('none', 'no cleared time'), cast(floor(arrived - dispatched) as integer), null
        )),
        field('arrive_cleared', if(
            missing in ('none', 'arrival without dispatch time'), cast(floor(cleared - arrived) as integer), null
        )),
        field('disposition_desc', case
            when is_final then if(happens(call, 'no disposition', 0.0005), null, disposition)
            when version = 2 or happens(call, 'disposition is other', 0.4) then 'OTHERMISCELLANEOUS'
            when happens(call, 'disposition is blank', 0.3) then ' '
        end),
        ',"geolocation":' || geolocation,
        ',":id":"row-', row_id[1:4], '.', row_id[5:8], '-', row_id[9:12], '"',
        field(':created_at', utc_text(created_at)),
        field(':updated_at', utc_text(updated_at)),
        field('row_ts', utc_text(row_at)),
        '}'
    ) as line
from landed
order by hour, updated_at, row_id, version, delivery
