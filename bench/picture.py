"""bench/cost.svg: what a full run and a refresh take, by how many incidents there are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt

FILE = "cost.svg"
SHOWN = ("full run", "refresh")


def draw(measured: Mapping[str, Any], sizes: list[int], folder: Path) -> None:
    """Writes the picture; both axes grow by factors, so that a cost in proportion to the size is a line of slope 1."""
    points = [
        {"incidents": size, "seconds": taken["seconds"], "what": f"{what}, {side}"}
        for size in sizes
        for what in SHOWN
        for side, taken in measured[f"dbt {size}"][what].items()
    ]
    axis = alt.Axis(format="~s", values=sizes)
    chart = (
        # A viewer's letters may be wider than those by which the legend's width is reckoned.
        alt.Chart(alt.InlineData(values=points), width=460, height=260, background="white", padding={"right": 40})
        .mark_line(point=True)
        .encode(
            x=alt.X("incidents:Q", title="Incidents", scale=alt.Scale(type="log", nice=False), axis=axis),
            y=alt.Y("seconds:Q", title="Seconds", scale=alt.Scale(type="log")),
            color=alt.Color(
                "what:N", title=None, sort=[f"{what}, {side}" for what in SHOWN for side in ("before", "now")]
            ),
        )
    )
    chart.save(folder / FILE)
