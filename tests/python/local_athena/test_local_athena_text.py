"""Taking statements apart, and Athena's spelling of values: no server needed."""

from typing import Any

import pytest

from local_athena import hive_ddl, refusals, results, sql_text, statements
from local_athena.sql_text import SqlTextError
from local_athena.trino_client import Column


def scalar(kind: str, *numbers: int) -> dict[str, Any]:
    return {"rawType": kind, "arguments": [{"kind": "LONG", "value": number} for number in numbers]}


def nested(kind: str, *inner: dict[str, Any]) -> dict[str, Any]:
    return {"rawType": kind, "arguments": [{"kind": "TYPE", "value": signature} for signature in inner]}


def row(**fields: dict[str, Any]) -> dict[str, Any]:
    arguments = [
        {"kind": "NAMED_TYPE", "value": {"fieldName": {"name": name}, "typeSignature": signature}}
        for name, signature in fields.items()
    ]
    return {"rawType": "row", "arguments": arguments}


def test_a_bare_statement_has_no_leading_comments_and_no_semicolon() -> None:
    dbt = '-- /* {"app": "dbt"} */\n/* more */ select \'--;\' as a;\n'
    assert sql_text.bare(dbt) == "select '--;' as a"


def test_brackets_and_commas_inside_quotes_do_not_count() -> None:
    text = "with (a = 'x),y', b = ARRAY['c', 'd(']) as select 1"
    end = sql_text.closing_bracket(text, 5)
    assert text[end:] == ") as select 1"
    assert sql_text.assignments(text[6:end]) == {"a": "'x),y'", "b": "ARRAY['c', 'd(']"}


def test_an_open_bracket_is_told() -> None:
    with pytest.raises(SqlTextError, match="nothing closes"):
        sql_text.closing_bracket("with (a = '1)'", 5)


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (r"'^(.*)$'", "^(.*)$"),
        (r"'\\s+'", r"\s+"),
        (r"'\s+'", "s+"),
        (r"'a\tb\u0041\001\''", "a\tbA\x01'"),
        ('"it\'s"', "it's"),
    ],
)
def test_hive_literals_have_backslash_escapes(literal: str, value: str) -> None:
    assert sql_text.hive_literal(literal) == value


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("int", True),
        ("integer", False),
        ("string", True),
        ("varchar", False),
        ("varchar(10)", True),
        ("decimal(10,2)", True),
        ("timestamp", True),
        ("timestamp(3)", False),
        ("array<int>", True),
        ("array<integer>", False),
        ("map<string,array<double>>", True),
        ("struct<a:int,b:struct<c:string>>", True),
        ("struct<a:text>", False),
    ],
)
def test_types_of_the_ddl(kind: str, known: bool) -> None:
    assert hive_ddl.is_hive_type(kind) is known


@pytest.mark.parametrize(
    ("trino", "hive"),
    [
        ("varchar", "string"),
        ("varchar(5)", "varchar(5)"),
        ("integer", "int"),
        ("timestamp(3)", "timestamp"),
        ("array(varchar)", "array<string>"),
        ("map(varchar, array(bigint))", "map<string,array<bigint>>"),
        ('row(a integer, "b c" row(d varchar))', "struct<a:int,b c:struct<d:string>>"),
    ],
)
def test_types_of_a_view_in_glue(trino: str, hive: str) -> None:
    assert hive_ddl.hive_type(trino) == hive


@pytest.mark.parametrize(
    ("hive", "trino"),
    [
        ("string", "varchar"),
        ("timestamp", "timestamp(6)"),
        ("map<string,array<int>>", "map(varchar, array(integer))"),
        ("struct<a:int,b:array<float>>", 'row("a" integer, "b" array(real))'),
    ],
)
def test_types_of_an_iceberg_column(hive: str, trino: str) -> None:
    assert hive_ddl.trino_type(hive) == trino


def test_an_external_table_in_glue() -> None:
    table = hive_ddl.external_table(
        "t",
        "(`line` string comment 'a, b', `:id` int) comment 'raw' partitioned by (`dt` string)"
        " row format serde 'org.example.Serde' with serdeproperties ('input.regex' = '^(.*)$')"
        " stored as inputformat 'In' outputformat 'Out' location 's3://b/p/' tblproperties ('k'='v')",
    )
    assert table == {
        "Name": "t",
        "TableType": "EXTERNAL_TABLE",
        "Description": "raw",
        "Parameters": {"EXTERNAL": "TRUE", "k": "v"},
        "PartitionKeys": [{"Name": "dt", "Type": "string"}],
        "StorageDescriptor": {
            "Columns": [{"Name": "line", "Type": "string", "Comment": "a, b"}, {"Name": ":id", "Type": "int"}],
            "Location": "s3://b/p/",
            "InputFormat": "In",
            "OutputFormat": "Out",
            "SerdeInfo": {"SerializationLibrary": "org.example.Serde", "Parameters": {"input.regex": "^(.*)$"}},
        },
    }


