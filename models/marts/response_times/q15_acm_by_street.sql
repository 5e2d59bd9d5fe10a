-- One row per period, type, priority and focus street with a timed incident: how do ACMs differ between the streets?
{{ compare_places('arrive_cleared', 'street', ref('incidents_on_focus_streets')) }}
