#!/usr/bin/env bash
# Guess: tests of one `xdist_group` run in one process under `--dist loadgroup`, or the run says that they cannot.
# Fact: with pytest 9.2 they are spread over all processes, without a word: pytest-xdist 3.8 writes the group into the id of a test,
#   which pytest 9.2 computes anew. With pytest 9.1.1 the groups hold.
# Versions: pytest 9.2.0 and 9.1.1, pytest-xdist 3.8.0.
# Source: measured by this script; xdist/remote.py (pytest_collection_modifyitems), _pytest/nodes.py (Node.nodeid).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/test_groups.py" <<'PY'
import time

import pytest


@pytest.mark.xdist_group("warehouse")
@pytest.mark.parametrize("number", range(8))
def test_that_shares_a_warehouse(number, worker_id):
    time.sleep(0.3)
    with open("workers", "a") as workers:
        print(worker_id, file=workers)
PY
for version in 9.1.1 9.2.0; do
    python3 -m venv "$work/$version"
    "$work/$version/bin/pip" install --quiet --disable-pip-version-check "pytest==$version" pytest-xdist==3.8.0
    mkdir "$work/run-$version"
    (cd "$work/run-$version" && "../$version/bin/pytest" -q -p no:cacheprovider --numprocesses 2 --dist loadgroup ../test_groups.py > log)
    sort -u "$work/run-$version/workers" | wc -l > "$work/$version.processes"
    echo "pytest $version: one group ran in $(cat "$work/$version.processes") process(es)"
done
[ "$(cat "$work/9.1.1.processes")" -eq 1 ]
[ "$(cat "$work/9.2.0.processes")" -eq 2 ]
