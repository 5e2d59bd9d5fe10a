"""`python -m local_athena`: a local Athena by hand, until Ctrl-C."""

import argparse
import logging
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from local_athena.children import ChildDiedError
from local_athena.server import UnusableTrinoError, local_athena
from local_athena.trino_distribution import FetchError, MissingToolError
from local_athena.trino_server import StartSecondsError

ERRORS = (MissingToolError, FetchError, ChildDiedError, TimeoutError, StartSecondsError, UnusableTrinoError)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local_athena", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port of the Athena API (default: a free one)")
    parser.add_argument("--aws-port", type=int, default=0, help="port of S3, Glue and STS (default: a free one)")
    arguments = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.WARNING)
    logging.getLogger("local_athena").setLevel(logging.INFO)
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="local-athena-"))
    try:
        print("Starting Trino (the first time ever this fetches 300 MB) ...", file=sys.stderr)
        with local_athena(folder, arguments.port, arguments.aws_port) as athena:
            print("unset AWS_PROFILE AWS_SESSION_TOKEN")
            for name, value in athena.env.items():
                print(f"export {name}={value}")
            print("export DISPATCH_LANDING=s3://landing")
            sys.stdout.flush()
            print("Athena is up. Ctrl-C stops it, and everything in it is gone then.", file=sys.stderr)
            # Not signal.pause(): a signal that comes just before it would be waited for again, for ever.
            while True:
                time.sleep(0.5)
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    except (*ERRORS, OSError) as error:
        print(f"The logs are kept in {folder}", file=sys.stderr)
        print(error, file=sys.stderr)
        return 1


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
