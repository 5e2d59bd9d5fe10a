"""What the questions name: the cities and streets that are compared, and types that are asked for by name.

Tests hold these against dbt_project.yml and the published cities.
"""

COUNTY = "ALL"
"""Stands for all cities in a mart."""

CITIES = {
    "SILVER SPRING": "Silver Spring",
    "ROCKVILLE": "Rockville",
    "GAITHERSBURG": "Gaithersburg",
    "GERMANTOWN": "Germantown",
}
STREETS = {
    "GEORGIA AVE": "Georgia Ave",
    "ROCKVILLE PIKE": "Rockville Pike",
    "COLESVILLE RD": "Colesville Rd",
    "VEIRS MILL RD": "Veirs Mill Rd",
}
FOCUS_TYPES = ("TRAFFIC/TRANSPORTATION INCIDENT", "DISTURBANCE/NUISANCE", "CHECK WELFARE")
QUESTION_12_PAIR = "SEXUAL ASSAULT - OCCURRED EARLIER:3"
PRIORITIES = ("0", "1", "2", "3", "4")
WEEKDAYS = {"1": "Mon", "2": "Tue", "3": "Wed", "4": "Thu", "5": "Fri", "6": "Sat", "7": "Sun"}

LAST_ANSWERED = 18
"""Question up to which `answers` has a sentence; those after it go beyond the study."""

QUESTIONS = {
    1: "Which cities have the highest number of incidents?",
    2: "What are the most common incident types in the top 4 cities?",
    3: "What is the percentage distribution of incidents in each city, and what does comparing it reveal?",
    4: "Which street or road has the highest number of incidents?",
    5: "Are there areas where incidents are concentrated?",
    6: "What is the most common combination of type and disposition in each of the top 4 cities?",
    7: "What are the dispositions of the top 4 types in each of the top 4 cities?",
    8: "Do dispatch_arrive and arrive_cleared have missing values, and is there a pattern?",
    9: "How long does it take for the first unit to arrive?",
    10: "How long does it take to clear an incident?",
    11: "Which type and priority pairs have the worst and best ADM across the top 4 cities?",
    12: "Why does SEXUAL ASSAULT - OCCURRED EARLIER:3 have the highest ADM in Silver Spring?",
    13: "Which type and priority pairs have the worst and best ACM across the top 4 cities?",
    14: "Which pairs have consistently the worst and best ADM across the key streets?",
    15: "Which pairs have consistently the worst and best ACM across the key streets?",
    16: "Where does a city have a higher ADM and a higher count of a pair: response challenges?",
    17: "Where does a city have a lower ADM and a higher count of a pair: efficient responses?",
    18: "Is the percentage of a top type and priority higher in one city than in another?",
    19: "Do patterns change by hour and weekday?",
    20: "How do incidents and times develop from month to month, and against the year before?",
    21: "On which streets do the combinations of question 6 occur?",
}
"""Up to 18 as the queries in analyses/ ask them."""
