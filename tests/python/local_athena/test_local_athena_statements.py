"""Every kind of statement, sent over Athena's API and looked at in Glue, S3 and by SELECT: one test a route."""

import gzip
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from mypy_boto3_glue.client import GlueClient

from local_athena.client import Client, StatementFailedError
from local_athena.server import LocalAthena
from local_athena.statements import ROUTES

RAW_TABLE = """
    create external table if not exists `{database}`.`lines` (`line` string) partitioned by (`dt` string)
    row format serde 'org.apache.hadoop.hive.serde2.RegexSerDe' with serdeproperties ('input.regex' = '^(.*)$')
    stored as inputformat 'org.apache.hadoop.mapred.TextInputFormat'
    outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
    location 's3://landing/{database}/'
    tblproperties ('projection.enabled' = 'true', 'projection.dt.type' = 'date', 'projection.dt.format' = 'yyyy-MM-dd',
        'projection.dt.range' = '2024-06-01,NOW', 'projection.dt.interval' = '1',
        'projection.dt.interval.unit' = 'DAYS', 'storage.location.template' = 's3://landing/{database}/dt=${{dt}}/')
"""


def hive_table(athena: Client, database: str, name: str, select: str, properties: str = "") -> None:
    athena.run(
        f'create table "awsdatacatalog"."{database}"."{name}" with (table_type=\'hive\', is_external=true,'
        f" external_location='s3://warehouse/{database}/{name}/', format='parquet'{properties}) as {select}"
    )


def iceberg_table(athena: Client, database: str, name: str, select: str, properties: str = "") -> None:
    athena.run(
        f"create table {database}.{name} with (table_type='iceberg', is_external=false,"
        f" location='s3://warehouse/{database}/{name}/', format='parquet'{properties}) as {select}"
    )


def glue_columns(glue: GlueClient, database: str, name: str) -> list[tuple[str, str]]:
    """Names and types of the current columns, in order."""
    columns = glue.get_table(DatabaseName=database, Name=name)["Table"]["StorageDescriptor"]["Columns"]
    current = [c for c in columns if c.get("Parameters", {}).get("iceberg.field.current", "true") == "true"]
    return [(column["Name"], column["Type"]) for column in current]


def parameters(glue: GlueClient, database: str, name: str) -> dict[str, str]:
    return dict(glue.get_table(DatabaseName=database, Name=name)["Table"]["Parameters"])


def keys(s3: Any, database: str, name: str) -> list[str]:
    listed = s3.list_objects_v2(Bucket="warehouse", Prefix=f"{database}/{name}/")
    return [entry["Key"] for entry in listed.get("Contents", [])]


def iceberg_files(athena: Client, database: str, name: str) -> tuple[int, int]:
    """How many data files and how many delete files the table has now."""
    contents = [row[0] for row in athena.rows(f'select content from {database}."{name}$files"')]
    return contents.count("0"), len(contents) - contents.count("0")


def test_every_route_has_a_test() -> None:
    assert {f"test_{route.name}" for route in ROUTES} <= set(globals())


# ---- schemas


def test_create_schema(athena: Client, database: str, glue: GlueClient) -> None:
    assert glue.get_database(Name=database)["Database"]["Name"] == database
    athena.run(f"create schema if not exists {database}")
    with pytest.raises(StatementFailedError, match="SCHEMA_ALREADY_EXISTS"):
        athena.run(f"create database `{database}`")


def test_drop_schema(athena: Client, database: str, glue: GlueClient) -> None:
    athena.run(f"create external table {database}.t (a int) location 's3://warehouse/{database}/t/'")
    with pytest.raises(StatementFailedError, match="is not empty"):
        athena.run(f"drop schema {database}")
    athena.run(f"drop schema if exists `{database}` cascade")
    assert database not in [found["Name"] for found in glue.get_databases()["DatabaseList"]]
    athena.run(f"drop schema if exists {database}")
    with pytest.raises(StatementFailedError, match="SCHEMA_NOT_FOUND"):
        athena.run(f"drop schema {database}")


# ---- tables and views


