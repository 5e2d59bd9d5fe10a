"""Athena's Hive DDL: names, types, column lists and CREATE EXTERNAL TABLE, read into what Glue stores.

Source of the grammar: https://docs.aws.amazon.com/athena/latest/ug/create-table.html (as far as this project and
dbt-athena use it; every other clause is refused).
"""

import re
from typing import Any

from local_athena.sql_text import HIVE_QUOTED, SqlTextError, closing_bracket, hive_literal, split_list

IDENTIFIER = r"(?:`[^`]+`|\w+)"
STRING = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""

TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
LAZY_SIMPLE_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
STORED_AS = {
    "textfile": (TEXT_INPUT, TEXT_OUTPUT, LAZY_SIMPLE_SERDE),
    "parquet": (
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    ),
}

PLAIN_TYPE = re.compile(
    r"boolean|tinyint|smallint|int|bigint|float|double|string|binary|date|timestamp"
    r"|decimal(?:\(\d+(?:,\s*\d+)?\))?|(?:char|varchar)\(\d+\)"
)
HIVE_TO_TRINO = {
    "string": "varchar",
    "int": "integer",
    "float": "real",
    "binary": "varbinary",
    "timestamp": "timestamp(6)",  # the only precision that Iceberg knows
}
TRINO_TO_HIVE = {"varchar": "string", "integer": "int", "real": "float", "varbinary": "binary", "json": "string"}


def table_name(prefix: str = "") -> str:
    """A pattern for [awsdatacatalog.][database.]table, back-quoted or bare: groups {prefix}database, {prefix}table."""
    return (
        rf"(?:`?awsdatacatalog`?\s*\.\s*)?(?:(?P<{prefix}database>{IDENTIFIER})\s*\.\s*)?"
        rf"(?P<{prefix}table>{IDENTIFIER})"
    )


def identifier(text: str) -> str:
    """The name that a quoted or bare identifier stands for. Glue has lower case only."""
    return text.strip('`"').lower()


def columns(text: str) -> list[dict[str, str]]:
    """A list such as "`a` string, b int comment 'x'" as Glue's columns. Raises SqlTextError for an unknown type."""
    result = []
    for item in split_list(text, HIVE_QUOTED):
        match = re.fullmatch(rf"({IDENTIFIER})\s+(.+?)(?:\s+comment\s+({STRING}))?", item, re.I | re.S)
        if match is None:
            raise SqlTextError(f"{item!r} is no column with a type")
        column = {"Name": identifier(match[1]), "Type": re.sub(r"\s+", "", match[2]).lower()}
        if not is_hive_type(column["Type"]):
            raise SqlTextError(f"column {column['Name']}: {match[2]!r} is no type of Athena's DDL")
        if match[3]:
            column["Comment"] = hive_literal(match[3])
        result.append(column)
    return result


def is_hive_type(text: str) -> bool:
    """Whether DDL knows the type: `int` and `string`, for example, but not `integer`, nor `varchar` without length."""
    outer, _, inner = text.partition("<")
    if not inner:
        return PLAIN_TYPE.fullmatch(text) is not None
    parts = split_list(inner[:-1], HIVE_QUOTED)
    if outer == "struct":
        parts = [part.partition(":")[2] for part in parts]
    return text.endswith(">") and outer in ("array", "map", "struct") and all(map(is_hive_type, parts))


def trino_type(hive: str) -> str:
    """A type of the DDL as Trino spells it for an Iceberg table."""
    outer, _, inner = hive.partition("<")
    if not inner:
        return HIVE_TO_TRINO.get(hive, hive)
    parts = split_list(inner[:-1], HIVE_QUOTED)
    if outer == "struct":
        fields = [part.partition(":") for part in parts]
        return "row(" + ", ".join(f'"{name}" {trino_type(kind)}' for name, _, kind in fields) + ")"
    return f"{outer}({', '.join(map(trino_type, parts))})"


