"""The whole: moto, Trino and the front end, started and stopped together."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from urllib3.exceptions import HTTPError

from local_athena.catalog import Catalog
from local_athena.children import free_port
from local_athena.front_end import FrontEnd
from local_athena.glue_proxy import Moto
from local_athena.metadata import Metadata
from local_athena.moto_server import MotoServer, aws_session, client_environment
from local_athena.queries import Queries, Statement
from local_athena.statements import HIVE_CATALOG
from local_athena.trino_client import TrinoClient, TrinoError
from local_athena.trino_distribution import find_or_fetch
from local_athena.trino_server import TrinoServer, start_seconds
from local_athena.work_groups import WorkGroups

# Landed objects, the tables' files, and the results of queries (which only a real Athena writes).
BUCKETS = ("landing", "warehouse", "athena-results")

# The ports that the catalogs of somebody else's Trino are to point at (see README.md).
SHARED_ATHENA_PORT = 5610
SHARED_AWS_PORT = 5600


class UnusableTrinoError(RuntimeError):
    """LOCAL_ATHENA_TRINO names a server that does not answer, or not with our catalogs."""


@dataclass(frozen=True)
class LocalAthena:
    """A running local Athena."""

    athena_endpoint: str
    aws_endpoint: str
    trino_url: str
    _queries: Queries
    _moto: MotoServer

    @property
    def env(self) -> dict[str, str]:
        """The environment variables that send every AWS client here."""
        return client_environment(self.aws_endpoint) | {"AWS_ENDPOINT_URL_ATHENA": self.athena_endpoint}

    def environ(self, **more: str) -> dict[str, str]:
        """This process's environment with `env` in place of everything of AWS in it: for a subprocess."""
        own = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        return own | self.env | more

    def statements(self) -> list[Statement]:
        """All statements that have ended so far, in the order of their ends."""
        return self._queries.statements()

    def read_mark(self) -> int:
        """A mark for `objects_read`."""
        return self._moto.log_size()

    def objects_read(self, since: int = 0) -> list[str]:
        """The S3 objects read since that mark, by anybody, as s3:// addresses, each as often as it was read."""
        return self._moto.objects_read(since)

    def object_requests(self, since: int = 0) -> Counter[str]:
        """How many requests anybody made of S3 since that mark, by HTTP method; a listing is a `LIST`."""
        return self._moto.object_requests(since)


@contextmanager
def local_athena(
    folder: Path, athena_port: int = 0, aws_port: int = 0, env: Mapping[str, str] = os.environ
) -> Iterator[LocalAthena]:
    """Starts everything, with its logs in `folder`, and stops it at the end. Port 0 is any free one.

    `env` may choose a Java (JAVA25_HOME), a Trino version (LOCAL_ATHENA_TRINO_VERSION), how long its start may take
    (LOCAL_ATHENA_START_SECONDS), or a Trino that runs already (LOCAL_ATHENA_TRINO, an address). Raises
    MissingToolError, FetchError, ChildDiedError, TimeoutError, StartSecondsError or UnusableTrinoError, each with one
    sentence for people.
    """
    patience = start_seconds(env)
    running_trino = env.get("LOCAL_ATHENA_TRINO")
    distribution = None if running_trino else find_or_fetch(env)
    if running_trino:
        athena_port, aws_port = athena_port or SHARED_ATHENA_PORT, aws_port or SHARED_AWS_PORT
    with ExitStack() as stack:
        moto_server = MotoServer(aws_port or free_port(), folder / "moto.log")
        stack.callback(moto_server.stop)
        front_end = FrontEnd(athena_port, Moto(moto_server.endpoint))
        front_end.start()
        stack.callback(front_end.stop)
        if distribution is None:
            trino_server, trino_url = None, str(running_trino)
        else:
            trino_server = TrinoServer(
                distribution, free_port(), front_end.endpoint, moto_server.endpoint, folder / "trino"
            )
            stack.callback(trino_server.stop)
            trino_url = trino_server.url

        moto_server.wait_until_ready()
        session = aws_session()
        s3 = session.client("s3", endpoint_url=moto_server.endpoint)
        for bucket in BUCKETS:
            s3.create_bucket(Bucket=bucket)
        catalog = Catalog(session.client("glue", endpoint_url=moto_server.endpoint))
        work_groups = WorkGroups(session.client("athena", endpoint_url=moto_server.endpoint))

        trino = TrinoClient(trino_url, HIVE_CATALOG)
        if trino_server is None:
            _check_catalogs(trino, catalog)
        else:
            trino_server.wait_until_ready(trino, patience)
        queries = Queries(trino, catalog, work_groups)
        stack.callback(queries.close)
        front_end.serve_athena(queries, work_groups, Metadata(catalog))
        yield LocalAthena(front_end.endpoint, moto_server.endpoint, trino_url, queries, moto_server)


def _check_catalogs(trino: TrinoClient, catalog: Catalog) -> None:
    """Raises UnusableTrinoError unless that Trino sees the databases of our Glue."""
    probe = "local_athena_probe"
    catalog.create_database(probe)
    try:
        seen = [row[0] for row in trino.run(f"SHOW SCHEMAS FROM {HIVE_CATALOG}").rows]
    except (TrinoError, HTTPError) as error:
        raise UnusableTrinoError(f"The Trino at {trino.url} (LOCAL_ATHENA_TRINO) cannot be used: {error}") from error
    finally:
        catalog.delete_database(probe)
    if probe not in seen:
        raise UnusableTrinoError(
            f"The Trino at {trino.url} (LOCAL_ATHENA_TRINO) does not read this Glue: "
            "start it with the catalogs of local_athena/trino/etc (see local_athena/README.md)."
        )
