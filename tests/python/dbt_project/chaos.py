"""A portal, a network, a machine and a clock at their worst, for so many rounds of pulls."""

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from ingest.times import utc_stamp
from local_portal.soda_server import Answer, Query, Row, SodaServer, broken_connection, busy, cut_off, web_page
from tests.python.dbt_project.project import ROOT
from tests.python.ingest.chaotic_pulls import TRACEBACK

SAMPLE = ROOT / "sample" / "incidents_2024-06.ndjson.gz"
FIRST_ROUND = datetime(2026, 7, 1, 12, tzinfo=UTC)
ROUND = timedelta(hours=13)
"""From one round to the next by the portal's clock."""

MOST_HOURS_OFF = 20
"""Of the machine's clock. A stamp of the portal that is more than a day ahead of it is refused."""

EXPECTED_CODES = {0, 1, 3, 4, -signal.SIGKILL}
"""What a pull may end with here: it is never wrong usage, and never a traceback."""


class Chaos:
    """The sample's incidents come to the portal bit by bit, change there and go, while a landing folder is pulled into.

    Attributes:
        codes: How often each exit code has come.
    """

    def __init__(self, server: SodaServer, landing: Path, seed: int) -> None:
        self.codes: Counter[int] = Counter()
        self._server = server
        self._landing = landing
        self._draw = random.Random(seed)
        self._to_come = sample_rows()
        self._draw.shuffle(self._to_come)
        self._there: list[str] = []
        self._seed = seed
        self._now = FIRST_ROUND

    def run(self, rounds: int) -> None:
        """Raises AssertionError where a pull ends as none may."""
        with commands(self._landing, self._server) as (orders, answers):
            for number in range(rounds):
                self._now = FIRST_ROUND + number * ROUND
                self._let_the_portal_change(len(self._to_come) // (rounds - number) + 1)
                self._disturb_the_portal()
                self._order(orders, answers, "pull", "--page-size", str(self._draw.randint(5, 120)), kill=True)
                self._calm_the_portal()
                self._let_others_land()
            self._order(orders, answers, "pull", expected={0})
            self._order(orders, answers, "reconcile", "--yes", expected={0})

    def _let_the_portal_change(self, least: int) -> None:
        come = self._draw.randint(least, 2 * least)
        rows, self._to_come = self._to_come[:come], self._to_come[come:]
        self._server.insert(rows, self._next_stamp())
        self._there += [str(row["incident_id"]) for row in rows]
        if self._draw.random() < 0.7:
            self._change()
        if self._draw.random() < 0.1 and len(self._there) > 100:
            self._server.delete([self._there.pop(self._draw.randrange(len(self._there)))])
        if self._draw.random() < 0.01:
            self._server.replace_all(self._next_stamp())

    def _change(self) -> None:
        changed = self._draw.sample(self._there, min(len(self._there), self._draw.randint(1, 8)))
        priority, close_type = str(self._draw.randint(0, 4)), self._draw.choice(["CDS", "NOISE", "CHECK WELFARE"])
        self._server.change(changed, self._next_stamp(), priority=priority, close_type=close_type)

    def _next_stamp(self) -> str:
        self._now += timedelta(seconds=1)
        return utc_stamp(self._now)

    def _disturb_the_portal(self) -> None:
        faults = [
            None,
            busy(429, retry_after=0),
            busy(500),
            busy(503),
            web_page(403),
            web_page(200),
            cut_off(self._draw.random()),
            broken_connection(self._draw.random()),
            Answer(body=b"[]"),
            Answer(body=b'[{"n":"8"}]'),
            Answer(body=b'[{"n":"8","hi":"2026-11-02 13:40:42"}]'),
            Answer(body=b'{"error":true}'),
            Answer(body=b'[{":id":"row-1",":updated_at":"2099-01-01T00:00:00.000Z","incident_id":"P1"}]'),
        ]
        weights = [40, *[2] * (len(faults) - 1)]
        self._server.answer_next(*self._draw.choices(faults, weights, k=12))
        self._server.page_cap = self._draw.choice([7, 50, 50_000])
        self._server.stale = self._draw.random() < 0.03
        self._server.count_offset = self._draw.choice([0] * 30 + [-3, 3])
        self._server.on_query = self._change_now_and_then

    def _change_now_and_then(self, query: Query) -> None:
        if self._there and self._draw.random() < 0.05:
            self._change()

    def _calm_the_portal(self) -> None:
        self._server.page_cap, self._server.stale, self._server.count_offset = 50_000, False, 0
        self._server.on_query = lambda query: None
        self._server.forget_answers()

    def _let_others_land(self) -> None:
        """Firehose delivers a file again, in another hour or on another day, and someone lands what is no incident."""
        landed = sorted(self._landing.glob("incidents/*/*/*.gz"))
        if not landed:
            return
        if self._draw.random() < 0.15:
            file, folder = self._draw.choice(landed), self._draw.choice(landed).parent
            shutil.copy(file, folder / f"again-{len(landed):05}.gz")
        if self._draw.random() < 0.15:
            file = self._draw.choice(landed)
            line = gzip.decompress(file.read_bytes()).split(b"\n")[0]
            broken = self._draw.choice(
                [line[:-20], line.replace(b'"incident_id"', b'"id"'), b"timeout", b"[1]", line + b","]
            )
            (file.parent / f"broken-{len(landed):05}.gz").write_bytes(gzip.compress(broken + b"\n"))

    def _order(
        self,
        orders: IO[str],
        answers: IO[str],
        *arguments: str,
        kill: bool = False,
        expected: set[int] = EXPECTED_CODES,
    ) -> None:
        clock = self._now + timedelta(
            hours=self._draw.uniform(-MOST_HOURS_OFF, MOST_HOURS_OFF) if kill else MOST_HOURS_OFF
        )
        order = {
            "arguments": [*arguments, "--retries", "2", "--retry-seconds", "0"],
            "clock": clock.isoformat(),
            "killed_before": self._draw.randint(1, 12) if kill and self._draw.random() < 0.25 else None,
        }
        print(json.dumps(order), file=orders, flush=True)
        code = int(answers.readline())
        self.codes[code] += 1
        assert code != TRACEBACK, f"a traceback: seed {self._seed}, {order}"
        assert code in expected, f"code {code}: seed {self._seed}, {order}"


def sample_rows() -> list[Row]:
    """The sample's incidents, without the system fields that the portal would give them."""
    rows = [json.loads(line) for line in gzip.decompress(SAMPLE.read_bytes()).splitlines()]
    return [{name: value for name, value in row.items() if not name.startswith(":")} for row in rows]


@contextmanager
def commands(landing: Path, server: SodaServer) -> Iterator[tuple[IO[str], IO[str]]]:
    """Where to order commands of the ingest, and where their exit codes come."""
    with (landing.parent / "chaos.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.python.ingest.chaotic_pulls"],
            env={
                **os.environ,
                "DISPATCH_PORTAL": server.url,
                "DISPATCH_LANDING": str(landing),
                "no_proxy": "127.0.0.1",
            },
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process:
            yield process.stdin, process.stdout
