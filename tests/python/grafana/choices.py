"""What a reader can choose in the variables of a page, and the SQL that Grafana makes of it."""

import re
from collections.abc import Mapping, Sequence

from tests.python.grafana.boards import Board, Panel
from tests.python.grafana.engines import Engine

APOSTROPHE = "O'NEILL CORNER"
ONE_VALUE = {"city": "GAITHERSBURG", "type": "DISTURBANCE/NUISANCE", "priority": "2"}

TYPED = {"one value": "georgia ave", "a value with an apostrophe": APOSTROPHE}

PERIODS = {"all of all time": "all", "a period without data": "no such period"}

KINDS = ("all", "one value", "a value with an apostrophe", "nothing", *PERIODS)


def variable_sql(variable: Mapping[str, object]) -> str:
    """The query of a variable, which each data source keeps in its own form."""
    query = variable["query"]
    return str(query["rawSQL"] if isinstance(query, dict) else query)


def options(board: Board, engine: Engine) -> dict[str, list[str]]:
    """The values that each variable of a page offers, in their order."""
    offered = {}
    for name, variable in board.variables.items():
        if variable["type"] == "custom":
            offered[name] = str(variable["query"]).split(",")
        elif variable["type"] == "query" and not is_computed(variable):
            result = engine.run(variable_sql(variable))
            place = next(place for place, column in enumerate(result.columns) if column.strip("_") == "value")
            offered[name] = [str(row[place]) for row in result.rows]
    return offered


def is_computed(variable: Mapping[str, object]) -> bool:
    """Does the variable follow from another one?"""
    return "$" in variable_sql(variable)


def chosen(board: Board, engine: Engine, kind: str) -> dict[str, list[str]]:
    """The values of each variable, where a reader chooses so (one of KINDS).

    Variables of one value have the one that Grafana takes at first, but for the kind that is about the period.
    """
    offered = options(board, engine)
    values = {}
    for name, variable in board.variables.items():
        several = bool(variable.get("multi"))
        at_first = variable.get("current", {}).get("value")
        if several and kind == "one value":
            values[name] = [ONE_VALUE.get(name, offered[name][0])]
        elif several and kind == "a value with an apostrophe":
            values[name] = [APOSTROPHE]
        elif several and kind == "nothing":
            # A variable that is emptied in the address bar.
            values[name] = [""]
        elif several and variable.get("allValue"):
            # Grafana puts it into SQL as it is.
            values[name] = [variable["allValue"].strip("'")]
        elif several:
            values[name] = list(offered[name])
        elif variable["type"] == "textbox":
            values[name] = [TYPED.get(kind, "")]
        elif is_computed(variable):
            ((_, value),) = engine.run(expand(variable_sql(variable), values)).rows
            values[name] = [str(value)]
        elif name == "period" and kind in PERIODS:
            values[name] = [PERIODS[kind]]
        else:
            values[name] = [at_first or offered[name][0]]
    return values


def panel_sql(panel: Panel, values: Mapping[str, Sequence[str]]) -> str:
    """The SQL of a panel. Of one that repeats over a variable, that of its first copy, which has the first value."""
    repeated = panel.json.get("repeat")
    return expand(panel.query.text, {**values, repeated: values[repeated][:1]} if repeated else values)


def expand(sql: str, values: Mapping[str, Sequence[str]]) -> str:
    """The SQL with its variables replaced as Grafana replaces them: `sqlstring` quotes each value, doubles the quotes
    in it, and joins them by commas. Raises ValueError for anything else that Grafana would replace.
    """

    def quoted(match: re.Match[str]) -> str:
        return ",".join("'" + value.replace("'", "''") + "'" for value in values[match[1]])

    expanded = re.sub(r"\$\{(\w+):sqlstring\}", quoted, sql)
    if "$" in expanded or "[[" in expanded:
        raise ValueError(f"not replaced: {expanded}")
    return expanded
