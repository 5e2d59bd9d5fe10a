"""The list of columns that the ingest holds the portal and files against is that of what staging reads."""

from dbt.contracts.graph.manifest import Manifest

from ingest.portal.dataset import FIELDS, STAGED_FIELDS
from tests.python.dbt_project.project import Project

DERIVED = {"updated_at", "row_ts", "is_deleted", "is_version", "reject_reasons", "line", "line_hash", "landed_date"}
"""Columns of `stg_landed_lines` that come from no column of the dataset."""

VALUES = {
    **{field: f"{field} of it".upper() for field in FIELDS},
    **{"start_time": "2024-06-13T08:01:00.000", "end_time": "2024-06-13T09:02:00.000"},
    **{"priority": "3", "longitude": "-77.0134", "latitude": "39.0345"},
    **{"calltime_callroute": "101", "calltime_dispatch": "102", "calltime_arrive": "103", "calltime_cleared": "104"},
    **{"callroute_dispatch": "105", "dispatch_arrive": "106", "arrive_cleared": "107"},
}
"""A value for each, unlike those of the others."""


def test_they_are_the_same(project: Project, manifest: Manifest) -> None:
    """If it fails, mend STAGED_FIELDS in ingest/portal/dataset.py."""
    project.land([VALUES])
    project.build_tables("--select", "+stg_landed_lines")

    [staged] = project.query("select * from staging.stg_landed_lines")
    seen = {str(value).replace(" ", "T") for column, value in staged.items() if column != "line"}
    shown = {field: VALUES[field].removesuffix(".000").replace(" ", "T") for field in FIELDS}
    assert {field for field in FIELDS if shown[field] in seen} == set(STAGED_FIELDS)
    # Were there another column of the dataset, it would have none of these values.
    columns = manifest.nodes["model.dispatch.stg_landed_lines"].columns.keys()
    assert len(columns - DERIVED) == len(STAGED_FIELDS), sorted(columns - DERIVED)
