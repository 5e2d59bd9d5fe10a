# `make` alone lists the targets.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install lock demo pull test lint docs clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed profiles.yml  ## install the exact versions of requirements.txt into .venv

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dispatch needs Python 3.11 or newer: make PYTHON=python3.12 install")'
	@echo "Installing into .venv (a minute or two the first time)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

profiles.yml:
	@cp profiles.yml.example $@

lock: install  ## write requirements.txt anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --no-strip-extras --upgrade \
	    --custom-compile-command 'make lock' --output-file requirements.txt pyproject.toml
