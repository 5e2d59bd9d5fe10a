"""Glue, S3 and STS: moto's server, as a child process (`python -m local_athena.moto_server PORT`)."""

import os
import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from local_athena.children import Child, end_with_parent

REGION = "us-east-1"
ACCESS_KEY = "test"
START_SECONDS = 60.0

# A line of the server's log: `... "GET /bucket/some/key HTTP/1.1" 206 -`. A listing has a query string and no key.
OBJECT_READ = re.compile(r'"GET /([^/ ?]+)/([^ ?]+) HTTP/[\d.]+" 20[06]')

# A request of a bucket, also for what is not there, which S3 charges: all other services are asked at the root.
BUCKET_REQUEST = re.compile(r'"([A-Z]+) /([a-z0-9][a-z0-9.-]+)[^ ?]*(\??[^ ]*) HTTP/[\d.]+" (?:[23]\d\d|404)')


def aws_session() -> boto3.session.Session:
    """The region and the keys that everything here uses; the caller's own are left alone."""
    return boto3.session.Session(region_name=REGION, aws_access_key_id=ACCESS_KEY, aws_secret_access_key=ACCESS_KEY)


def client_environment(endpoint: str) -> dict[str, str]:
    """The environment variables that send every AWS client there, with our keys and nothing of the caller's."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


class MotoServer:
    """A running moto server. Everything in it is gone when it stops."""

    def __init__(self, port: int, log: Path) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self._child = Child(
            "moto",
            [sys.executable, "-m", "local_athena.moto_server", str(port)],
            log,
            env=dict(os.environ),
            cwd=Path(__file__).parents[1],
        )

    def wait_until_ready(self) -> None:
        config = Config(retries={"max_attempts": 1}, connect_timeout=1, read_timeout=5)
        client = aws_session().client("sts", endpoint_url=self.endpoint, config=config)
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._child.check()
            try:
                client.get_caller_identity()
                return
            except BotoCoreError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def log_size(self) -> int:
        """Bytes in the server's log by now: a mark for `objects_read`."""
        return self._child.log.stat().st_size

    def objects_read(self, since: int = 0) -> list[str]:
        """The objects that anybody read since that mark, as s3:// addresses, in order, each as often as it was read."""
        with self._child.log.open("rb") as log:
            log.seek(since)
            text = log.read().decode(errors="replace")
        return [f"s3://{bucket}/{unquote(key)}" for bucket, key in OBJECT_READ.findall(text)]

    def object_requests(self, since: int = 0) -> Counter[str]:
        """How many requests anybody made of buckets since that mark, by HTTP method; a listing is a `LIST`."""
        with self._child.log.open("rb") as log:
            log.seek(since)
            text = log.read().decode(errors="replace")
        return Counter(
            "LIST" if method == "GET" and "list-type" in query else method
            for method, _, query in BUCKET_REQUEST.findall(text)
        )

    def stop(self) -> None:
        self._child.stop()


def main() -> None:
    end_with_parent()
    # Imported here, since the tests need no more of this module than the names above.
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import run_simple

    moto = DomainDispatcherApplication(create_backend_app)
    one_at_a_time = threading.Lock()

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        # moto keeps everything in dictionaries, and a listing fails when another thread deletes from them meanwhile.
        with one_at_a_time:
            return moto(environ, start_response)

    run_simple("127.0.0.1", int(sys.argv[1]), application, threaded=True, request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main()
