"""Links from a type to its response times, which several pages have."""

from grafana.columns import Link
from grafana.page import drill

TYPE_TIMES = Link("Response times of this type", drill("response_times", type="${__data.fields.initial_type}"))
TYPE_TIMES_HERE = Link(
    "Response times of this type in this city",
    drill("response_times", city="${__data.fields.city}", type="${__data.fields.initial_type}"),
)
# The first column of a matrix holds the types, but has a name that Grafana makes.
MATRIX_TYPE_TIMES = Link("Response times of this type", drill("response_times", type="${__data.fields[0]}"))
