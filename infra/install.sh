#!/usr/bin/env bash
# Installs the lock (infra/requirements.txt): from the code bucket where an earlier build has left all of it, and otherwise
# from the package index, after which it leaves it there. So a build needs the index only after the lock has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=infra/requirements.txt
kept=s3://$CODE_BUCKET/wheels/$(sha256sum "$lock" | cut -c 1-16)-$(python -c 'import platform, sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}-{platform.machine()}")')

install() {
    pip install --quiet --no-index --find-links wheels --require-hashes --requirement "$lock"
}

mkdir -p wheels
aws s3 cp --quiet --recursive "$kept/" wheels/
# The mark is written when all wheels are there.
if [ -e wheels/complete ]; then
    install
else
    pip download --quiet --require-hashes --only-binary :all: --dest wheels --requirement "$lock"
    install
    aws s3 cp --quiet --recursive wheels/ "$kept/"
    echo complete | aws s3 cp --quiet - "$kept/complete"
fi
