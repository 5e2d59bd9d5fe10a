"""Publishing to a real PostgreSQL: what arrives, who may read it, and what readers see meanwhile or after a failure."""

import datetime as dt
import itertools
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]

from grafana import publish as publishing
from grafana.publish import Published, PublishError, UsageError, main, marts_to_publish, publish
from terminal.progress import Progress
from tests.python.grafana.postgres import Server, query, run
from tests.python.shared import another_writer
from warehouse.build_file import BuildFile

MARTS = marts_to_publish()
NUMBERS = itertools.count(1)
TYPED = """
    SELECT
        CAST(9007199254740993 AS bigint) AS incidents,
        CAST(0.1 AS double) AS pct_of_all,
        TIMESTAMP '2024-06-10 00:09:55' AS start_at,
        DATE '2024-06-10' AS landed_date,
        true AS is_top_city,
        'O''NEILL CORNER é' AS city
    UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL
"""


class Watched(Progress):
    """Progress that lets a test look, or fail, after each table."""

    def __init__(self, after_table: Callable[[], None]) -> None:
        super().__init__()
        self.after_table = after_table
        self.seen: list[int] = []

    def start(self, total: int | None, done: int = 0) -> None:
        super().start(total, done)
        self.total = total

    def update(self, done: int) -> None:
        self.seen.append(done)
        self.after_table()


