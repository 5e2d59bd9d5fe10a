"""When calls come, how long they take, and of which a report is written."""

HOUR_WEIGHTS = (
    *(3.4, 2.8, 2.2, 1.8, 1.6, 1.7, 2.2, 3.4, 4.4, 4.8, 5.0, 5.2),
    *(5.2, 5.2, 5.4, 5.6, 5.8, 5.9, 5.6, 5.2, 5.0, 4.6, 4.2, 3.6),
)
"""Weight of each hour of the day: the shifts have 38.7 % (day), 41.9 % (evening) and 19.4 % (midnight)."""

LONGEST_ROUTING_SECONDS = 900.0

WAIT_MINUTES = {"0": 1.0, "1": 3.5, "2": 9.0, "3": 20.0, "4": 22.0}
"""Until a unit is sent, by priority."""

DRIVE_MINUTES = {"0": 4.5, "1": 8.0, "2": 9.5, "3": 11.0, "4": 12.0}
"""From dispatch to arrival, by priority."""

UNARRIVED_MINUTES = 12
"""From dispatch to clearing where nobody arrives."""

REPORT_MINUTES = 25
"""The same for the telephone reporting unit."""

CRIMES = ("LARCENY", "FRAUD", "BURGLARY", "ASSAULT", "VANDALISM", "THEFT", "ROBBERY", "DOMESTICVIOLENCE")
"""Words of the dispositions that are crimes."""

CRIME_REPORT_SHARE = 0.75
"""Of the incidents whose disposition is a crime."""

COLLISION = "COLOTH"
"""Word of the dispositions that are collisions."""

CRASH_REPORT_SHARE = 0.6
"""Of the collisions."""