def test_create_external_table(athena: Client, local_athena: LocalAthena, database: str, s3: Any) -> None:
    """The raw table of lines: folders below a partition are read, and only the days that a query names."""
    lines = ['{"a": 1}', "no JSON, with\ta tab and a \x01 byte", '  {"a": 2}  ']
    for day, hour in (("2024-06-10", "05"), ("2024-06-10", "23"), ("2024-06-11", "00")):
        key = f"{database}/dt={day}/hh={hour}/x.gz"
        s3.put_object(Bucket="landing", Key=key, Body=gzip.compress("".join(f"{x}\n" for x in lines).encode()))
    athena.run(RAW_TABLE.format(database=database))
    athena.run(RAW_TABLE.format(database=database))  # if not exists

    mark = local_athena.read_mark()
    rows = athena.rows(
        f"select line, \"$path\" from {database}.lines where dt between '2024-06-10' and '2024-06-10' order by 2, 1"
    )
    assert [row[0] for row in rows] == sorted(lines) * 2
    assert sorted(set(local_athena.objects_read(mark))) == [
        f"s3://landing/{database}/dt=2024-06-10/hh=05/x.gz",
        f"s3://landing/{database}/dt=2024-06-10/hh=23/x.gz",
    ]
    statement = local_athena.statements()[-1]
    assert statement.partitions == (f"{database}.lines/dt=2024-06-10",)
    files = [f"{database}/dt=2024-06-10/hh={hour}/x.gz" for hour in ("05", "23")]
    sizes = [s3.head_object(Bucket="landing", Key=key)["ContentLength"] for key in files]
    assert statement.bytes_scanned == sum(sizes)


def test_create_external_table_of_a_seed(athena: Client, database: str, s3: Any) -> None:
    """dbt uploads a seed as CSV and reads it through a table like this."""
    s3.put_object(Bucket="landing", Key=f"{database}/seed.csv", Body=b'code,label\nA,"North, upper"\nB,\n')
    athena.run(
        f"create external table `{database}`.`seed__dbt_tmp` (`code` string, `label` string)"
        " row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde'"
        f" location 's3://landing/{database}/' tblproperties ('skip.header.line.count'='1')"
    )
    rows = athena.rows(
        f'select code, nullif(label, \'\') from "awsdatacatalog"."{database}"."seed__dbt_tmp" order by 1'
    )
    assert rows == [("A", "North, upper"), ("B", None)]


def test_drop_table(athena: Client, database: str, s3: Any) -> None:
    hive_table(athena, database, "outside", "select 1 as a")
    iceberg_table(athena, database, "inside", "select 1 as a")
    athena.run(f"drop table `{database}`.`outside`")
    athena.run(f"drop table if exists {database}.inside")
    assert keys(s3, database, "outside"), "an external table's files stay"
    assert not keys(s3, database, "inside"), "an Iceberg table's files go"
    athena.run(f"drop table if exists {database}.inside")
    with pytest.raises(StatementFailedError, match="TABLE_NOT_FOUND"):
        athena.run(f"drop table {database}.inside")


def test_create_view(athena: Client, database: str, glue: GlueClient) -> None:
    hive_table(athena, database, "t", "select 1 as a, 'x' as b")
    name = f'"awsdatacatalog"."{database}"."v"'
    athena.run(
        f"create or replace view {name} as select b, count(*) as n, array_agg(a) as all_a from {database}.t group by b"
    )
    assert glue_columns(glue, database, "v") == [("b", "varchar(1)"), ("n", "bigint"), ("all_a", "array<int>")]
    athena.run(f"create or replace view {name} as select cast(b as varchar) as b, 1.5e0 as d from {database}.t")
    assert glue_columns(glue, database, "v") == [("b", "string"), ("d", "double")]
    assert athena.rows(f"select * from {database}.v") == [("x", "1.5")]


def test_drop_view(athena: Client, database: str, glue: GlueClient) -> None:
    athena.run(f"create view {database}.v as select 1 as a")
    athena.run(f'drop view if exists "awsdatacatalog"."{database}"."v"')
    assert glue.get_tables(DatabaseName=database)["TableList"] == []
    athena.run(f"drop view if exists {database}.v")


# ---- changes of a table


def test_set_table_properties(athena: Client, database: str, glue: GlueClient) -> None:
    hive_table(athena, database, "h", "select 1 as a")
    athena.run(f"alter table `{database}`.`h` set tblproperties ('classification' = 'parquet', 'x' = 'it\\'s')")
    assert parameters(glue, database, "h")["classification"] == "parquet"
    assert parameters(glue, database, "h")["x"] == "it's"


