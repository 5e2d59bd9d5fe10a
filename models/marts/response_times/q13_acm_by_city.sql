-- One row per period, type, priority and top city with a timed incident: which pairs have the worst and the best ACM?
{{ compare_places('arrive_cleared', 'city', ref('incidents_in_periods')) }}
