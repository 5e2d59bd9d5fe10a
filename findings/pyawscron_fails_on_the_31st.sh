#!/usr/bin/env bash
# Guess: for a schedule on the 31st, which EventBridge runs in the months that have one, a reader of AWS's cron expressions names
#   those months' days; an expression that AWS refuses, since it gives both kinds of days, is refused.
# Fact: cron(0 10 31 * ? *) is a ValueError as soon as it comes to a shorter month, and cron(0 0 29 2 ? *) to a year without a leap day;
#   cron(0 10 * * * *), which AWS refuses, gives times as if it were valid. cron(0 10 L * ? *) is read as it should be.
# Versions: pyawscron 1.0.7.
# Source: measured by this script; Amazon EventBridge Scheduler's user guide, "Schedule types": one of the two fields of days has to be ?.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyawscron==1.0.7
"$work/venv/bin/python" - <<'PY'
from datetime import UTC, datetime
from importlib.metadata import version

from pyawscron import AWSCron

print("pyawscron", version("pyawscron"))
seen = {}
for expression in ("0 10 31 * ? *", "0 0 29 2 ? *", "0 10 * * * *", "0 10 L * ? *"):
    try:
        times = AWSCron.get_next_n_schedule(2, datetime(2026, 11, 1, tzinfo=UTC), expression)
        seen[expression] = ", ".join(f"{time:%Y-%m-%d %H:%M}" for time in times)
    except ValueError as error:
        seen[expression] = f"ValueError: {error}"
    print(f"cron({expression}): {seen[expression]}")
assert seen["0 10 31 * ? *"].startswith("ValueError")
assert seen["0 0 29 2 ? *"].startswith("ValueError")
assert seen["0 10 * * * *"] == "2026-11-01 10:00, 2026-11-02 10:00"
assert seen["0 10 L * ? *"] == "2026-11-30 10:00, 2026-12-31 10:00"
PY
