"""The command line: arguments in, sentences and exit codes out."""

import argparse
import io
import logging
import os
import sys
from contextlib import redirect_stdout, suppress
from typing import Any, TextIO

from ingest import settings
from ingest.commands import load, pull, reconcile, status
from ingest.errors import IngestError
from ingest.settings import Settings
from terminal.progress import CLEAR_LINE
from terminal.words import printable

COMMANDS = {"pull": pull, "load": load, "reconcile": reconcile, "status": status}

OVERVIEW = """\
Lands Montgomery County's police dispatched incidents as the portal publishes
them, and remembers how far it got.

A landed row is the portal's row with the time of extraction, row_ts, as its
last key. Rows land as gzipped NDJSON in incidents/dt=YYYY-MM-DD/hh=HH/ of the
landing zone, by UTC arrival time. Nothing that has landed is ever changed: a
row that the portal corrects lands again, and the warehouse keeps its newest
version.
"""

EXIT_CODES = """\
exit codes:
  0  done
  1  failed; nothing is lost, run it again
  2  wrong usage: an argument, a setting or an input file
  3  the portal refused to serve this client
  4  the portal's data are stale, not as many as it counts, lack a column, or
     are not understood; nothing is lost, run it again later
"""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns the exit code."""
    options = _parser().parse_args(arguments)
    _log_to_stderr()
    try:
        with redirect_stdout(_Output(sys.stdout)):
            code: int = options.run(options, Settings.from_environment())
    except IngestError as error:
        return _fail(str(error), error.exit_code)
    except IsADirectoryError as error:
        return _fail(
            f"{error.filename2 or error.filename} is a folder, where a file of the landing zone belongs: move it away, "
            "and run this again",
            IngestError.exit_code,
        )
    except OSError as error:
        where = error.filename or "the landing zone"
        return _fail(f"{where}: {error.strerror or error}; nothing is lost, run again", IngestError.exit_code)
    except KeyboardInterrupt:
        return _fail("stopped; nothing is lost, run again to go on", IngestError.exit_code)
    return code


def _fail(sentence: str, exit_code: int) -> int:
    print(f"ingest: {printable(sentence)}", file=sys.stderr)
    return exit_code


class _OutputError(IngestError):
    """What a command says cannot be written."""


class _Output(io.TextIOBase):
    """The standard output, whose failures are none of the landing zone's, and which takes any name of a file."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        encoding = self._stream.encoding or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
            self._stream.flush()
        except OSError as error:
            # The interpreter would try once more at its end.
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            raise _OutputError(
                f"the output cannot be written ({error.strerror or error}): what has landed stays, run this "
                "again to see it"
            ) from error
        return len(text)


class _Line(logging.Formatter):
    """A line of the log in place of the progress bar."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{CLEAR_LINE if sys.stderr.isatty() else ''}{printable(record.getMessage())}"


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_Line())
    logger = logging.getLogger("ingest")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", **_manual(OVERVIEW))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        command_parser = commands.add_parser(name, help=command.HELP, **_manual(command.MANUAL, command.EXAMPLES))
        command.add_arguments(command_parser)
        command_parser.set_defaults(run=command.run)
    return parser


def _manual(description: str, *sections: str) -> dict[str, Any]:
    return {
        "description": description,
        "epilog": "\n".join(filter(None, [*sections, settings.MANUAL, EXIT_CODES])),
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }
