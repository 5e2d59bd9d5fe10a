"""The two data sources. Only the target of a panel and the query of a variable know which one it is."""

from dataclasses import dataclass
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

    def __init__(self, sql: str, datasource: DataSourceRef) -> None:
        self._sql = sql
        self._datasource = datasource

    def to_json(self) -> dict[str, object]:
        return {
            "refId": "A",
            "datasource": self._datasource,
            "rawSql": self._sql,
            "rawQuery": True,
            "editorMode": "code",
            "format": "table",
        }


class Built(Builder[T]):
    """Something that is built already, where the SDK expects a builder of it."""

    def __init__(self, built: T) -> None:
        self._built = built

    def build(self) -> T:
        return self._built


@dataclass(frozen=True)
class Source:
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

    def target(self, select: Select) -> Builder[Dataquery]:
        """The query of a panel."""
        sql = select.text(self.schema)
        if self is not ATHENA:
            return Built(_SqlQuery(sql, self.ref()))
        # The plugin's query editor throws on a target without connection arguments.
        arguments = (
            athena.ConnectionArgs().result_reuse_enabled(True).result_reuse_max_age_in_minutes(RESULT_REUSE_MINUTES)
        )
        return (
            athena.Dataquery()
            .ref_id("A")
            .format(FormatOptions.TABLE)
            .raw_sql(sql)
            .datasource(self.ref())
            .connection_args(arguments)
        )

    def options(self, text: str, value: str, rows: Select) -> str | dict[str, object]:
        """The query of a variable: `text` is the expression of what a reader sees, `value` of what goes into SQL."""
        if self is not ATHENA:
            return rows.selecting(f"{text} AS __text", f"{value} AS __value").text(self.schema)
        return {
            "refId": "A",
            "rawSQL": rows.selecting(f"{text} AS text", f"{value} AS value").text(self.schema),
            "format": FormatOptions.TABLE.value,
            "connectionArgs": dict.fromkeys(("region", "catalog", "database"), _FROM_DATA_SOURCE),
        }


ATHENA = Source("athena", "grafana-athena-datasource", schema="")
POSTGRES = Source("postgres", "grafana-postgresql-datasource", schema="marts")
SOURCES = (ATHENA, POSTGRES)