def test_set_table_properties_of_iceberg(athena: Client, database: str) -> None:
    iceberg_table(athena, database, "i", "select 1 as a", ", vacuum_max_snapshot_age_seconds=60")
    athena.run(f"alter table {database}.i set tblproperties ('optimize_rewrite_delete_file_threshold' = '2')")
    stored = athena.rows(f'select key, value from {database}."i$properties"')
    assert ("vacuum_max_snapshot_age_seconds", "60") in stored
    assert ("optimize_rewrite_delete_file_threshold", "2") in stored


def test_add_columns(athena: Client, database: str, glue: GlueClient) -> None:
    hive_table(athena, database, "h", "select 1 as a")
    iceberg_table(athena, database, "i", "select 1 as a")
    for name in ("h", "i"):
        athena.run(f"alter table `{database}`.`{name}` add columns (`b` string, `c` timestamp)")
        assert glue_columns(glue, database, name) == [("a", "int"), ("b", "string"), ("c", "timestamp")]
        assert athena.rows(f"select a, b, c from {database}.{name}") == [("1", None, None)]


def test_replace_columns(athena: Client, database: str, glue: GlueClient) -> None:
    hive_table(athena, database, "h", "select 1 as a, 2 as b")
    athena.run(f"alter table `{database}`.`h` replace columns (`b` int, `d` double)")
    assert glue_columns(glue, database, "h") == [("b", "int"), ("d", "double")]
    iceberg_table(athena, database, "i", "select 1 as a")
    with pytest.raises(StatementFailedError, match="no route for REPLACE COLUMNS of the Iceberg table"):
        athena.run(f"alter table {database}.i replace columns (b int)")


def test_drop_column(athena: Client, database: str, glue: GlueClient) -> None:
    iceberg_table(athena, database, "i", "select 1 as a, 2 as b")
    athena.run(f"alter table `{database}`.`i` drop column `a`")
    assert athena.rows(f"select * from {database}.i") == [("2",)]
    hive_table(athena, database, "h", "select 1 as a, 2 as b")
    with pytest.raises(StatementFailedError, match="h is no Iceberg table"):
        athena.run(f"alter table {database}.h drop column a")


def test_change_column(athena: Client, database: str) -> None:
    iceberg_table(athena, database, "i", "select 1 as a")
    athena.run(f"alter table awsdatacatalog.{database}.i change column a b bigint")
    assert athena.rows(f"select typeof(b), b from {database}.i") == [("bigint", "1")]


def test_rename_table(athena: Client, database: str) -> None:
    """The dance by which dbt replaces an Iceberg table."""
    iceberg_table(athena, database, "t", "select 'old' as a")
    iceberg_table(athena, database, "t__ha", "select 'new' as a")
    athena.run(f"alter table `{database}`.`t` rename to `{database}`.`t__bkp`")
    athena.run(f"alter table `{database}`.`t__ha` rename to `{database}`.`t`")
    assert athena.rows(f"select a from {database}.t") == [("new",)]
    assert athena.rows(f"select a from {database}.t__bkp") == [("old",)]


def test_optimize(athena: Client, database: str) -> None:
    iceberg_table(athena, database, "i", "select 1 as a, 'one' as b")
    athena.run(f"insert into {database}.i values (2, 'two'), (3, 'three')")
    athena.run(f"delete from {database}.i where a = 2")
    assert iceberg_files(athena, database, "i") == (2, 1)
    athena.run(f"optimize awsdatacatalog.{database}.i rewrite data using bin_pack")
    assert iceberg_files(athena, database, "i") == (1, 0)
    assert athena.rows(f"select a from {database}.i order by a") == [("1",), ("3",)]


