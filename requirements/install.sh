#!/usr/bin/env bash
# Installs one lock of this folder into .venv, which it makes if need be: requirements/install.sh demo
#
# PYTHON   what makes .venv (default: python3 where that is 3.11 or 3.12, else python3.12, python3.11, or python3)
set -euo pipefail
cd "$(dirname "$0")/.."
lock=$1
pins=requirements/$lock.txt

fail() {
    echo "make: $1" >&2
    exit 2
}

# Whether a command is a Python of which an expression is true. A name on the PATH may be no more than pyenv's pointer.
python_is() {
    "$1" -c "import sys; sys.exit(not ($2))" 2>/dev/null
}

choose_python() {
    local candidate
    for candidate in python3 python3.12 python3.11; do
        if python_is "$candidate" "(3, 11) <= sys.version_info < (3, 13)"; then
            echo "$candidate"
            return
        fi
    done
    echo python3
}

if ! python_is .venv/bin/python True; then
    python=${PYTHON:-$(choose_python)}
    python_is "$python" "sys.version_info >= (3, 11)" ||
        fail "dispatch needs Python 3.11 or newer, and $python is not: install one and name it, as in make PYTHON=python3.12 install"
    python_is "$python" "__import__('ensurepip')" ||
        fail "$python cannot make virtual environments: install its venv package (on Debian and Ubuntu apt install python3-venv)"
    "$python" -m venv --clear .venv
fi

version=$(.venv/bin/python -c 'import sys; print(*sys.version_info[:2], sep=".")')
# mmh3 of the version that dbt-athena allows has wheels up to Python 3.12.
if grep -q '^mmh3==' "$pins" && python_is .venv/bin/python "sys.version_info >= (3, 13)" &&
    ! compgen -G ".venv/lib/python$version/site-packages/mmh3*" >/dev/null; then
    advice="Python $version has no wheel of mmh3, which dbt-athena needs: install Python 3.12 and run make again after rm -r .venv, or install"
    command -v "${CC:-cc}" >/dev/null || fail "$advice a C compiler"
    python_is .venv/bin/python "__import__('os').path.exists(__import__('sysconfig').get_path('include') + '/Python.h')" ||
        fail "$advice Python's C headers (on Debian and Ubuntu apt install python3-dev)"
fi

packages=$(grep -c '^[a-z0-9].*==' "$pins")
echo "Installing $packages packages ($pins) into .venv, Python $version: a minute or two the first time"
pip=(.venv/bin/pip install --disable-pip-version-check --require-hashes --requirement "$pins")
if [ -t 1 ]; then
    "${pip[@]}" --progress-bar off | awk -v packages="$packages" '
        /^Collecting / { printf "\r  %d of %d read", ++read, packages; fflush() }
        /^Installing / { printf "\r  all read, unpacking"; fflush() }
        END { print "" }'
else
    "${pip[@]}" --quiet
fi

# What this lock holds beside others.
case $lock in
    dev) covered=(demo dashboards aws) ;;
    demo) covered=() ;;
    *) covered=(demo) ;;
esac
for name in "$lock" ${covered[@]+"${covered[@]}"}; do
    touch ".venv/installed-$name"
done
