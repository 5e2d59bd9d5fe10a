"""Values of the marts that become columns, bars or panels of their own, and what a reader sees for them."""

from grafana import sql
from grafana.register import project_variables

COUNTY = sql.ALL
"""Stands for all cities in a mart."""

COMPARED_CITIES = ("SILVER SPRING", "ROCKVILLE", "GAITHERSBURG", "GERMANTOWN")
"""Grafana needs their names, so they stand here, and here alone, though the mart `top_cities` is computed."""
CITIES = {city: city.title() for city in COMPARED_CITIES}
STREETS = {street: street.title() for street in project_variables()["focus_streets"]}
FOCUS_TYPES: list[str] = project_variables()["focus_types"]
QUESTION_12_PAIR: str = project_variables()["question_12"]["pair"]
PRIORITIES = ("0", "1", "2", "3", "4")
WEEKDAYS = {"1": "Mon", "2": "Tue", "3": "Wed", "4": "Thu", "5": "Fri", "6": "Sat", "7": "Sun"}
