"""The command line: python -m report"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from report import document
from report.marts import ReportError, opened
from warehouse.reading import UnreadableError

TARGETS = ("local", "athena", "athena_local")
DEFAULT_OUTPUT = Path("data/report/index.html")

MANUAL = """\
Writes the report: every question with its answer, how to read it, a picture and
the table behind it, in one HTML file that needs neither a server nor the
internet.

It holds the latest days, the newest year and the period that the dashboards
open with, of which a reader chooses one; --periods adds further ones, of the
table reporting_periods.
"""

EXIT_CODES = """\
The marts are those of a target of profiles.yml, by its environment variables:
DISPATCH_DUCKDB for local; AWS_REGION, DISPATCH_ATHENA_RESULTS, DISPATCH_WORK_GROUP
and DISPATCH_SCHEMA_PREFIX for athena.

exit codes:
  0  done, or nothing has landed yet
  1  the file cannot be written, or another program writes into the DuckDB file
  2  wrong usage: an argument, a setting, or a warehouse without the marts
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the report once and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m report",
        description=MANUAL,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = os.environ.get("DBT_TARGET") or "local"
    parser.add_argument("--target", choices=TARGETS, default=default, help="where the marts are (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, metavar="FILE", help="default: %(default)s")
    parser.add_argument("--periods", nargs="+", default=[], metavar="ID", help="further periods, such as 2026-09")
    parser.add_argument("--every-period", action="store_true", help="all that there are")
    options = parser.parse_args(arguments)
    try:
        with opened(options.target) as marts:
            page = document.html(marts, options.periods, options.every_period)
    except (ReportError, UnreadableError) as error:
        print(f"report: {error}", file=sys.stderr)
        return error.exit_code
    if page is None:
        print("No incidents have landed yet: there is nothing to report.")
        return 0
    try:
        write(options.output, page)
    except OSError as error:
        print(f"report: {options.output} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    print(f"The report is in {options.output}: open it")
    return 0


def write(path: Path, text: str) -> None:
    """Writes the file as a whole: whoever has the old one open keeps it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


if __name__ == "__main__":
    sys.exit(main())
