-- One row per period, type, priority and focus street with a timed incident: how do ADMs differ between the streets?
{{ compare_places('dispatch_arrive', 'street', ref('incidents_on_focus_streets')) }}
