#!/usr/bin/env bash
# Makes the stack, or brings it up to date, from what `make package` wrote. infra/deploy.py says which variables it reads.
cd "$(dirname "$0")/.."
exec .venv/bin/python -m infra.deploy
