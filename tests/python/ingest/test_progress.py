"""A bar on a terminal, a plain line now and then elsewhere."""

import io

import pytest

from terminal.progress import CLEAR_LINE, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds, as its only element."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_a_bar(clock: list[float]) -> None:
    stream = Terminal()
    progress = Progress(stream)
    progress.start(2_000_000, done=500_000)
    clock[0] += 20

    progress.update(1_000_000)

    assert stream.getvalue() == (
        f"{CLEAR_LINE}[###############...............] 1,000,000 of 2,000,000 rows, 25,000 rows/s"
    )
    progress.finish()
    assert stream.getvalue().endswith(CLEAR_LINE)


@pytest.mark.parametrize(
    ("total", "done", "words"),
    [(None, 1, "1 row,"), (1, 1, "1 of 1 row,"), (None, 2, "2 rows,"), (2, 1, "1 of 2 rows,")],
)
def test_words_by_count(total: int | None, done: int, words: str) -> None:
    progress = Progress(io.StringIO())
    progress.start(total)

    assert progress.text(done).startswith(words)


def test_more_rows_than_expected(clock: list[float]) -> None:
    stream = Terminal()
    progress = Progress(stream)
    progress.start(10)
    clock[0] += 1

    progress.update(12)

    assert f"[{'#' * 30}] 12 of 10 rows" in stream.getvalue()


def test_lines(clock: list[float]) -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    progress.start(None)
    for second in range(1, 26):
        clock[0] = 100.0 + second
        progress.update(second * 1000)
    progress.finish()

    assert stream.getvalue() == "10,000 rows, 1,000 rows/s\n20,000 rows, 1,000 rows/s\n"
