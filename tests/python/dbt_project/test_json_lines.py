"""Lines of JSON of every form become the values that plain Python reads in them."""

import datetime as dt
import hashlib

from tests.python.dbt_project.expected_incidents import BOX, RENAMED, SPANS, TEXTS, read_line
from tests.python.dbt_project.json_lines import json_lines
from tests.python.dbt_project.project import Project, Row

LANDED = dt.date(2024, 6, 14)
COLUMNS = [
    *(RENAMED.get(name, name) for name in TEXTS), "start_time", "end_time", "updated_at", "row_ts", "priority", *BOX,
    *(f"{span}_seconds" for span in SPANS),
]  # fmt: skip


def expected(line: str) -> Row:
    version = read_line(LANDED, line)
    fields = {column: version.fields.get(column) for column in COLUMNS}
    return fields | {"is_deleted": version.is_deleted, "reject_reasons": sorted(version.reasons) or None}


def md5(line: str) -> str:
    return hashlib.md5(line.encode(), usedforsecurity=False).hexdigest()


def test_lines_are_read_as_python_reads_them(project: Project) -> None:
    lines = list(json_lines(3_000, seed=7))
    project.land(lines, f"{LANDED}")

    project.build_tables("--select", "+stg_landed_lines")

    read = {}
    for row in project.query("select * from staging.stg_landed_lines"):
        reasons = row["reject_reasons"] and sorted(row["reject_reasons"])
        read[row["line_hash"]] = {column: row[column] for column in [*COLUMNS, "is_deleted"]} | {
            "reject_reasons": reasons
        }
    differing = []
    for line in lines:
        want, got = expected(line), read.get(md5(line))
        if got is None:
            differing += [f"not read: {line!r}"] if line.strip(" \t\u00a0\u2003\u2028") else []
        elif got != want:
            columns = {column: (want[column], got[column]) for column in want if want[column] != got[column]}
            differing.append(f"{columns} in {line[:2_000]!r}")
    assert not differing, f"{len(differing)}:\n" + "\n".join(differing[:10])
    assert sum(row["reject_reasons"] is None for row in read.values()) > 30, "some lines are in order"
    assert sum("not a JSON object" not in (row["reject_reasons"] or []) for row in read.values()) > 2_000
