-- One row per period, focus type, top city and time bucket: how long from dispatch to the first unit's arrival?
{{ time_buckets_by_city('dispatch_arrive') }}
