-- One row per period, type, priority and top city with a timed incident: which pairs have the worst and the best ADM?
{{ compare_places('dispatch_arrive', 'city', ref('incidents_in_periods')) }}
