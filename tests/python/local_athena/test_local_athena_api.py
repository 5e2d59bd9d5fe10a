"""Athena's API itself, through boto3."""

import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_athena.client import RESULTS, Client
from local_athena.moto_server import aws_session
from local_athena.server import LocalAthena
from local_athena.trino_client import TrinoClient

# Runs for minutes unless it is stopped.
ENDLESS = """
    select count(*)
    from unnest(sequence(1, 10000)) as a (x), unnest(sequence(1, 10000)) as b (y), unnest(sequence(1, 10000)) as c (z)
    where x + y = z
"""

# Bytes that Trino reads from the end of every Parquet file, to find what is where in it.
FOOTER = 48 * 1024


def error_of(call: Any, **arguments: Any) -> tuple[str, str]:
    """The code and the message of the error that a call of the API raises."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_query_is_described(athena: Client, local_athena: LocalAthena) -> None:
    query = athena.run("select 1 as a", "some_database")
    assert query["StatementType"] == "DML"
    assert query["SubstatementType"] == "SELECT"
    assert query["WorkGroup"] == "primary"
    assert query["QueryExecutionContext"] == {"Catalog": "AwsDataCatalog", "Database": "some_database"}
    assert query["ResultConfiguration"]["OutputLocation"] == f"{RESULTS}{query['QueryExecutionId']}.csv"
    assert query["Status"]["CompletionDateTime"] >= query["Status"]["SubmissionDateTime"]
    statistics = query["Statistics"]
    assert statistics["DataScannedInBytes"] == 0
    assert statistics["TotalExecutionTimeInMillis"] >= statistics["EngineExecutionTimeInMillis"] > 0

    logged = local_athena.statements()[-1]
    assert (logged.query_execution_id, logged.route, logged.state) == (query["QueryExecutionId"], "select", "SUCCEEDED")
    assert (logged.sql, logged.trino_sql, logged.database, logged.rows) == (
        "select 1 as a",
        ("select 1 as a",),
        "some_database",
        1,
    )


def test_ddl_is_described(athena: Client, database: str) -> None:
    query = athena.run(
        f"create table {database}.t with (external_location='s3://warehouse/{database}/t/')"
        " as select * from (values 1, 2) as t (a)"
    )
    assert (query["StatementType"], query["SubstatementType"]) == ("DDL", "CREATE_TABLE_AS_SELECT")
    results = athena.api.get_query_results(QueryExecutionId=query["QueryExecutionId"])
    assert results["UpdateCount"] == 2
    assert results["ResultSet"]["Rows"] == []


def test_scanned_bytes_are_counted(athena: Client, database: str, s3: Any) -> None:
    athena.run(
        f"create table {database}.t with (external_location='s3://warehouse/{database}/t/', format='parquet') as"
        " select x as a, rand() as b from unnest(sequence(1, 10000)) as t (x)"
    )
    (listed,) = s3.list_objects_v2(Bucket="warehouse", Prefix=f"{database}/t/")["Contents"]
    both = athena.run(f"select sum(a), sum(b) from {database}.t")["Statistics"]["DataScannedInBytes"]
    one = athena.run(f"select sum(a) from {database}.t")["Statistics"]["DataScannedInBytes"]
    assert listed["Size"] * 0.9 < both - FOOTER <= listed["Size"]
    assert 0 < one - FOOTER < (both - FOOTER) / 2, "a column that is not asked for is not read"


def test_results_come_in_pages_with_one_header(athena: Client) -> None:
    query_id = athena.run("select x as n from unnest(sequence(1, 2500)) as t (x) order by x")["QueryExecutionId"]
    pages = list(athena.api.get_paginator("get_query_results").paginate(QueryExecutionId=query_id))
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [1000, 1000, 501]
    texts = [row["Data"][0]["VarCharValue"] for page in pages for row in page["ResultSet"]["Rows"]]
    assert texts == ["n", *map(str, range(1, 2501))]

    first = athena.api.get_query_results(QueryExecutionId=query_id, MaxResults=2)
    assert [row["Data"][0]["VarCharValue"] for row in first["ResultSet"]["Rows"]] == ["n", "1"]
    second = athena.api.get_query_results(QueryExecutionId=query_id, MaxResults=2, NextToken=first["NextToken"])
    assert [row["Data"][0]["VarCharValue"] for row in second["ResultSet"]["Rows"]] == ["2", "3"]


def test_a_result_that_fills_its_page_ends_there(athena: Client) -> None:
    query_id = athena.run("select x from unnest(sequence(1, 999)) as t (x)")["QueryExecutionId"]
    assert "NextToken" not in athena.api.get_query_results(QueryExecutionId=query_id)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"MaxResults": 1001}, "between 1 and 1000"), ({"NextToken": "x"}, "Invalid NextToken: x")],
)
def test_bad_pages_are_refused(athena: Client, arguments: Any, message: str) -> None:
    query_id = athena.run("select 1")["QueryExecutionId"]
    code, text = error_of(athena.api.get_query_results, QueryExecutionId=query_id, **arguments)
    assert code == "InvalidRequestException"
    assert message in text


def test_types_of_columns(athena: Client) -> None:
    query_id = athena.run(
        "select true as a_boolean, 1 as an_integer, bigint '1' as a_bigint, 1e0 as a_double, 1.50 as a_decimal,"
        " 'x' as a_text, cast('x' as varchar) as a_varchar, date '2024-06-10' as a_date,"
        " timestamp '2024-06-10 05:00:00' as a_timestamp, timestamp '2024-06-10 05:00:00 UTC' as a_zoned,"
        " array[1] as an_array, map(array['k'], array[1]) as a_map,"
        " cast(row(1, null) as row(x integer, y varchar)) as a_row,"
        " json_parse('{\"a\": [1]}') as a_json, X'6162' as a_binary, cast(null as varchar) as a_null"
    )["QueryExecutionId"]
    result = athena.api.get_query_results(QueryExecutionId=query_id)["ResultSet"]
    columns = [(column["Name"], column["Type"]) for column in result["ResultSetMetadata"]["ColumnInfo"]]
    values = [datum.get("VarCharValue") for datum in result["Rows"][1]["Data"]]
    assert list(zip(columns, values, strict=True)) == [
        (("a_boolean", "boolean"), "true"),
        (("an_integer", "integer"), "1"),
        (("a_bigint", "bigint"), "1"),
        (("a_double", "double"), "1.0"),
        (("a_decimal", "decimal"), "1.50"),
        (("a_text", "varchar"), "x"),
        (("a_varchar", "varchar"), "x"),
        (("a_date", "date"), "2024-06-10"),
        (("a_timestamp", "timestamp"), "2024-06-10 05:00:00.000"),
        (("a_zoned", "timestamp with time zone"), "2024-06-10 05:00:00.000 UTC"),
        (("an_array", "array"), "[1]"),
        (("a_map", "map"), "{k=1}"),
        (("a_row", "row"), "{x=1, y=null}"),
        (("a_json", "json"), '{"a":[1]}'),
        (("a_binary", "varbinary"), "61 62"),
        (("a_null", "varchar"), None),
    ]
    decimal = result["ResultSetMetadata"]["ColumnInfo"][4]
    assert (decimal["Precision"], decimal["Scale"]) == (3, 2)


def test_a_failed_query_says_why(athena: Client) -> None:
    query = athena.wait(athena.start("select cast('x' as integer)"))
    assert query["Status"]["State"] == "FAILED"
    reason = query["Status"]["StateChangeReason"]
    assert reason == "INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT"
    assert query["Status"]["AthenaError"]["ErrorCategory"] == 2
    assert query["Status"]["AthenaError"]["ErrorMessage"] == reason
    code, message = error_of(athena.api.get_query_results, QueryExecutionId=query["QueryExecutionId"])
    assert (code, message) == (
        "InvalidRequestException",
        "Query did not finish successfully. Final query state: FAILED",
    )


def test_a_statement_without_a_route_fails_loudly(athena: Client, local_athena: LocalAthena) -> None:
    query = athena.wait(athena.start("show tables"))
    assert query["Status"]["State"] == "FAILED"
    assert query["Status"]["StateChangeReason"] == "LOCAL_ATHENA: no route for this statement: show tables"
    assert local_athena.statements()[-1].state == "FAILED"


def endless_queries(local_athena: LocalAthena) -> list[str]:
    """The states of the endless queries that Trino knows. The question ends in a quote, so it is none of them."""
    sql = "select state from runtime.queries where query like '%where x + y = z'"
    return [row[0] for row in TrinoClient(local_athena.trino_url, "system").run(sql).rows]


def wait_until_trino_says(local_athena: LocalAthena, state: str) -> None:
    """Waits until every endless query that Trino knows is in this state."""
    deadline = time.monotonic() + 20
    while set(found := endless_queries(local_athena)) != {state}:
        assert time.monotonic() < deadline, f"{found}, not {state}"
        time.sleep(0.1)


def test_stop_cancels(athena: Client, local_athena: LocalAthena) -> None:
    query_id = athena.start(ENDLESS)
    wait_until_trino_says(local_athena, "RUNNING")
    code, message = error_of(athena.api.get_query_results, QueryExecutionId=query_id)
    assert (code, message) == (
        "InvalidRequestException",
        "Query has not yet finished. Current state: RUNNING",
    )
    athena.api.stop_query_execution(QueryExecutionId=query_id)
    assert athena.wait(query_id)["Status"]["State"] == "CANCELLED"
    wait_until_trino_says(local_athena, "FAILED")
    assert athena.wait(query_id)["Status"]["State"] == "CANCELLED"
    assert local_athena.statements()[-1].state == "CANCELLED"
    athena.api.stop_query_execution(QueryExecutionId=query_id)  # once more is no error

    at_once = athena.start(ENDLESS)
    athena.api.stop_query_execution(QueryExecutionId=at_once)
    assert athena.wait(at_once)["Status"]["State"] == "CANCELLED"
    time.sleep(1)  # Trino may never have heard of it, or ends it soon
    wait_until_trino_says(local_athena, "FAILED")


def test_a_start_that_is_tried_again_runs_once(athena: Client) -> None:
    arguments = {
        "QueryString": "select 1",
        "ResultConfiguration": {"OutputLocation": RESULTS},
        "ClientRequestToken": "0123456789abcdef0123456789abcdef",
    }
    ids = {athena.api.start_query_execution(**arguments)["QueryExecutionId"] for _ in range(2)}  # type: ignore[arg-type]
    assert len(ids) == 1


def test_many_queries_run_side_by_side(athena: Client) -> None:
    ids = [athena.start(f"select {number}") for number in range(20)]
    states = [athena.wait(query_id)["Status"]["State"] for query_id in ids]
    assert states == ["SUCCEEDED"] * 20
    batch = athena.api.batch_get_query_execution(QueryExecutionIds=[*ids, "no-such-id"])
    assert [query["Query"] for query in batch["QueryExecutions"]] == [f"select {number}" for number in range(20)]
    assert [unknown["QueryExecutionId"] for unknown in batch["UnprocessedQueryExecutionIds"]] == ["no-such-id"]
    listed = athena.api.list_query_executions(WorkGroup="primary", MaxResults=3)
    assert listed["QueryExecutionIds"] == ids[:-4:-1]


def test_what_is_not_there_is_refused(athena: Client) -> None:
    assert error_of(athena.api.get_query_execution, QueryExecutionId="nobody") == (
        "InvalidRequestException",
        "QueryExecution nobody was not found",
    )
    start = athena.api.start_query_execution
    code, message = error_of(start, QueryString="select 1", WorkGroup="nobody")
    assert (code, message) == ("InvalidRequestException", "WorkGroup nobody is not found.")
    code, message = error_of(start, QueryString="select 1", QueryExecutionContext={"Catalog": "nobody"})
    assert (code, message) == ("InvalidRequestException", "Catalog nobody was not found")
    code, message = error_of(start, QueryString="select ?", ExecutionParameters=["1"])
    assert (code, message) == ("InvalidRequestException", "LOCAL_ATHENA: ExecutionParameters are not modelled")


def test_an_unknown_operation_is_refused(athena: Client) -> None:
    code, message = error_of(athena.api.list_named_queries)
    assert code == "UnknownOperationException"
    assert "'AmazonAthena.ListNamedQueries' is not modelled" in message


def test_results_need_a_place(athena: Client) -> None:
    code, message = error_of(athena.api.start_query_execution, QueryString="select 1")
    assert code == "InvalidRequestException"
    assert message.startswith("No output location provided.")


def test_work_groups(athena: Client) -> None:
    athena.api.create_work_group(
        Name="enforced",
        Configuration={
            "ResultConfiguration": {"OutputLocation": "s3://athena-results/enforced/"},
            "EnforceWorkGroupConfiguration": True,
        },
    )
    group = athena.api.get_work_group(WorkGroup="enforced")["WorkGroup"]["Configuration"]
    assert group["EnforceWorkGroupConfiguration"]
    started = athena.api.start_query_execution(
        QueryString="select 1", WorkGroup="enforced", ResultConfiguration={"OutputLocation": RESULTS}
    )
    query = athena.wait(started["QueryExecutionId"])
    assert query["ResultConfiguration"]["OutputLocation"].startswith("s3://athena-results/enforced/")
    assert {"primary", "enforced"} <= {found["Name"] for found in athena.api.list_work_groups()["WorkGroups"]}
    athena.api.delete_work_group(WorkGroup="enforced")
    code, _ = error_of(athena.api.get_work_group, WorkGroup="enforced")
    assert code == "InvalidRequestException"


def test_metadata_for_dashboards(athena: Client, database: str) -> None:
    api = athena.api
    athena.run(
        f"create external table {database}.t (a int comment 'one') partitioned by (dt string) location 's3://landing/x/'"
    )
    athena.run(f"create view {database}.v as select 1 as b")
    assert api.list_data_catalogs()["DataCatalogsSummary"][0]["CatalogName"] == "AwsDataCatalog"
    assert api.get_data_catalog(Name="awsdatacatalog")["DataCatalog"]["Type"] == "GLUE"
    assert api.list_engine_versions()["EngineVersions"][0]["EffectiveEngineVersion"] == "Athena engine version 3"
    names = [found["Name"] for found in api.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]]
    assert database in names
    assert api.get_database(CatalogName="AwsDataCatalog", DatabaseName=database)["Database"]["Name"] == database
    listed = api.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=database)["TableMetadataList"]
    assert [(table["Name"], table["TableType"]) for table in listed] == [
        ("t", "EXTERNAL_TABLE"),
        ("v", "VIRTUAL_VIEW"),
    ]
    filtered = api.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=database, Expression="v.*")
    assert [table["Name"] for table in filtered["TableMetadataList"]] == ["v"]
    table = api.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=database, TableName="t")["TableMetadata"]
    assert table["Columns"] == [{"Name": "a", "Type": "int", "Comment": "one"}]
    assert table["PartitionKeys"] == [{"Name": "dt", "Type": "string"}]
    code, _ = error_of(api.get_table_metadata, CatalogName="AwsDataCatalog", DatabaseName=database, TableName="x")
    assert code == "MetadataException"
    code, _ = error_of(api.list_table_metadata, CatalogName="AwsDataCatalog", DatabaseName="nobody")
    assert code == "MetadataException"


def test_the_environment_sends_every_client_here(local_athena: LocalAthena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    environment = local_athena.environ(EXTRA="1")
    assert "AWS_PROFILE" not in environment
    assert environment["EXTRA"] == "1"
    monkeypatch.delenv("AWS_PROFILE")
    for name, value in local_athena.env.items():
        monkeypatch.setenv(name, value)
    session = boto3.session.Session()
    urls = {name: session.client(name).meta.endpoint_url for name in ("athena", "glue", "s3", "sts")}  # type: ignore[call-overload]
    assert urls == {
        "athena": local_athena.athena_endpoint,
        "glue": local_athena.aws_endpoint,
        "s3": local_athena.aws_endpoint,
        "sts": local_athena.aws_endpoint,
    }
    assert all(url.startswith("http://127.0.0.1:") for url in urls.values())


def test_column_statistics_are_stubs(local_athena: LocalAthena) -> None:
    """What Trino asks of Glue at every write, and moto does not have."""
    glue = aws_session().client("glue", endpoint_url=local_athena.athena_endpoint)
    assert (
        glue.get_column_statistics_for_table(DatabaseName="d", TableName="t", ColumnNames=["c"])["ColumnStatisticsList"]
        == []
    )
    glue.delete_column_statistics_for_table(DatabaseName="d", TableName="t", ColumnName="c")
    assert glue.get_databases()["DatabaseList"] is not None
    code, _ = error_of(glue.get_table, DatabaseName="nobody", Name="t")
    assert code == "EntityNotFoundException"
