-- One row per period, focus type, top city and time bucket: how long from the first unit's arrival to clearing?
{{ time_buckets_by_city('arrive_cleared') }}
