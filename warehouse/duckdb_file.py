"""A plugin of dbt-duckdb: opens the published file read-only for commands that read, a copy of it for those that build.

The macro `publish_build` says at the end of a run whether the copy takes the published file's place.
"""

import os
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError
from dbt_common.invocation import get_invocation_id
from duckdb import DuckDBPyConnection

from warehouse.build_file import BuildError, BuildFile
from warehouse.reading import DEFAULT_DUCKDB, first_line

IN_MEMORY = ":memory:"
BUILDING_COMMANDS = frozenset({"build", "run", "seed", "snapshot", "clone"})
HEAD_BYTES = 12
"""Of a database's file: a checksum of eight, and DUCK."""
NAMES_OF_SCHEMAS = frozenset({"marts", "staging", "raw"})


class Plugin(BasePlugin):
    """Attaches the profile's database, as each dbt command needs it."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        assert self.creds is not None, "dbt-duckdb gives its plugins the profile"
        (attachment,) = [each for each in self.creds.attach or () if each.alias == self.creds.database]
        self._path = attachment.path or DEFAULT_DUCKDB
        self._database = self.creds.database
        self._lock = threading.Lock()
        self._invocation = ""
        self._build: BuildFile | None = None

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        self._connection = conn
        self._open()

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        with self._lock:
            # Python programs run one dbt command after another in one process.
            if self._invocation != get_invocation_id():
                self._open()
        cursor.execute(f'use "{self._database}"')

    def store(self, target_config: TargetConfig) -> None:
        """Ends a build, as the config says: 'publish', 'keep' or 'discard'. macros/dialect.sql calls this.

        Raises:
            DbtRuntimeError: The file could not be published.
        """
        with self._lock:
            build, self._build = self._build, None
            if build is None:
                return
            self._connection.execute(f'checkpoint "{self._database}"')
            self._detach()
            try:
                {"publish": build.publish, "keep": build.release, "discard": build.discard}[target_config.config]()
            except BuildError as error:
                raise DbtRuntimeError(str(error)) from error

    def _open(self) -> None:
        """Attaches what this command needs."""
        self._detach()
        self._invocation = get_invocation_id()
        if self._path == IN_MEMORY:
            return self._attach(IN_MEMORY)
        if fault := no_database(self._path):
            raise DbtRuntimeError(
                f"DISPATCH_DUCKDB is {self._path}: {fault}. Name a database of DuckDB, or a file that is not there yet."
            )
        published = Path(self._path).resolve()
        if published.name.split(".")[0].lower() in NAMES_OF_SCHEMAS:
            raise DbtRuntimeError(
                f"DISPATCH_DUCKDB is {published}: DuckDB calls a database as its file, and readers could not tell it "
                "from the schema of that name. Give the file another name."
            )
        if set("?\\") & set(str(published)):
            raise DbtRuntimeError(
                f"DISPATCH_DUCKDB is {published}: DuckDB takes a question mark or a backslash for the end of a name "
                "and would write elsewhere. Choose another path."
            )
        if builds():
            self._build = BuildFile(published)
            try:
                went_on = self._build.begin(go_on=is_retry())
            except BuildError as error:
                raise DbtRuntimeError(str(error)) from error
            try:
                self._attach(str(self._build.path))
            except DbtRuntimeError:
                if not went_on:
                    self._build.discard()
                raise
            if went_on and not self._has_table("built_nodes"):
                raise DbtRuntimeError("There is nothing to retry, for the last build was broken off: run dbt build.")
            return None
        return self._attach(str(published), "(read_only)") if published.exists() else self._attach(IN_MEMORY)

    def _has_table(self, name: str) -> bool:
        tables = "select count(*) from duckdb_tables() where database_name = ? and table_name = ?"
        return self._connection.execute(tables, [self._database, name]).fetchall() == [(1,)]

    def _attach(self, path: str, options: str = "") -> None:
        quoted = path.replace("'", "''")
        try:
            self._connection.execute(f"attach '{quoted}' as \"{self._database}\" {options}")
        except duckdb.Error as error:
            raise DbtRuntimeError(
                f"DuckDB cannot open {self._path} ({first_line(error)}): close what has it open, or name another file"
            ) from error

    def _detach(self) -> None:
        self._connection.execute("use memory")
        self._connection.execute(f'detach database if exists "{self._database}"')
        if self._build is not None:
            self._build.release()
            self._build = None


def no_database(path: str) -> str | None:
    """Why a path cannot be that of a database; None where it can."""
    if not path.strip():
        return "a name needs more than blanks"
    if path == "~" or path.startswith("~/"):
        return "~ is your home only where a shell sees it without quotation marks"
    if "://" in path or path.startswith("md:"):
        return "DuckDB writes a file of this machine"
    try:
        if os.path.isdir(path):
            return "that is a folder"
        with open(path, "rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        return str(error.strerror)
    # DuckDB makes a database of an empty file.
    return None if not head or head.endswith(b"DUCK") else "that file is no database of DuckDB"


def builds() -> bool:
    """Does this command change tables? Tests do only where they keep the rows that failed."""
    flags = get_flags()  # type: ignore[no-untyped-call]
    return flags.WHICH in BUILDING_COMMANDS or (flags.WHICH == "test" and flags.STORE_FAILURES)


def is_retry() -> bool:
    """`dbt retry` gives itself out as the command that it runs again."""
    return "retry" in sys.argv[1:]