def test_vacuum(athena: Client, database: str, s3: Any) -> None:
    iceberg_table(athena, database, "young", "select 1 as a")
    iceberg_table(athena, database, "old", "select 1 as a", ", vacuum_max_snapshot_age_seconds=1")
    for name in ("young", "old"):
        s3.put_object(Bucket="warehouse", Key=f"{database}/{name}/data/orphan.parquet", Body=b"nobody's")
        athena.run(f"insert into {database}.{name} values 2")
        athena.run(f"optimize {database}.{name} rewrite data using bin_pack")
    time.sleep(1.1)  # more than the age in seconds that the property allows
    for name, snapshots, files in (("young", "3", 4), ("old", "1", 1)):
        athena.run(f"vacuum {database}.{name}")
        assert athena.rows(f'select count(*) from {database}."{name}$snapshots"') == [(snapshots,)]
        assert len([key for key in keys(s3, database, name) if key.endswith(".parquet")]) == files
        assert athena.rows(f"select a from {database}.{name} order by a") == [("1",), ("2",)]


# ---- CREATE TABLE AS SELECT


def codec(s3: Any, folder: Path, key: str) -> str:
    """The compression of a Parquet file, as DuckDB reads it."""
    s3.download_file("warehouse", key, str(folder / "file.parquet"))
    question = f"select distinct compression from parquet_metadata('{folder / 'file.parquet'}')"
    found = duckdb.connect().execute(question).fetchall()
    return "/".join(row[0] for row in found)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [("", "GZIP"), (", write_compression='zstd'", "ZSTD"), (", write_compression='snappy'", "SNAPPY")],
)
def test_create_table_as(
    athena: Client, database: str, glue: GlueClient, s3: Any, tmp_path: Path, properties: str, expected: str
) -> None:
    select = "select 1 as a, 'x' as p, date '2024-06-10' as q"
    hive_table(athena, database, "h", select, f"{properties}, partitioned_by=ARRAY['p', 'q']")
    assert athena.rows(f"select a, p, q from {database}.h") == [("1", "x", "2024-06-10")]
    assert glue_columns(glue, database, "h") == [("a", "int")]
    (key,) = keys(s3, database, "h")
    assert key.startswith(f"{database}/h/p=x/q=2024-06-10/")
    assert codec(s3, tmp_path, key) == expected


def test_create_table_as_text(athena: Client, database: str, s3: Any) -> None:
    athena.run(
        f"create table {database}.t with (table_type='hive', is_external=true, format='textfile', field_delimiter='|',"
        f" write_compression='gzip', bucketed_by=ARRAY['a'], bucket_count=2,"
        f" external_location='s3://warehouse/{database}/t/') as select 1 as a, 'x' as b"
    )
    (key,) = keys(s3, database, "t")
    assert gzip.decompress(s3.get_object(Bucket="warehouse", Key=key)["Body"].read()) == b"1|x\n"


def test_create_table_as_iceberg(athena: Client, database: str, glue: GlueClient, s3: Any, tmp_path: Path) -> None:
    iceberg_table(
        athena,
        database,
        "i",
        "select 1 as a, timestamp '2024-06-10 05:00:00.000000' as at",
        ", partitioning=ARRAY['day(at)', 'bucket(4, a)']",
    )
    assert parameters(glue, database, "i")["table_type"] == "ICEBERG"
    (key,) = [key for key in keys(s3, database, "i") if key.endswith(".parquet")]
    assert f"{database}/i/data/at_day=2024-06-10/a_bucket=0/" in key
    assert codec(s3, tmp_path, key) == "ZSTD"


@pytest.mark.parametrize(
    ("clause", "complaint"),
    [
        ("external_location='s3://warehouse/x/', magic=1", "no route for the CTAS properties magic"),
        ("format='parquet'", "CTAS without external_location"),
        ("external_location='s3://warehouse/x/'", "no route for CREATE TABLE .* without AS"),
        ("table_type='iceberg', is_external=false", "an Iceberg table needs a location"),
        ("table_type='iceberg', location='s3://warehouse/x/'", "created with is_external = false"),
        ("external_location='s3://warehouse/x/', format=", "SYNTAX_ERROR"),
        ("magic", "ParseException: 'magic' is no"),
    ],
)
def test_faults_of_create_table_as(athena: Client, database: str, clause: str, complaint: str) -> None:
    tail = "" if "without AS" in complaint else " as select 1 as a"
    with pytest.raises(StatementFailedError, match=complaint):
        athena.run(f"create table {database}.t with ({clause}){tail}")


# ---- what Athena and Trino read alike


