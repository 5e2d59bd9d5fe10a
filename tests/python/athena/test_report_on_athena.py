"""The report of Athena's marts, and what their entries in the catalog say of themselves."""

from __future__ import annotations

import re

from report import document
from report.marts import opened
from tests.python.athena.athena_project import environment
from tests.python.athena.county import County, State
from tests.python.dbt_project.project import environment as duckdb_environment


def words_of_report(target: str) -> str:
    """The report without its pictures, which are drawn of the same rows, and without when and of what it was made."""
    with opened(target) as marts:
        page = document.html(marts, [], every=False)
    assert page is not None
    texts = re.sub(r"<svg .*?</svg>|Made on .*?</code>", "", page, flags=re.DOTALL)
    return re.sub(r"<style>.*?</style>|<meta .*?>", "", texts, flags=re.DOTALL)


def test_the_report_is_that_of_duckdb(county: County, second: State) -> None:
    with environment(county.athena.athena, county.athena.name):
        of_athena = words_of_report("athena_local")
    with duckdb_environment(county.duckdb.folder):
        of_duckdb = words_of_report("local")
    assert of_athena.count("<tbody>") > 100
    assert of_athena == of_duckdb


def test_published_marts_say_what_their_columns_mean(county: County, second: State) -> None:
    published = county.athena.database("marts")
    table = county.athena.glue.get_table(DatabaseName=published, Name="q01_incidents_by_city")["Table"]
    comments = {column["Name"]: column.get("Comment", "") for column in table["StorageDescriptor"]["Columns"]}
    assert all(comments.values()), comments
    assert table["Description"].startswith("One row per")
    versions = county.athena.glue.get_table_versions(DatabaseName=published, TableName="q01_incidents_by_city")
    # An entry to begin with, and one for each build, of which there are at most four here.
    assert len(versions["TableVersions"]) <= 5