@pytest.mark.parametrize(
    ("definition", "complaint"),
    [
        ("(a integer) location 's3://b/'", "'integer' is no type"),
        ("(a int)", "needs a LOCATION"),
        ("(a int) location '/tmp/x'", "needs a LOCATION"),
        ("(a int) partitioned by (a int) location 's3://b/'", "repeated in partitioning columns: a"),
        ("(a int) clustered by (a) into 4 buckets location 's3://b/'", "unknown clause .*: clustered by"),
        ("(a int) location 's3://b/' tblproperties ('a': 'b')", "is no 'key' = 'value'"),
    ],
)
def test_faults_of_an_external_table(definition: str, complaint: str) -> None:
    with pytest.raises(SqlTextError, match=complaint):
        hive_ddl.external_table("t", definition)


@pytest.mark.parametrize(
    ("value", "signature", "text"),
    [
        (None, scalar("varchar"), None),
        (True, scalar("boolean"), "true"),
        (7, scalar("bigint"), "7"),
        ("1.50", scalar("decimal", 5, 2), "1.50"),
        ("YWI=", scalar("varbinary"), "61 62"),
        ([1.0, None], nested("array", scalar("double")), "[1.0, null]"),
        ({"k": 1.5}, nested("map", scalar("varchar"), scalar("double")), "{k=1.5}"),
        ([1, ["x"]], row(a=scalar("bigint"), b=nested("array", scalar("varchar"))), "{a=1, b=[x]}"),
    ],
)
def test_cells(value: Any, signature: dict[str, Any], text: str | None) -> None:
    assert results.cell(value, signature) == text


# What Java's Double.toString gives.
@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0.0"),
        (100, "100.0"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (-0.00012345, "-1.2345E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (12345678.9, "1.23456789E7"),
        (1e23, "1.0E23"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
    ],
)
def test_doubles_as_java_prints_them(number: float | str, text: str) -> None:
    assert results.java_double(number) == text


@pytest.mark.parametrize(
    ("signature", "kind", "precision", "scale"),
    [
        (scalar("varchar"), "varchar", 2_147_483_647, 0),
        (scalar("varchar", 5), "varchar", 5, 0),
        (scalar("decimal", 10, 2), "decimal", 10, 2),
        (scalar("bigint"), "bigint", 19, 0),
        (scalar("timestamp", 6), "timestamp", 3, 0),
    ],
)
def test_column_info(signature: dict[str, Any], kind: str, precision: int, scale: int) -> None:
    info = results.column_info(Column("c", "", signature))
    assert (info["Name"], info["Type"], info["Precision"], info["Scale"]) == ("c", kind, precision, scale)


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("select Ends_With(a, 'x') from t", "FUNCTION_NOT_FOUND: ends_with .* use substr"),
        ("select * from json_table(x, '$' columns (a integer))", "json_table"),
        ("with function f() returns int return 1 select f()", "WITH FUNCTION"),
        ("select * from t pivot (sum(a) for b in ('x'))", "PIVOT"),
        ('select * from "awsdatacatalog_iceberg".d.t', "CATALOG_NOT_FOUND: Catalog 'awsdatacatalog_iceberg'"),
        ("select * from system.runtime.queries", "CATALOG_NOT_FOUND: Catalog 'system'"),
        ("select '" + "x" * 262_144 + "'", "longer than Athena's 262144"),
    ],
)
def test_refused_by_the_text(sql: str, complaint: str) -> None:
    with pytest.raises(refusals.RefusedError, match=complaint):
        statements.find_route(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select 'ends_with(x)' as \"pivot (\", pivot from t -- json_table(",
        "select ends_with from t",
        "select '" + "é" * 100_000 + "'",
    ],
)
def test_names_and_text_are_no_calls(sql: str) -> None:
    assert statements.find_route(sql)[0].name == "select"


@pytest.mark.parametrize(
    "sql",
    [
        "show tables",
        "describe t",
        "msck repair table t",
        "alter table t add partition (dt='1') location 's3://b/'",
        "truncate table t",
        "unload (select 1) to 's3://b/' with (format='parquet')",
        "create table t (a int)",
        "set session x = 1",
        "call system.flush()",
        "alter table \"d\".\"t\" set tblproperties ('a'='b')",
        "create or replace table t as select 1 as a",
        "",
    ],
)
def test_a_statement_without_a_route_fails(sql: str) -> None:
    with pytest.raises(statements.NoRouteError, match="no route for this statement"):
        statements.find_route(sql)