def test_select(athena: Client, database: str) -> None:
    """Answers of real Trino that the project's SQL rests on."""
    assert athena.rows("select 7/2, -7/2, 130/60e0, round(2.5e0), try_cast('' as double), 'a' || null") == [
        ("3", "-3", "2.1666666666666665", "3.0", None, None)
    ]
    assert athena.rows("with t as (select 1 as a) select * from t") == [("1",)]
    assert athena.rows("(select 1 as a)") == [("1",)]
    assert athena.rows("values (1, 'x'), (2, null)") == [("1", "x"), ("2", None)]
    with pytest.raises(StatementFailedError, match=r"COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved"):
        athena.run("select x")
    with pytest.raises(StatementFailedError, match="SYNTAX_ERROR"):
        athena.run("select 1; select 2")
    with pytest.raises(StatementFailedError, match=f"Table 'awsdatacatalog.{database}.t' does not exist"):
        athena.run("select * from t", database)


def test_explain(athena: Client) -> None:
    query_id = athena.run("explain select 1 as a")["QueryExecutionId"]
    rows = athena.api.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
    assert "Fragment 0" in rows[1]["Data"][0]["VarCharValue"], "one row a line, and no header"


def test_insert(athena: Client, database: str) -> None:
    hive_table(athena, database, "h", "select 1 as a, 'x' as p", ", partitioned_by=ARRAY['p']")
    query = athena.run(f"insert into {database}.h (a, p) (select a, p from (values (2, 'y'), (3, 'y')) as t (a, p));")
    assert athena.api.get_query_results(QueryExecutionId=query["QueryExecutionId"])["UpdateCount"] == 2
    assert athena.rows(f"select p, count(*) from {database}.h group by p order by p") == [("x", "1"), ("y", "2")]


def test_merge(athena: Client, database: str) -> None:
    iceberg_table(athena, database, "i", "select * from (values (1, 'a'), (2, 'b')) as t (id, v)")
    athena.run(
        f'merge into "awsdatacatalog"."{database}"."i" as target'
        " using (select * from (values (2, 'B'), (3, 'C')) as s (id, v)) as src on (target.id = src.id)"
        ' when matched then update set"v" = src."v"'
        ' when not matched then insert ("id", "v") values (src."id", src."v")'
    )
    assert athena.rows(f"select id, v from {database}.i order by id") == [("1", "a"), ("2", "B"), ("3", "C")]


def test_delete(athena: Client, database: str) -> None:
    iceberg_table(athena, database, "i", "select * from (values 1, 2) as t (a)")
    athena.run(f'delete from "awsdatacatalog"."{database}"."i" where a = 1')
    assert athena.rows(f"select a from {database}.i") == [("2",)]


def test_update(athena: Client, database: str) -> None:
    iceberg_table(athena, database, "i", "select * from (values 1, 2) as t (a)")
    athena.run(f"update awsdatacatalog.{database}.i set a = a * 10 where a = 1;")
    assert athena.rows(f"select a from {database}.i order by a") == [("2",), ("10",)]


def test_everything_of_a_ctas(athena: Client, database: str) -> None:
    """Window, filter, max_by (the value of the greatest key, null as well), grouping sets, and a sorted array."""
    hive_table(
        athena,
        database,
        "h",
        "select g, h, count(*) as n, rank() over (order by count(*) desc) as r, max_by(v, k) as newest,"
        " count(*) filter (where v > 1) as over_one,"
        " element_at(array_sort(array_agg(v) filter (where v is not null)), 1) as least"
        " from (values (1, 'a', 1, 1e0), (1, 'b', 2, 3e0), (2, 'a', 5, null)) as t (g, h, k, v)"
        " group by grouping sets ((g, h), (g), ())",
    )
    rows = athena.rows(f"select g, h, n, r, newest, over_one, least from {database}.h order by g, h")
    assert rows == [
        ("1", "a", "1", "3", "1.0", "0", "1.0"),
        ("1", "b", "1", "3", "3.0", "1", "3.0"),
        ("1", None, "2", "2", "3.0", "1", "1.0"),
        ("2", "a", "1", "3", None, "0", None),
        ("2", None, "1", "3", None, "0", None),
        (None, None, "3", "1", None, "1", "1.0"),
    ]
