"""What Athena refuses and Trino, left to itself, accepts; and the limits that both have."""

from typing import Any

import pytest

from local_athena.client import Client, StatementFailedError

DAYS = "select 1 as a, day from unnest(sequence(date '2024-01-01', date '2024-01-01' + interval '{}' day)) as t (day)"


def create(athena: Client, database: str, select: str, properties: str) -> None:
    athena.run(f"create table {database}.t with ({properties}) as {select}")


def iceberg(database: str) -> str:
    return f"table_type='iceberg', is_external=false, location='s3://warehouse/{database}/t/', format='parquet'"


def hive(database: str) -> str:
    return f"table_type='hive', external_location='s3://warehouse/{database}/t/', format='parquet'"


@pytest.mark.parametrize("kind", ["timestamp", "timestamp(3)", "timestamp(9)"])
def test_iceberg_takes_timestamps_of_six_digits_only(athena: Client, database: str, kind: str) -> None:
    with pytest.raises(StatementFailedError, match=r'not supported for Iceberg. Use "timestamp\(6\)".*column at'):
        create(athena, database, f"select cast('2024-06-10 01:00:00' as {kind}) as at", iceberg(database))
    create(athena, database, "select cast('2024-06-10 01:00:00' as timestamp(6)) as at", iceberg(database))


def test_hive_takes_timestamps_of_three_digits_only(athena: Client, database: str) -> None:
    with pytest.raises(StatementFailedError, match=r"Incorrect timestamp precision for timestamp\(6\)"):
        create(athena, database, "select cast('2024-06-10 01:00:00' as timestamp(6)) as at", hive(database))


@pytest.mark.parametrize("kind", ["hive", "iceberg"])
def test_a_hundred_partitions_may_be_open(athena: Client, database: str, kind: str) -> None:
    properties = {
        "hive": f"{hive(database)}, partitioned_by=ARRAY['day']",
        "iceberg": f"{iceberg(database)}, partitioning=ARRAY['day']",
    }[kind]
    # The text by which dbt-athena knows that it must write in batches.
    with pytest.raises(StatementFailedError, match="TOO_MANY_OPEN_PARTITIONS"):
        create(athena, database, DAYS.format(100), properties)
    properties = properties.replace("/t/", "/second/")
    create(athena, database, DAYS.format(99), properties)
    assert athena.rows(f"select count(*), count(distinct day) from {database}.t") == [("100", "100")]
    # Last, for Trino takes back what it wrote only after it has said no.
    with pytest.raises(StatementFailedError, match="TOO_MANY_OPEN_PARTITIONS"):
        athena.run(f"insert into {database}.t {DAYS.format(100)}")


@pytest.mark.parametrize(
    ("kind", "complaint"), [("hive", "HIVE_PATH_ALREADY_EXISTS"), ("iceberg", "non-empty location")]
)
def test_a_table_is_made_in_an_empty_place(athena: Client, database: str, s3: Any, kind: str, complaint: str) -> None:
    s3.put_object(Bucket="warehouse", Key=f"{database}/t/left_over", Body=b"x")
    properties = hive(database) if kind == "hive" else iceberg(database)
    with pytest.raises(StatementFailedError, match=complaint):
        create(athena, database, "select 1 as a", properties)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from {}.t where p = 'x'",
        "update {}.t set a = 2",
        "merge into {}.t as t using (select 1 as a) as s on t.a = s.a when matched then delete",
        "optimize {}.t rewrite data using bin_pack",
        "vacuum {}.t",
    ],
)
def test_rows_of_hive_tables_do_not_change(athena: Client, database: str, statement: str) -> None:
    create(
        athena,
        database,
        "select 1 as a, cast('x' as varchar) as p",
        f"{hive(database)}, partitioned_by=ARRAY['p']",
    )
    with pytest.raises(StatementFailedError, match=r"NOT_SUPPORTED: .*Iceberg table"):
        athena.run(statement.format(database))
    assert athena.rows(f"select a from {database}.t") == [("1",)]


def test_newer_functions_do_not_exist(athena: Client) -> None:
    with pytest.raises(StatementFailedError, match="FUNCTION_NOT_FOUND: array_first"):
        athena.run("select array_first(array[1])")


@pytest.mark.parametrize("expression", ["median(a)", "percentile_cont(0.5) within group (order by a)"])
def test_functions_that_neither_has(athena: Client, expression: str) -> None:
    with pytest.raises(StatementFailedError, match=r"FUNCTION_NOT_FOUND|SYNTAX_ERROR"):
        athena.run(f"select {expression} from (values 1e0) as t (a)")
