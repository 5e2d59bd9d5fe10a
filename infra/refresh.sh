#!/usr/bin/env bash
# Runs a task of the stack, by default what its schedule does every hour, and waits for its end. infra/run.py says which.
cd "$(dirname "$0")/.."
exec .venv/bin/python -m infra.run "$@"
