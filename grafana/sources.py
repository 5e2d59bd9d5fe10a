"""The two data sources. Only the queries of panels, variables and alert rules know which one it is."""

from abc import ABC, abstractmethod
from typing import TypeVar

from grafana_foundation_sdk.builders import athena
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.athena import FormatOptions
from grafana_foundation_sdk.models.common import DataSourceRef

from grafana.sql import Select

T = TypeVar("T")

UID = "police-marts"
"""Of the data source, the same in every installation: dashboards name it."""

RESULT_REUSE_MINUTES = 60
"""Athena gives an answer of this age again, without scanning."""

_FROM_DATA_SOURCE = "__default"
"""The plugin's word for a region, catalog or database that the data source names."""


class _SqlQuery(Dataquery):
    """A query of Grafana's own SQL data sources, for which the SDK has no builder."""

    def __init__(self, fields: dict[str, object]) -> None:
        self._fields = fields

    def to_json(self) -> dict[str, object]:
        return self._fields


class Built(Builder[T]):
    """Something that is built already, where the SDK expects a builder of it."""

    def __init__(self, built: T) -> None:
        self._built = built

    def build(self) -> T:
        return self._built


class Source(ABC):
    """A kind of data source.

    Attributes:
        name: Folder of its dashboards.
        plugin: Grafana's name of the kind.
        schema: Schema of the marts; empty is the database that the data source names.
    """

    name: str
    plugin: str
    schema: str

    def ref(self) -> DataSourceRef:
        """What a panel or a variable refers to the data source by."""
        return DataSourceRef(type_val=self.plugin, uid=UID)

    @abstractmethod
    def target(self, select: Select) -> Builder[Dataquery]:
        """The query of a panel."""

    @abstractmethod
    def options(self, text: str, value: str, rows: Select) -> str | dict[str, object]:
        """The query of a variable: `text` is the expression of what a reader sees, `value` of what goes into SQL."""

    @abstractmethod
    def rule(self, sql: str) -> dict[str, object]:
        """The query of an alert rule, which names tables without schema."""


class Athena(Source):
    """Athena, by AWS's plugin."""

    name = "athena"
    plugin = "grafana-athena-datasource"
    schema = ""

    def target(self, select: Select) -> Builder[Dataquery]:
        """The query of a panel. The plugin's editor throws on one without connection arguments."""
        arguments = (
            athena.ConnectionArgs().result_reuse_enabled(True).result_reuse_max_age_in_minutes(RESULT_REUSE_MINUTES)
        )
        return (
            athena.Dataquery()
            .ref_id("A")
            .format(FormatOptions.TABLE)
            .raw_sql(select.text(self.schema))
            .datasource(self.ref())
            .connection_args(arguments)
        )

    def options(self, text: str, value: str, rows: Select) -> dict[str, object]:
        """The query of a variable."""
        return self.rule(rows.selecting(f"{text} AS text", f"{value} AS value").text(self.schema))

    def rule(self, sql: str) -> dict[str, object]:
        """A query as the plugin writes it, with what the data source says about where."""
        return {
            "refId": "A",
            "format": FormatOptions.TABLE.value,
            "connectionArgs": dict.fromkeys(("region", "catalog", "database"), _FROM_DATA_SOURCE),
            "rawSQL": sql,
        }


class Postgres(Source):
    """PostgreSQL, by a plugin that comes with Grafana."""

    name = "postgres"
    plugin = "grafana-postgresql-datasource"
    schema = "marts"

    def target(self, select: Select) -> Builder[Dataquery]:
        """The query of a panel."""
        return Built(_SqlQuery({**self.rule(select.text(self.schema)), "datasource": self.ref()}))

    def options(self, text: str, value: str, rows: Select) -> str:
        """The query of a variable."""
        return rows.selecting(f"{text} AS __text", f"{value} AS __value").text(self.schema)

    def rule(self, sql: str) -> dict[str, object]:
        """A query as Grafana's own SQL plugins write it."""
        return {"refId": "A", "format": "table", "editorMode": "code", "rawQuery": True, "rawSql": sql}


SOURCES: tuple[Source, ...] = (Athena(), Postgres())