def hive_type(trino: str) -> str:
    """A type of Trino as Glue spells it, for the columns of a view."""
    outer, _, inner = trino.partition("(")
    if outer in ("array", "map"):
        return f"{outer}<{','.join(map(hive_type, split_list(inner[:-1])))}>"
    if outer == "row":
        fields = [re.fullmatch(r'("[^"]+"|\S+)\s+(.+)', field, re.S) for field in split_list(inner[:-1])]
        return "struct<" + ",".join(f"{f[1].strip(chr(34))}:{hive_type(f[2])}" for f in fields if f) + ">"
    if outer == "timestamp":
        return "timestamp"
    return TRINO_TO_HIVE.get(trino, trino)


def properties(text: str) -> dict[str, str]:
    """The pairs of "'key' = 'value', ..."."""
    result = {}
    for item in split_list(text, HIVE_QUOTED):
        match = re.fullmatch(rf"({STRING})\s*=\s*({STRING})", item, re.S)
        if match is None:
            raise SqlTextError(f"{item!r} is no 'key' = 'value'")
        result[hive_literal(match[1])] = hive_literal(match[2])
    return result


def external_table(name: str, definition: str) -> dict[str, Any]:
    """Glue's TableInput for CREATE EXTERNAL TABLE; `definition` is what follows the name, from the columns' bracket on.

    Raises SqlTextError for a clause it does not know, and where Hive would refuse as well.
    """
    end = closing_bracket(definition, 0, HIVE_QUOTED)
    table: dict[str, Any] = {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE"},
        "PartitionKeys": [],
    }
    storage: dict[str, Any] = {"Columns": columns(definition[1:end])}
    serde: dict[str, Any] = {"Parameters": {}}
    input_format, output_format, default_serde = STORED_AS["textfile"]
    rest = definition[end + 1 :].strip()

    def clause(pattern: str) -> re.Match[str] | None:
        nonlocal rest
        match = re.match(pattern, rest, re.I | re.S)
        if match is not None:
            rest = rest[match.end() :].strip()
        return match

    def bracketed() -> str:
        nonlocal rest
        close = closing_bracket(rest, 0, HIVE_QUOTED)
        inside, rest = rest[1:close], rest[close + 1 :].strip()
        return inside

    while rest:
        if clause(r"partitioned\s+by\s*(?=\()"):
            table["PartitionKeys"] = columns(bracketed())
        elif match := clause(rf"row\s+format\s+serde\s+({STRING})"):
            serde["SerializationLibrary"] = hive_literal(match[1])
        elif clause(r"with\s+serdeproperties\s*(?=\()"):
            serde["Parameters"] = properties(bracketed())
        elif match := clause(rf"stored\s+as\s+inputformat\s+({STRING})\s+outputformat\s+({STRING})"):
            input_format, output_format = hive_literal(match[1]), hive_literal(match[2])
        elif match := clause(r"stored\s+as\s+(parquet|textfile)\b"):
            input_format, output_format, default_serde = STORED_AS[match[1].lower()]
        elif match := clause(rf"location\s+({STRING})"):
            storage["Location"] = hive_literal(match[1])
        elif clause(r"tblproperties\s*(?=\()"):
            table["Parameters"] |= properties(bracketed())
        elif match := clause(rf"comment\s+({STRING})"):
            table["Description"] = hive_literal(match[1])
        else:
            raise SqlTextError(f"unknown clause in CREATE EXTERNAL TABLE: {rest[:120]}")

    if not storage.get("Location", "").startswith("s3://"):
        raise SqlTextError("CREATE EXTERNAL TABLE needs a LOCATION 's3://...'")
    twice = {c["Name"] for c in storage["Columns"]} & {c["Name"] for c in table["PartitionKeys"]}
    if twice:
        raise SqlTextError(f"column repeated in partitioning columns: {', '.join(sorted(twice))}")
    serde.setdefault("SerializationLibrary", default_serde)
    table["StorageDescriptor"] = {
        **storage,
        "InputFormat": input_format,
        "OutputFormat": output_format,
        "SerdeInfo": serde,
    }
    return table
