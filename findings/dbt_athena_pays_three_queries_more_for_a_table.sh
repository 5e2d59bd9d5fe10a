#!/usr/bin/env bash
# Guess: dbt makes a table on Athena by one charged query, CREATE TABLE AS; to hold its contract costs no query, or one.
# Fact: four. Two empty SELECTs ask for the columns of the model and of its contract, and when the table is there the adapter sends what
#   Athena said of it back as a query of its own, SELECT '{"rowcount":...}'. Each of the three reads nothing and is charged
#   like any other: Athena counts at least 10 MB a query.
# Versions: dbt-core 1.11.16, dbt-athena 1.11.1; the statements are those that moto 5.2.5 was sent in Athena's place.
# Source: measured by this script; dbt-athena's table.sql (`statement("main")`), dbt-adapters' columns_spec_ddl.sql
#   (assert_columns_equivalent); https://aws.amazon.com/athena/pricing/ (the minimum).
set -euo pipefail
work=$(mktemp -d)
trap 'kill "$moto" 2>/dev/null || true; rm -rf "$work"' EXIT
moto=
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dbt-core==1.11.16 dbt-athena==1.11.1 'moto[athena,glue,s3,server]==5.2.5'
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$work/venv/bin/moto_server" --host 127.0.0.1 --port "$port" > "$work/moto.log" 2>&1 &
moto=$!
export AWS_ENDPOINT_URL="http://127.0.0.1:$port" AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=us-east-1
mkdir -p "$work/project/models"
cd "$work/project"
cat > dbt_project.yml <<'YML'
name: county
profile: county
flags: {send_anonymous_usage_stats: false}
models: {county: {+materialized: table}}
YML
cat > profiles.yml <<'YML'
county:
  target: athena
  outputs:
    athena:
      {type: athena, region_name: us-east-1, database: awsdatacatalog, schema: county, work_group: primary, s3_staging_dir: "s3://results/", s3_data_dir: "s3://data/"}
YML
echo "select 'ROCKVILLE' as city, 12 as incidents" > models/cities.sql
cat > models/cities.yml <<'YML'
models:
  - name: cities
    config: {contract: {enforced: true}}
    columns: [{name: city, data_type: varchar}, {name: incidents, data_type: integer}]
YML
"$work/venv/bin/python" - <<'PY'
import time

import boto3
from botocore.exceptions import EndpointConnectionError

for _ in range(100):
    try:
        for bucket in ("results", "data"):
            boto3.client("s3").create_bucket(Bucket=bucket)
        boto3.client("glue").create_database(DatabaseInput={"Name": "county"})
        break
    except EndpointConnectionError:
        time.sleep(0.2)
PY
"$work/venv/bin/dbt" run --profiles-dir . > "$work/dbt.log" || { cat "$work/dbt.log"; exit 1; }
"$work/venv/bin/python" - <<'PY'
import re
from importlib.metadata import version

import boto3

athena = boto3.client("athena")
ids = athena.list_query_executions()["QueryExecutionIds"]
queries = [athena.get_query_execution(QueryExecutionId=one)["QueryExecution"]["Query"] for one in ids]
texts = [" ".join(re.sub(r"/\*.*?\*/|--", "", query, flags=re.DOTALL).split()) for query in queries]
charged = [text for text in texts if text.lower().startswith(("select", "create table"))]
print("dbt-athena", version("dbt-athena"), "sent", len(charged), "queries that are charged, for one table:")
print(*(f"  {text[:100]}" for text in charged), sep="\n")
assert len(charged) == 4
assert sum("where false" in text.lower() for text in charged) == 2
assert sum("rowcount" in text for text in charged) == 1
PY
