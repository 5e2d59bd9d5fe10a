"""The exported files: what is in them, and that nothing in them runs."""

import csv
import json
import zipfile
from pathlib import Path

import duckdb
import pytest
from frictionless import Package, system

from export.__main__ import main
from tests.python.shared import another_writer

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


def export(database: Path, folder: Path, *arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPATCH_DUCKDB", str(database))
        return main(["--folder", str(folder), *arguments])


@pytest.fixture(scope="session")
def exported(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taken") / "export"
    assert export(warehouse, folder) == 0
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A database with one mart, of texts that a spreadsheet would run."""
    path = tmp_path / "small.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.answers (period_id varchar, amount bigint, began_at timestamp)")
        connection.executemany(
            "insert into marts.answers values (?, -5, '2024-06-10 00:01:02')", [[each] for each in FORMULAS]
        )
        connection.execute(
            "insert into marts.answers values ('a, \"b\"\nc', null, null), ('', 1, null), (null, 2, null)"
        )
        connection.execute("comment on table marts.answers is 'One row per example.'")
        for column in ("period_id", "amount", "began_at"):
            connection.execute(f"comment on column marts.answers.{column} is 'It''s {column}.'")
    return path


def test_every_mart_is_there_with_all_of_its_rows(exported: Path, warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        marts = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'marts'"
            ).fetchall()
        ]
        assert "incidents" in marts
        for mart in marts:
            assert connection.execute(
                f"select count(*) from (from marts.{mart} except all from '{exported}/parquet/{mart}.parquet')"
            ).fetchall() == [(0,)]
            (rows,) = connection.execute(f"select count(*) from marts.{mart}").fetchall()[0]
            assert connection.execute(
                f"select count(*) from read_csv('{exported}/csv/{mart}.csv', header = true, all_varchar = true)"
            ).fetchall() == [(rows,)]
    files = {path.stem for path in (exported / "csv").iterdir()}
    assert files == {path.stem for path in (exported / "parquet").iterdir()}
    assert set(marts) <= files


def test_frictionless_finds_the_files_as_the_package_describes_them(exported: Path) -> None:
    with system.use_context(trusted=True):
        report = Package.from_descriptor(str(exported / "datapackage.json")).validate(limit_rows=3_000)
    assert report.valid, report.flatten(["name", "type", "message"])[:5]
    assert len(report.tasks) > 30


def test_each_column_says_what_it_means(exported: Path) -> None:
    package = json.loads((exported / "datapackage.json").read_text())
    fields = {
        (resource["name"], field["name"]): field
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    assert fields["q01_incidents_by_city", "pct_of_all"]["type"] == "number"
    assert all(field["description"] for field in fields.values())
    with duckdb.connect() as connection:
        metadata = connection.execute(
            "select key::varchar, value::varchar from parquet_kv_metadata(?)",
            [f"{exported}/parquet/q01_incidents_by_city.parquet"],
        ).fetchall()
    assert any(key == "columns" and "pct_of_all" in value for key, value in metadata)


def test_no_text_of_a_csv_file_is_a_formula(small: Path, tmp_path: Path) -> None:
    assert export(small, tmp_path / "out") == 0
    with (tmp_path / "out" / "csv" / "answers.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["period_id", "amount", "began_at"]
    assert [row[0] for row in rows] == [*(f"'{each}" for each in FORMULAS), 'a, "b"\nc', "", ""]
    # A number stays one.
    assert rows[0][1:] == ["-5", "2024-06-10 00:01:02"]


def test_no_text_of_a_workbook_is_a_formula(small: Path, tmp_path: Path) -> None:
    assert export(small, tmp_path / "out", "--format", "xlsx") == 0
    with zipfile.ZipFile(tmp_path / "out" / "dispatch.xlsx") as book:
        sheets = {name: book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name}
        workbook = book.read("xl/workbook.xml").decode()
    assert not any("<f>" in sheet for sheet in sheets.values())
    assert "=1+1" in sheets["xl/worksheets/sheet2.xml"]
    assert 'name="columns"' in workbook
    assert 'name="answers"' in workbook


def test_an_export_replaces_the_one_before_and_nothing_else(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert export(small, folder) == 0
    (folder / "csv" / "gone.csv").write_text("of a mart that there is no more")
    assert export(small, folder) == 0
    assert sorted(path.name for path in (folder / "csv").iterdir()) == ["answers.csv"]
    (folder / "mine.txt").write_text("a person's own")
    assert export(small, folder) == 2
    assert (folder / "mine.txt").exists()


def test_a_file_whose_columns_say_nothing_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create table marts.answers (period_id varchar)")
    assert export(path, tmp_path / "out") == 2
    assert capsys.readouterr().err == (
        f"export: {path} has no marts that say what their columns mean: build it anew with dbt build\n"
    )


def test_a_file_that_another_program_writes_is_not_called_damaged(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with another_writer(small):
        assert export(small, tmp_path / "export") == 1
    assert capsys.readouterr().err == (
        f"export: {small} is in use by another program: wait for its end, or close it, and run this again\n"
    )
