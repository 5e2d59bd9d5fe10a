-- One row per period, type, priority and top city that is busier and yet quicker to arrive than the others.
{{ busier_cities('<') }}
