"""What a person types, reads and gets back."""

import errno
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from ingest.portal.dataset import STAGED_FIELDS
from ingest.zone.folder import FolderZone
from local_portal.soda_server import SodaServer, busy, incidents, portal_error, web_page
from tests.python.ingest.conftest import Ingest
from tests.python.ingest.files import as_ndjson, rows
from tests.python.ingest.landed import incident_ids, landed_lines, landed_rows

STAMP = "2026-11-24T10:00:00.000Z"
EXPORT = Path(__file__).parent / "data" / "portal_export.csv"

Output = pytest.CaptureFixture[str]


def start_pull(server: SodaServer, zone: FolderZone) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", "pull"],
        env={**os.environ, "DISPATCH_PORTAL": server.url, "DISPATCH_LANDING": str(zone.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def held_up(server: SodaServer) -> tuple[threading.Event, threading.Event]:
    """Whether the server was asked, and what lets it answer then."""
    asked, go_on = threading.Event(), threading.Event()

    def on_query(query: object) -> None:
        asked.set()
        go_on.wait(10)

    server.on_query = on_query
    return asked, go_on


class TestPull:
    def test_rows_then_nothing_new(self, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
        server.insert(incidents(1200))

        assert ingest("pull", "--page-size", 1000) == 0
        assert capsys.readouterr() == (f"Landed 1,200 rows in 2 files: {zone.root}\n", "")
        assert ingest("pull") == 0
        assert capsys.readouterr() == ("Nothing new: the portal's 1,200 rows have landed\n", "")

    def test_one_row(self, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
        server.insert(incidents(1))

        assert ingest("pull") == ingest("pull") == ingest("reconcile") == 0
        assert capsys.readouterr().out.splitlines() == [
            f"Landed 1 row in 1 file: {zone.root}",
            "Nothing new: the portal's 1 row has landed",
            "1 of 1 month agreed with the portal",
        ]

    def test_a_range(self, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
        server.insert(incidents(2000))

        assert ingest("pull", "--since", "2026-01-02", "--until", "2026-01-02T00:01") == 0
        assert capsys.readouterr().out == f"Landed 1 row in 1 file: {zone.root}\n"
        assert ingest("pull", "--since", "2027-01-01") == 0
        assert capsys.readouterr().out == "The portal has no incidents in that range\n"

    def test_retries_and_an_interrupted_run_are_told(self, ingest: Ingest, server: SodaServer, capsys: Output) -> None:
        server.insert(incidents(30))
        server.answer_next(busy(503), None, None, busy(500), busy(500))

        assert ingest("pull", "--page-size", 10, "--retries", 1) == 1
        told = capsys.readouterr().err.splitlines()
        assert "HTTP 503" in told[0]
        assert "trying again in 0.0 s (1 of 1)" in told[0]
        assert told[-1].startswith("ingest: the portal answered HTTP 500, busy, Try again later., request id ")
        assert ingest("pull") == 0
        told = capsys.readouterr().err.splitlines()
        assert re.fullmatch(r"going on with the pull that began at \S+ and has landed 10 rows", told[0])

    def test_full(self, ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
        server.insert(incidents(10))

        assert ingest("pull") == ingest("pull", "--full") == 0

        assert len(landed_lines(zone.root)) == 20

    @pytest.mark.parametrize("before", [[], ["pull", "--since", "2026-01-01T00:20"], ["load", EXPORT], ["reconcile"]])
    @pytest.mark.parametrize("is_whole", [True, False])
    def test_rows_that_were_deleted_are_read_anew(
        self, before: list[str], is_whole: bool, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
    ) -> None:
        """Of a pull that came to its end, or did not; whatever lands before the next one."""
        server.insert(incidents(20), stamp=STAMP)
        if not is_whole:
            server.answer_next(None, None, busy(500))
        assert ingest("pull", "--page-size", 10, "--retries", 0) == (0 if is_whole else 1)
        shutil.rmtree(zone.incidents)
        capsys.readouterr()

        if before:
            ingest(*before)
        assert ingest("pull") == 0

        told = capsys.readouterr()
        assert "Landed 20 rows in 1 file" in told.out
        assert told.err.splitlines()[0] == (
            f"no row is in {zone.incidents}, though rows that changed up to {STAMP} were read: all are read anew"
        )
        assert told.err.count("read anew") == 1
        assert {f"P26{number:08}" for number in range(1, 21)} <= incident_ids(landed_rows(zone.root))
        assert ingest("pull") == 0
        assert capsys.readouterr() == ("Nothing new: the portal's 20 rows have landed\n", "")

    @pytest.mark.parametrize("part", ["incidents", "dt=*", "dt=*/hh=*"])
    def test_rows_that_cannot_be_seen_are_not_taken_for_deleted(
        self, part: str, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
    ) -> None:
        server.insert(incidents(20), stamp=STAMP)
        ingest("pull")
        state = (zone.state / "pull.json").read_bytes()
        [forbidden] = [zone.incidents] if part == "incidents" else zone.incidents.glob(part)
        scandir = os.scandir

        def refuse(path: str | os.PathLike[str]) -> object:
            # Root may read any folder.
            if path == forbidden:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return scandir(path)

        with patch.object(os, "scandir", refuse):
            assert ingest("pull") == ingest("load", EXPORT) == 1
        assert f"{forbidden}: Permission denied" in capsys.readouterr().err
        assert (zone.state / "pull.json").read_bytes() == state

    @pytest.mark.parametrize(
        ("misbehave", "code", "words"),
        [
            (lambda server: server.answer_next(portal_error(400, "query.x", "Bad query")), 1, "HTTP 400, query.x, Bad"),
            (
                lambda server: server.answer_next(portal_error(403, "permission_denied", "No")),
                3,
                "permission_denied, No",
            ),
            (lambda server: server.answer_next(web_page(403)), 3, "set SOCRATA_APP_TOKEN to an app token"),
            (lambda server: server.answer_next(None, web_page(200)), 3, "a web page in place of data"),
            (lambda server: setattr(server, "stale", True), 4, "out of date"),
            (lambda server: setattr(server, "count_offset", 1), 4, "counts 21 rows"),
            (lambda server: server.delete(f"P26{number:08}" for number in range(21)), 4, "no rows at all"),
        ],
    )
    def test_exit_codes(
        self,
        ingest: Ingest,
        server: SodaServer,
        capsys: Output,
        misbehave: Callable[[SodaServer], None],
        code: int,
        words: str,
    ) -> None:
        """One sentence each, on standard error, and a good portal mends it."""
        server.insert(incidents(20))
        rows = server.rows()
        misbehave(server)

        assert ingest("pull") == code
        told = capsys.readouterr()
        assert told.out == ""
        [sentence] = told.err.splitlines()
        assert sentence.startswith("ingest: ")
        assert words in sentence

        server.stale, server.count_offset = False, 0
        if not server.rows():
            server.insert(rows)
        assert ingest("pull") == 0

    def test_two_at_once(self, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
        """The second is refused while the first waits for its first answer."""
        server.insert(incidents(30))
        asked, go_on = held_up(server)
        with start_pull(server, zone) as first:
            assert asked.wait(10)
            assert ingest("pull") == 1
            assert f"another ingest (process {first.pid}) is writing to {zone.root}" in capsys.readouterr().err
            assert ingest("load", EXPORT) == 1
            assert ingest("status") == 0
            go_on.set()
            assert first.wait(10) == 0
        assert len(landed_rows(zone.root)) == 30

    def test_stopped_by_hand(self, ingest: Ingest, server: SodaServer, zone: FolderZone) -> None:
        server.insert(incidents(30))
        asked, go_on = held_up(server)
        with start_pull(server, zone) as first:
            assert asked.wait(10)
            first.send_signal(signal.SIGINT)
            output, errors = first.communicate(timeout=60)
            go_on.set()
        assert first.returncode == 1
        assert (output, errors) == ("", "ingest: stopped; nothing is lost, run again to go on\n")
        server.on_query = lambda query: None
        assert ingest("pull") == 0


class TestLoad:
    def test_files_of_each_kind(self, ingest: Ingest, zone: FolderZone, tmp_path: Path, capsys: Output) -> None:
        other = tmp_path / "other.ndjson.gz"
        other.write_bytes(gzip.compress(as_ndjson(rows(1)).encode() + b'{"incident_id":"P2\n'))

        assert ingest("load", EXPORT, other) == 0

        assert capsys.readouterr().out.splitlines() == [
            f"{EXPORT}: 10 rows landed in 1 file",
            f"{other}: 2 rows landed in 1 file",
            f"{other}: 1 line of these landed unchanged, being no JSON objects (the first is line 2: character 16: "
            "Unterminated string starting at): the warehouse will report them",
            "2 files landed, 0 did not",
        ]
        assert len(landed_lines(zone.root)) == 12

    def test_a_later_file_is_newer(self, ingest: Ingest, zone: FolderZone, tmp_path: Path) -> None:
        """So that of two versions without a time of change, the later one wins, in however short a time both land."""
        for name in ("1", "2", "3"):
            (tmp_path / name).write_text(as_ndjson(rows(1, address=name)))
        (tmp_path / "4").write_text("".join(json.dumps(rows(1, address=f"4{number:03}")) for number in range(300)))

        assert ingest("load", tmp_path / "4", tmp_path / "2", tmp_path / "1", tmp_path / "3") == 0

        stamps = {str(row["address"]): str(row["row_ts"]) for row in landed_rows(zone.root)}
        of_parts = [stamps[f"4{number:03}"] for number in range(300)]
        assert of_parts == sorted(set(of_parts))
        assert of_parts[-1] < stamps["2"] < stamps["1"] < stamps["3"]

    def test_a_bad_file_is_wrong_usage(self, ingest: Ingest, zone: FolderZone, tmp_path: Path, capsys: Output) -> None:
        bad = tmp_path / "bad.csv"
        bad.write_text("a,b\n1,2\n")

        assert ingest("load", bad, EXPORT, tmp_path / "none.csv") == 2

        told = capsys.readouterr()
        assert told.out == f"{EXPORT}: 10 rows landed in 1 file\n1 file landed, 2 did not\n"
        assert told.err.startswith(f"ingest: {bad}: this is no export of the dataset: its header lacks incident_id,")
        assert "; nothing of it has landed\n" in told.err
        assert told.err.endswith("none.csv cannot be opened: No such file or directory\n")


class TestRowsThatAreTooLarge:
    """By hand: 1,024,000 bytes land with their newline and row_ts, a byte more is kept as a dead letter."""

    @staticmethod
    def row(size: int) -> dict[str, object]:
        """A row of the portal that lands with so many bytes."""
        row: dict[str, object] = {"incident_id": "P2600000900", "start_time": "2026-01-01T00:00:00.000", "address": ""}
        system = {":id": "row-0000.0000-0000", **dict.fromkeys((":created_at", ":updated_at", "row_ts"), STAMP)}
        return {**row, "address": "x" * (size - len(json.dumps({**row, **system}, separators=(",", ":"))) - 1)}

    def test_pulled(self, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output) -> None:
        server.insert([*incidents(3), self.row(1_024_000)], stamp=STAMP)
        assert ingest("pull") == 0
        server.insert([self.row(1_024_001)], stamp=STAMP)
        capsys.readouterr()

        assert ingest("pull", "--full") == 1

        assert capsys.readouterr().err.splitlines()[-1] == (
            f"ingest: 1 row larger than an incident can be (1,000 KiB): kept in {zone.dead_letters.address}, "
            "all others landed"
        )
        assert sorted(map(len, landed_lines(zone.root)))[-2:] == [1_023_999, 1_023_999]
        [kept] = zone.dead_letters.files()
        assert kept.stat().st_size == 1_024_001
        assert ingest("status") == 0
        assert "Too large        1 row in " in capsys.readouterr().out

    def test_loaded(self, ingest: Ingest, zone: FolderZone, tmp_path: Path, capsys: Output) -> None:
        row = dict.fromkeys(STAGED_FIELDS, "1") | {"start_time": STAMP[:-1], "end_time": STAMP[:-1]}
        file = tmp_path / "x.ndjson"
        file.write_text(f"{json.dumps(row)}\n{json.dumps({**row, 'address': '❤' * 400_000}, ensure_ascii=False)}\n")

        assert ingest("load", file) == 1

        assert "x.ndjson: 1 row larger than an incident can be (1,000 KiB): kept in " in capsys.readouterr().err
        assert len(landed_lines(zone.root)) == 1


class TestStatus:
    def test_nothing_yet(self, ingest: Ingest, zone: FolderZone, capsys: Output) -> None:
        assert ingest("status") == 0

        assert capsys.readouterr().out.splitlines() == [
            f"Landing zone     {zone.root}",
            "Landed           nothing yet",
            "Newest incident  none",
            "Watermark        none: the next pull reads everything",
            "Unfinished       nothing",
        ]
        assert not zone.root.exists()

    def test_what_has_landed(self, ingest: Ingest, server: SodaServer, capsys: Output) -> None:
        server.insert(incidents(1300), stamp="2026-11-24T10:00:00.000Z")
        ingest("pull", "--page-size", 1000)
        ingest("load", EXPORT)
        capsys.readouterr()

        assert ingest("status") == 0

        lines = capsys.readouterr().out.splitlines()
        assert re.fullmatch(r"Landed           1,310 rows in 3 files, 0\.\d MB", lines[1])
        assert lines[2] == "Newest incident  2026-01-01 21:40:00, Montgomery County time"
        assert lines[3] == (
            "Watermark        2026-11-24T10:00:00.000Z: all changes up to then have landed (the portal had 1,300 rows)"
        )

    def test_unfinished_pulls(self, ingest: Ingest, server: SodaServer, capsys: Output) -> None:
        server.insert(incidents(30))
        server.answer_next(None, None, busy(500))
        ingest("pull", "--page-size", 10, "--retries", 0)
        server.answer_next(None, None, None, busy(500))
        ingest("pull", "--page-size", 10, "--retries", 0, "--since", "2026-01-01T00:05", "--until", "2026-01-02")
        capsys.readouterr()

        ingest("status")

        unfinished = capsys.readouterr().out.splitlines()[4]
        assert re.fullmatch(
            r"Unfinished       a pull begun \S+Z, 10 of 30 rows landed: pull again to go on; "
            r"a pull of incidents since 2026-01-01T00:05:00 until 2026-01-02T00:00:00 begun \S+Z, "
            r"20 of 26 rows landed: pull again to go on",
            unfinished,
        )

    def test_a_landed_file_is_looked_into_once(
        self, ingest: Ingest, zone: FolderZone, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ingest("load", EXPORT)
        ingest("status")
        first = capsys.readouterr().out.splitlines()[1:]
        monkeypatch.setattr("ingest.zone.contents._content", lambda path: pytest.fail(f"{path} was read again"))

        ingest("status")

        assert capsys.readouterr().out.splitlines() == first

    @pytest.mark.parametrize(
        "name",
        [
            "x.ndjson.gz",
            "dt=2026-11-24/x.gz",
            "dt=2026-11-24/hh=10/x.ndjson",
            "a/b/c/d.gz",
            "2026-11-24/10/x.gz",
            "dt=2026-02-30/hh=10/x.gz",
        ],
    )
    def test_a_file_where_the_warehouse_does_not_look(
        self, name: str, ingest: Ingest, zone: FolderZone, capsys: Output
    ) -> None:
        ingest("load", EXPORT)
        stray = zone.incidents / name
        stray.parent.mkdir(parents=True, exist_ok=True)
        stray.write_bytes(b"")
        for hidden in (".DS_Store", "_SUCCESS", ".Trashes/x.gz", "dt=2026-11-24/hh=10/._x.gz", "dt=2026-11-24/_x.gz"):
            (zone.incidents / hidden).parent.mkdir(parents=True, exist_ok=True)
            (zone.incidents / hidden).write_bytes(b"AppleDouble")
        capsys.readouterr()

        assert ingest("status") == 1
        assert capsys.readouterr().out.splitlines()[5:] == [
            f"Misplaced        {name} is not where the warehouse looks: "
            "move it to dt=YYYY-MM-DD/hh=HH/<name>.gz, or away"
        ]
        assert ingest("reconcile") == 1
        assert f"{stray} is not where the warehouse looks" in capsys.readouterr().err

    def test_times_and_lines_are_read_as_by_the_warehouse(
        self, ingest: Ingest, zone: FolderZone, capsys: Output
    ) -> None:
        """Blanks in the middle or around; rejected times, blank lines and a missing newline count for nothing."""
        folder = zone.incidents / "dt=2026-11-29" / "hh=04"
        folder.mkdir(parents=True)
        times = ("2026-11-07 06:40:42", " 2026-11-08 06:40:42.000 ", "2204-01-01T00:00:00.000", "2026-13-45T99:00:00")
        lines = [json.dumps({"incident_id": f"P{number}", "start_time": time}) for number, time in enumerate(times)]
        between = "\n\n\x00\x00\n\x1a\r\n\u00a0\n"
        (folder / "a.gz").write_bytes(gzip.compress(between.join([*lines, ""]).encode()))

        assert ingest("status") == 0

        told = capsys.readouterr().out.splitlines()
        assert told[1].startswith("Landed           4 rows in 1 file")
        assert told[2] == "Newest incident  2026-11-08 06:40:42, Montgomery County time"

    def test_a_damaged_file(self, ingest: Ingest, zone: FolderZone, capsys: Output) -> None:
        ingest("load", EXPORT, EXPORT)
        damaged, _ = zone.landed_files()
        damaged.write_bytes(damaged.read_bytes()[:-10])
        capsys.readouterr()

        assert ingest("status") == 1

        lines = capsys.readouterr().out.splitlines()
        assert lines[1].startswith("Landed           10 rows in 1 file")
        name = damaged.relative_to(zone.incidents)
        assert lines[5] == f"Damaged          {name} cannot be read: move it away, then reconcile"

    def test_keys_with_white_space_around(self, ingest: Ingest, zone: FolderZone, capsys: Output) -> None:
        """As json.dumps, jq and a browser write them; and a text that only looks like one."""
        row = {"incident_id": "P1", "address": '"start_time":"2027-01-01T00:00:00.000"'}
        lines = [{**row, "start_time": "2026-11-02T13:40:42.000"}, {"x": {"start_time": "2027-01-01T00:00:00"}, **row}]
        zone.sink().land(["".join(f"{json.dumps(line)}\n" for line in lines).encode()])

        assert ingest("status") == 0

        newest = capsys.readouterr().out.splitlines()[2]
        assert newest == "Newest incident  2026-11-02 13:40:42, Montgomery County time"

    @pytest.mark.parametrize(
        "memory",
        [
            "[1]",
            "",
            "{}",
            '{"x":1}',
            "\x00",
            '{"version":2}',
            '{"version":2,"files":[1]}',
            '{"version":2,"files":{"%s":{"bytes":%d,"rows":"x","newest":5}}}',
            '{"version":3,"files":{"%s":{"bytes":%d,"rows":5,"newest":""}}}',
            "[" * 100_000,
        ],
    )
    def test_a_damaged_memory_is_made_anew(self, memory: str, ingest: Ingest, zone: FolderZone, capsys: Output) -> None:
        ingest("load", EXPORT)
        if "%" in memory:
            [landed] = zone.landed_files()
            memory %= (landed.relative_to(zone.incidents), landed.stat().st_size)
        (zone.state / "landed.json").write_text(memory)

        assert ingest("status") == 0
        assert "10 rows" in capsys.readouterr().out


class TestUsage:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ([], "required: COMMAND"),
            (["fetch"], "invalid choice: 'fetch'"),
            (["load"], "required: FILE"),
            (["pull", "--page-size", "0"], "'0' is no whole number from 1 to 50000"),
            (["pull", "--page-size", "many"], "'many' is no whole number"),
            (["pull", "--retries", "-1"], "'-1' is no whole number from 0 to 100"),
            (["pull", "--retry-seconds", "nan"], "'nan' is no number of seconds"),
            (["pull", "--api", "soda4"], "argument --api: 'soda4' is no API of the portal: write soda2 or soda3"),
            (["pull", "--sinc", "2026-01-01"], "unrecognized arguments: --sinc"),
        ],
    )
    def test_arguments(self, arguments: list[str], words: str, ingest: Ingest, capsys: Output) -> None:
        with pytest.raises(SystemExit) as stopped:
            ingest(*arguments)
        assert stopped.value.code == 2
        assert words in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--since", "yesterday"], "'yesterday' is no local time"),
            (["--since", "2026-11-24T10:00Z"], "without a zone"),
            (["--until", "2026-02-30"], "'2026-02-30' is no local time"),
            (["--since", "2026-01-02", "--until", "2026-01-02"], "is not before --until 2026-01-02"),
        ],
    )
    def test_times(
        self, arguments: list[str], words: str, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
    ) -> None:
        assert ingest("pull", *arguments) == 2
        assert words in capsys.readouterr().err
        assert server.queries == []
        assert not zone.root.exists()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DISPATCH_LANDING", "s3://bucket/landing"),
            ("DISPATCH_LANDING", "s3://"),
            ("DISPATCH_LANDING", "~/landing"),
            ("DISPATCH_LANDING", str(EXPORT)),
            ("DISPATCH_PORTAL", "data.example.org"),
            ("SOCRATA_APP_TOKEN", "two words"),
        ],
    )
    def test_settings(
        self, name: str, value: str, ingest: Ingest, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, value)

        assert ingest("pull") == 2
        assert name in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("file/below/it", "is file/below/it, and file is a file: set it to a folder"),
            ("s3:/bucket", "is s3:/bucket: write a folder, or s3://bucket/prefix"),
            ("S3:bucket/landing", "is S3:bucket/landing: write a folder, or s3://bucket/prefix"),
            (" ", "is ' ': a blank stands where it begins or ends, so delete that"),
            (" /landing", "is ' /landing': a blank stands where it begins or ends"),
            ("landing\t", "is 'landing\\t': a blank stands where it begins or ends"),
            ("s3://bucket/landing ", "is 's3://bucket/landing ': a blank stands where it begins or ends"),
        ],
    )
    @pytest.mark.parametrize("command", [("load", EXPORT), ("status",), ("pull",), ("reconcile",)])
    def test_slips_in_the_landing_zone(
        self,
        command: tuple[object, ...],
        value: str,
        words: str,
        ingest: Ingest,
        capsys: Output,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        """A folder of that name would be made, and dbt would look elsewhere."""
        monkeypatch.setenv("DISPATCH_LANDING", value)
        monkeypatch.chdir(tmp_path)
        (tmp_path / "file").touch()

        assert ingest(*command) == 2
        assert f"DISPATCH_LANDING {words}" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == [tmp_path / "file"]

    def test_a_zone_that_cannot_be_written(self, ingest: Ingest, zone: FolderZone, capsys: Output) -> None:
        zone.root.mkdir()
        zone.incoming.write_text("a file where a folder belongs")

        assert ingest("load", EXPORT) == 1
        assert capsys.readouterr().err.startswith(f"ingest: {zone.incoming}")

    @pytest.mark.parametrize("name", ["lock", "pull.json", "pull.json.tmp"])
    def test_a_folder_where_a_file_belongs(
        self, name: str, ingest: Ingest, server: SodaServer, zone: FolderZone, capsys: Output
    ) -> None:
        server.insert(incidents(3))
        (zone.state / name / "x").mkdir(parents=True)

        assert ingest("pull") == 1
        assert capsys.readouterr().err == (
            f"ingest: {zone.state / name} is a folder, where a file of the landing zone belongs: move it away, "
            "and run this again\n"
        )

    @pytest.mark.parametrize(
        ("arguments", "output", "words"),
        [
            (["load", EXPORT], "/dev/full", "No space left on device"),
            (["status"], "/dev/full", "No space left on device"),
            (["status"], "", "Broken pipe"),
        ],
    )
    def test_an_output_that_cannot_be_written(
        self, arguments: list[object], output: str, words: str, zone: FolderZone
    ) -> None:
        """Or that nobody reads: one sentence, which does not blame the landing zone."""
        if output:
            descriptor = os.open(output, os.O_WRONLY)
        else:
            read, descriptor = os.pipe()
            os.close(read)
        ended = subprocess.run(
            [sys.executable, "-m", "ingest", *map(str, arguments)],
            env={**os.environ, "DISPATCH_LANDING": str(zone.root)},
            stdout=descriptor,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(descriptor)

        assert ended.stderr.startswith(f"ingest: the output cannot be written ({words}): what has landed stays")
        assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
        assert len(landed_lines(zone.root)) == (10 if arguments[0] == "load" else 0)

    @pytest.mark.parametrize("name", ["é.csv", "\udcff.csv"])
    @pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
    def test_a_name_that_the_terminal_cannot_show(
        self, name: str, encoding: str, zone: FolderZone, tmp_path: Path
    ) -> None:
        shutil.copy(EXPORT, tmp_path / name)

        ended = subprocess.run(
            [sys.executable, "-m", "ingest", "load", tmp_path / name, tmp_path / f"no{name}"],
            env={**os.environ, "DISPATCH_LANDING": str(zone.root), "PYTHONIOENCODING": encoding},
            capture_output=True,
        )

        assert ended.returncode == 2
        assert b".csv: 10 rows landed in 1 file\n1 file landed, 1 did not\n" in ended.stdout
        assert ended.stderr.endswith(b".csv cannot be opened: No such file or directory\n")
        assert len(landed_lines(zone.root)) == 10

    @pytest.mark.parametrize("command", [[], ["pull"], ["load"], ["reconcile"], ["status"]])
    def test_help_is_a_manual(self, command: list[str], ingest: Ingest, capsys: Output) -> None:
        with pytest.raises(SystemExit) as stopped:
            ingest(*command, "--help")
        assert stopped.value.code == 0
        text = capsys.readouterr().out
        for part in (
            "DISPATCH_LANDING",
            "DISPATCH_PORTAL",
            "DISPATCH_API",
            "SOCRATA_APP_TOKEN",
            "exit codes:",
            "0  done",
            "4  the portal",
        ):
            assert part in text
        assert max(map(len, text.splitlines())) <= 80

    def test_an_empty_setting_is_none(
        self, ingest: Ingest, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DISPATCH_LANDING", "")

        assert ingest("load", EXPORT) == 0
        assert len(landed_rows(tmp_path / "data" / "landing")) == 10