def write_marts(file: Path, sql: str = "SELECT 1 AS version", **other_tables: str) -> Path:
    """A DuckDB file in which every mart is the same query, but for those named."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS marts")
        for mart in {*MARTS, *other_tables}:
            connection.execute(f"CREATE OR REPLACE TABLE marts.{mart} AS {other_tables.get(mart, sql)}")
    return file


@pytest.fixture
def database(postgres_server: Server) -> str:
    """The name of an empty database."""
    name = f"publish_{next(NUMBERS)}"
    postgres_server.create_database(name)
    return name


@pytest.fixture
def owner(postgres_server: Server, database: str) -> str:
    return postgres_server.url(database)


@pytest.fixture
def reader(postgres_server: Server, database: str) -> str:
    return postgres_server.url(database, user=publishing.READER)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dispatch.duckdb"


def test_every_mart_arrives_but_the_single_incidents(file: Path, owner: str, reader: str) -> None:
    published = publish(write_marts(file, incidents="SELECT 'P1' AS incident_id"), owner, Progress())

    tables = [name for (name,) in query(owner, "SELECT tablename FROM pg_tables WHERE schemaname = 'marts' ORDER BY 1")]
    assert tables == MARTS
    assert {"answers", "q01_incidents_by_city", "q21_disposition_streets", "reporting_periods"} < set(tables)
    assert (published.tables, published.rows) == (len(MARTS), len(MARTS))
    assert query(reader, "SELECT version FROM answers") == [(1,)], "a table is found without its schema"


def test_types_and_values_are_kept(file: Path, owner: str, reader: str) -> None:
    publish(write_marts(file, answers=TYPED), owner, Progress())

    types = query(
        owner,
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = 'marts' AND table_name = 'answers' ORDER BY ordinal_position",
    )
    assert types == [
        ("incidents", "bigint"),
        ("pct_of_all", "double precision"),
        ("start_at", "timestamp without time zone"),
        ("landed_date", "date"),
        ("is_top_city", "boolean"),
        ("city", "text"),
    ]
    assert query(reader, "SELECT * FROM answers ORDER BY incidents") == [
        (
            9007199254740993,  # more than a double can hold
            0.1,
            dt.datetime(2024, 6, 10, 0, 9, 55),
            dt.date(2024, 6, 10),
            True,
            "O'NEILL CORNER é",
        ),
        (None, None, None, None, None, None),
    ]


def test_readers_see_the_old_tables_until_all_are_new(file: Path, owner: str, reader: str) -> None:
    publish(write_marts(file, "SELECT 1 AS version"), owner, Progress())
    seen = set()

    def look() -> None:
        seen.update(query(reader, "SELECT a.version, z.version FROM answers a, top_cities z"))

    progress = Watched(look)
    publish(write_marts(file, "SELECT 2 AS version"), owner, progress)

    assert seen == {(1, 1)}
    assert progress.seen == list(range(1, len(MARTS) + 1))
    assert progress.total == len(MARTS)
    assert query(reader, "SELECT a.version, z.version FROM answers a, top_cities z") == [(2, 2)]


def test_a_reader_in_the_middle_of_its_query_delays_the_new_tables(file: Path, owner: str, reader: str) -> None:
    """Its later rows must not be those of another version."""
    publish(write_marts(file, "SELECT 1 AS version FROM range(1000)"), owner, Progress())
    with dbapi.connect(reader) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT sum(version) FROM answers")
        write_marts(file, "SELECT 2 AS version")
        with subprocess.Popen(
            [sys.executable, "-m", "grafana.publish"],
            env={"DISPATCH_DUCKDB": str(file), "DISPATCH_POSTGRES": owner},
            cwd=publishing.MODELS.parents[1],
            stdout=subprocess.PIPE,
            text=True,
        ) as publication:
            wait_for(lambda: query(owner, "SELECT 1 FROM pg_locks WHERE NOT granted") != [])
            assert publication.poll() is None
            connection.rollback()
            output, _ = publication.communicate(timeout=60)
    assert publication.returncode == 0
    assert output.startswith(f"Published {len(MARTS)} rows in {len(MARTS)} tables from {file} in ")
    assert query(reader, "SELECT version FROM answers") == [(2,)]


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.05)


def test_a_failure_half_way_leaves_the_old_tables(file: Path, owner: str, reader: str) -> None:
    publish(write_marts(file, "SELECT 'old' AS text"), owner, Progress())
    # PostgreSQL keeps no NUL in a text. The last mart fails, when all the others are there.
    write_marts(file, "SELECT 'new' AS text", **{MARTS[-1]: "SELECT 'new' || chr(0) AS text"})

    with pytest.raises(PublishError, match=r"did not take the marts \(.+\); it keeps the tables that it had$"):
        publish(file, owner, Progress())

    assert query(reader, f"SELECT a.text, z.text FROM {MARTS[0]} a, {MARTS[-1]} z") == [("old", "old")]
    publish(write_marts(file, "SELECT 'new' AS text"), owner, Progress())
    assert query(reader, f"SELECT a.text, z.text FROM {MARTS[0]} a, {MARTS[-1]} z") == [("new", "new")]


def test_ctrl_c_half_way_leaves_the_old_tables(
    file: Path, owner: str, reader: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(write_marts(file, "SELECT 1 AS version"), owner, Progress())
    write_marts(file, "SELECT 2 AS version")

    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "Progress", lambda: Watched(interrupt))
    assert run_main(file, owner, monkeypatch) == 1
    assert capsys.readouterr().err == "publish: stopped; PostgreSQL keeps the tables that it had\n"
    assert query(reader, "SELECT version FROM answers") == [(1,)]
    assert query(owner, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'marts%'") == [("marts",)]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO marts.answers VALUES (2)",
        "UPDATE marts.answers SET version = 2",
        "DELETE FROM marts.answers",
        "TRUNCATE marts.answers",
        "DROP TABLE marts.answers",
        "CREATE TABLE marts.mine (a int)",
        "CREATE TABLE public.mine (a int)",
    ],
)
def test_the_reader_cannot_write(statement: str, file: Path, owner: str, reader: str) -> None:
    publish(write_marts(file), owner, Progress())

    with pytest.raises(dbapi.Error, match=r"read-only transaction|permission denied|must be owner"):
        run(reader, statement)
    with pytest.raises(dbapi.Error, match=r"permission denied|must be owner"):
        run(reader, "SET default_transaction_read_only = off", statement)

    assert query(reader, "SELECT version FROM answers") == [(1,)]


def test_other_tables_stay(file: Path, owner: str) -> None:
    run(owner, "CREATE SCHEMA marts", "CREATE TABLE marts.notes AS SELECT 'mine' AS text")
    publish(write_marts(file), owner, Progress())
    publish(write_marts(file), owner, Progress())
    assert query(owner, "SELECT text FROM marts.notes") == [("mine",)]


def test_many_rows_take_seconds(file: Path, owner: str) -> None:
    """Row by row this would take minutes."""
    rows = 300_000
    write_marts(
        file, q05_hotspots=f"SELECT i AS incidents, i / 7 AS pct, 'place ' || i AS place FROM range({rows}) t(i)"
    )
    started = time.monotonic()
    publish(file, owner, Progress())
    assert time.monotonic() - started < 60
    assert query(owner, "SELECT count(*), sum(incidents)::bigint FROM marts.q05_hotspots") == [(rows, 44_999_850_000)]


def run_main(file: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("DISPATCH_DUCKDB", str(file))
    monkeypatch.setenv("DISPATCH_POSTGRES", url)
    return main([])


def complaint(
    file: Path, url: str, exit_code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """The one line that publishing says when it ends with this code."""
    assert run_main(file, url, monkeypatch) == exit_code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("publish: ")
    assert printed.err.count("\n") == 1
    return printed.err.removeprefix("publish: ").rstrip()


def test_a_missing_file_is_told(
    file: Path, owner: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = complaint(file, owner, UsageError.exit_code, monkeypatch, capsys)
    assert said == f"there is no file {file}: run make demo or dbt build, or set DISPATCH_DUCKDB to the file"
    assert not file.exists()


def test_a_file_that_is_no_database_is_told(
    file: Path, owner: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("incident_id,city\n" * 1000)
    said = complaint(file, owner, UsageError.exit_code, monkeypatch, capsys)
    assert said.startswith(f"{file} cannot be read (")
    assert said.endswith("): build it anew with dbt build")


def test_a_missing_mart_is_told(
    file: Path, owner: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_marts(file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("DROP TABLE marts.q20_trend")
        connection.execute("DROP TABLE marts.answers")
    said = complaint(file, owner, UsageError.exit_code, monkeypatch, capsys)
    assert said == f"{file} has no table marts.answers, marts.q20_trend: run dbt build, then this again"


def test_a_build_that_failed_is_told(
    file: Path, owner: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(write_marts(file, "SELECT 1 AS version"), owner, Progress())
    build = BuildFile(file)
    build.begin()
    build.release()
    said = complaint(file, owner, PublishError.exit_code, monkeypatch, capsys)
    assert said == (
        f"the last build of {file} failed or was broken off, and left {build.path}: run dbt build, then this again"
    )
    assert query(owner, "SELECT version FROM marts.answers") == [(1,)]


def test_a_build_under_way_is_told(
    file: Path, owner: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build = BuildFile(write_marts(file))
    build.begin()
    said = complaint(file, owner, PublishError.exit_code, monkeypatch, capsys)
    assert said == f"a build of {file} is under way: wait for its end, and run this again"
    build.publish()
    assert run_main(file, owner, monkeypatch) == 0


def test_a_locked_file_is_told(
    file: Path, owner: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_marts(file)
    with another_writer(file):
        said = complaint(file, owner, PublishError.exit_code, monkeypatch, capsys)
    assert said == f"{file} is in use by another program: wait for its end, or close it, and run this again"
    assert run_main(file, owner, monkeypatch) == 0


def test_postgres_being_away_is_told(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"postgresql://marts:secret@/marts?host={tmp_path}"
    said = complaint(write_marts(file), url, PublishError.exit_code, monkeypatch, capsys)
    assert said.startswith("PostgreSQL does not answer (No such file or directory): start it with make dashboards")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://marts:secret@127.0.0.1:1/marts",
        "postgresql://marts:sec ret@127.0.0.1:1/marts",
        "postgresql://marts:secret@127.0.0.1:5x/marts",
        "postgresql://marts:p@secret@127.0.0.1:1/marts",
        "postgresql://marts:secret/x@127.0.0.1:1/marts",
        "postgresql://marts:sec%zzret@127.0.0.1:1/marts",
        "postgresql://marts:secret@[::1/marts",
        "postgresql://marts:secret@127.0.0.1:1/marts?sslmode=secret",
        "postgresql://marts@127.0.0.1:1/marts?secret=1",
        "postgresql:/marts:secret@127.0.0.1/marts",
        "host=127.0.0.1 port=1 password=secret",
        "host=127.0.0.1 password = secret port",
        "host=127.0.0.1 password='secret",
        "secret",
        "postgresql://marts:secret\udcff@127.0.0.1:1/marts",
    ],
)
def test_a_password_is_never_told(
    url: str, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = complaint(write_marts(file), url, PublishError.exit_code, monkeypatch, capsys)
    assert said.startswith("PostgreSQL does not answer (")
    assert not re.search("secret|sec|ret@", said)


def test_the_server_of_compose_has_its_password_from_the_environment(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls: list[str] = []

    def published(database: Path, url: str, progress: Progress) -> Published:
        urls.append(url)
        return Published(0, 0)

    monkeypatch.setattr(publishing, "publish", published)
    monkeypatch.delenv("DISPATCH_POSTGRES", raising=False)
    for password in ("", "p@ss/w rd"):
        monkeypatch.setenv("POSTGRES_PASSWORD", password)
        main([])
    assert urls == [
        "postgresql://marts:marts@127.0.0.1:5433/marts",
        "postgresql://marts:p%40ss%2Fw%20rd@127.0.0.1:5433/marts",
    ]


def test_the_reader_makes_no_temporary_tables(postgres_server: Server) -> None:
    """In the database that reader.sql was run on."""
    with pytest.raises(dbapi.Error, match="permission denied to create temporary tables"):
        run(
            postgres_server.url(user=publishing.READER),
            "SET default_transaction_read_only = off",
            "CREATE TEMPORARY TABLE mine (a int)",
        )


def test_a_missing_reader_is_told(
    file: Path, owner: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(publishing, "READER", "grafana_guest")
    said = complaint(write_marts(file), owner, PublishError.exit_code, monkeypatch, capsys)
    assert said == "PostgreSQL has no role grafana_guest: create it as in grafana/postgres/reader.sql"
