#!/usr/bin/env bash
# Installs Debian's Chromium, in which the tests look at the report, where there is no browser of its kind and this user
# may install packages: as root, or by a sudo that asks nothing.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done

may=()
if [ "$(id -u)" != 0 ]; then may=(sudo -n); fi
if ! command -v apt-get >/dev/null || ! ${may[@]+"${may[@]}"} true 2>/dev/null; then
    echo "There is no Chromium, and this user may not install it: the tests will not look at the report in a browser." >&2
    exit 0
fi
install=(${may[@]+"${may[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium)
"${install[@]}" >/dev/null 2>&1 || { ${may[@]+"${may[@]}"} apt-get update >/dev/null && "${install[@]}" >/dev/null; } ||
    echo "Chromium could not be installed: the tests will not look at the report in a browser." >&2
