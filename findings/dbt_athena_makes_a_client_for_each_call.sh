#!/usr/bin/env bash
# Guess: dbt-athena makes an AWS client for each service that it asks, and keeps it: three for a run, or three for each of its connections.
# Fact: eight for one table, and as many when it is made anew: four of Athena, two of Glue, one of S3 and one of STS. botocore builds a class
#   for each, which takes tens of milliseconds: a fifth of the processor time of such a run, and more of one with many tables.
# Versions: dbt-core 1.11.16, dbt-athena 1.11.1, boto3 1.44.8; moto 5.2.5 stands in Athena's place.
# Source: measured by this script; dbt/adapters/athena/impl.py, where methods call `client.session.client(...)`.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "$moto" 2>/dev/null || true; rm -rf "$work"' EXIT
moto=
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dbt-core==1.11.16 dbt-athena==1.11.1 boto3==1.44.8 'moto[athena,glue,s3,server]==5.2.5'
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
cat > count.py <<'PY'
import time
from collections import Counter
from importlib.metadata import version

import boto3
from dbt.cli.main import dbtRunner

made, seconds = Counter(), 0.0
make_client = boto3.Session.client


def client(session, service, *options, **names):
    global seconds
    begun = time.process_time()
    try:
        return make_client(session, service, *options, **names)
    finally:
        made[service] += 1
        seconds += time.process_time() - begun


boto3.Session.client = client
for what in ("first", "second"):
    made.clear()
    assert dbtRunner().invoke(["--quiet", "run", "--profiles-dir", ".", "--threads", "1"]).success
    assert made.total() == 8
    print(f"dbt-athena {version('dbt-athena')}, boto3 {version('boto3')}, {what} run of one table:", made.total(), "clients:", dict(made))
print(f"In both runs they took {seconds:.1f} s of {time.process_time():.1f} s of processor time.")
PY
"$work/venv/bin/python" count.py
