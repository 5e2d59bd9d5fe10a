"""The command line: python -m export"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from export import files, tables, workbook
from export.tables import ExportError
from terminal.progress import Progress
from terminal.words import counted
from warehouse.reading import DEFAULT_DUCKDB, UnreadableError, database_of, opened

DEFAULT_FOLDER = Path("data/export")
FILES = ("csv", "parquet", "datapackage.json")
WORKBOOK = "dispatch.xlsx"

MANUAL = f"""\
Writes every mart of the DuckDB file as CSV and as Parquet, with a
datapackage.json that says what each table and column means; or, with --format
xlsx, one workbook of the marts that answer questions.

{files.DEFUSED}
"""

EPILOG = f"""\
environment:
  DISPATCH_DUCKDB  the file that dbt built (default: {DEFAULT_DUCKDB})

exit codes:
  0  done
  1  the files cannot be written, or another program writes into the DuckDB file;
     those of the export before are still there
  2  wrong usage: an argument, or a file without the marts
"""


class Tables(Progress):
    """How many tables are written."""

    def text(self, done: int) -> str:
        return f"{done} of {counted(self._total or 0, 'table')}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exports once and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m export", description=MANUAL, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--format", choices=("files", "xlsx"), default="files", help="default: %(default)s")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER, help="default: %(default)s")
    options = parser.parse_args(arguments)
    write = _workbook if options.format == "xlsx" else _files
    try:
        write(database_of(os.environ), options.folder)
    except (ExportError, UnreadableError) as error:
        print(f"export: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"export: {options.folder} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _workbook(database: Path, folder: Path) -> None:
    beside, path = folder / "dispatch.part.xlsx", folder / WORKBOOK
    with opened(database) as connection:
        marts = workbook.of_questions(tables.marts(connection, database))
        folder.mkdir(parents=True, exist_ok=True)
        progress = Tables()
        progress.start(len(marts))
        cut = workbook.write(connection, marts, beside, progress.update)
        progress.finish()
    beside.replace(path)
    for name in cut:
        print(f"{name} has more rows than a sheet can hold: the sheet has the first, make export writes all")
    print(f"{path} has {counted(len(marts), 'table')}, and what their columns mean")


def _files(database: Path, folder: Path) -> None:
    beside = folder.with_name(f"{folder.name}.part")
    with opened(database) as connection:
        marts = tables.marts(connection, database)
        check_replaceable(folder)
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        progress = Tables()
        progress.start(len(marts))
        rows = files.write(connection, marts, beside, progress.update)
        progress.finish()
    replace(folder, beside)
    print(f"{folder} has {counted(rows, 'row')} of {counted(len(marts), 'table')}: csv/, parquet/, datapackage.json")


def check_replaceable(folder: Path) -> None:
    """Raises ExportError for a folder that holds anything but an export."""
    if folder.exists() and any(each.name not in {*FILES, WORKBOOK} for each in folder.iterdir()):
        raise ExportError(f"{folder} holds other files, which an export would replace: name another --folder")


def replace(folder: Path, beside: Path) -> None:
    """Puts the new export in the place of the old, and leaves a workbook where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        old = folder / name
        if old.is_dir():
            shutil.rmtree(old)
        (beside / name).replace(old)
    beside.rmdir()


if __name__ == "__main__":
    sys.exit(main())
