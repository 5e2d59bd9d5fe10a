-- One row per period, type, priority and top city that is both busier and slower to arrive than the others.
{{ busier_cities('>') }}
