# `make` alone lists the targets.
PYTHON ?= python3
BIN := .venv/bin
export DISPATCH_LANDING ?= data/landing
export DISPATCH_DUCKDB ?= data/dispatch.duckdb
# Marks a landing zone that holds the bundled sample, which must not mix with the county's own records.
SAMPLE_MARK := $(DISPATCH_LANDING)/.sample
COMPOSE := docker compose --file grafana/compose.yaml

.DEFAULT_GOAL := help
.PHONY: help install demo pull forget-sample dashboards dashboards-down test test-athena athena-local lint format dashboards-json docs package deploy refresh lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed profiles.yml  ## install the exact versions of requirements.txt into .venv
	@mkdir -p data "$(dir $(DISPATCH_DUCKDB))"

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dispatch needs Python 3.11 or newer: make PYTHON=python3.12 install")'
	@echo "Installing into .venv (a minute or two the first time)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

profiles.yml:
	@cp profiles.yml.example $@

demo: install  ## land the bundled sample, build on DuckDB, print the answers
	@if [ -d "$(DISPATCH_LANDING)/incidents" ] && [ ! -e "$(SAMPLE_MARK)" ]; then \
	    echo "$(DISPATCH_LANDING) holds other records, which the sample would mix with:"; \
	    echo "set DISPATCH_LANDING and DISPATCH_DUCKDB to new paths and run make demo again."; exit 2; fi
	@echo "1/3 Landing the bundled sample in $(DISPATCH_LANDING)"
	@[ -d "$(DISPATCH_LANDING)/incidents" ] || { mkdir -p "$(DISPATCH_LANDING)" && touch "$(SAMPLE_MARK)" && \
	    $(BIN)/python -m ingest load sample/incidents_2024-06.ndjson.gz; }
	@echo "2/3 Building and testing every table in $(DISPATCH_DUCKDB)"
	@$(BIN)/dbt --log-level warn build --target local --vars '{sample_is_loaded: true}'
	@echo "3/3 The answers"
	@$(BIN)/dbt --quiet run-operation print_answers --target local --args '{period_id: study_2024_06}'
	@echo
	@echo "These are answers about a reconstructed sample (sample/README.md). What next:"
	@echo "  make forget-sample pull    the same with the county's live data"
	@echo "  make docs                  what each table and column says, as a page to open"
	@echo "  README.md                  the questions, and the table and columns that answer each"

pull: install  ## land what is new on the portal, build on DuckDB, print the answers
	@if [ -e "$(SAMPLE_MARK)" ]; then \
	    echo "$(DISPATCH_LANDING) holds the bundled sample: run make forget-sample first."; exit 2; fi
	@echo "1/3 Reading the portal into $(DISPATCH_LANDING)"
	@$(BIN)/python -m ingest pull
	@echo "2/3 Building and testing every table in $(DISPATCH_DUCKDB)"
	@$(BIN)/dbt --log-level warn build --target local
	@echo "3/3 The answers"
	@$(BIN)/dbt --quiet run-operation print_answers --target local --args '{period_id: last_28_days}'

forget-sample:  ## take the bundled sample out of the landing zone and the warehouse
	@if [ -e "$(SAMPLE_MARK)" ] && [ "$$(find "$(DISPATCH_LANDING)/incidents" -name '*.gz' | wc -l)" -gt 1 ]; then \
	    echo "$(DISPATCH_LANDING) holds records beside the sample: delete it by hand if you no longer need them."; exit 2; fi
	@if [ -e "$(SAMPLE_MARK)" ]; then rm -rf "$(DISPATCH_LANDING)" "$(DISPATCH_DUCKDB)"; fi

dashboards: install  ## the dashboards in Grafana at 127.0.0.1:3000 (needs Docker)
	@docker compose version >/dev/null 2>&1 || { \
	    echo "make dashboards needs Docker with its compose plugin; grafana/README.md has other ways."; exit 2; }
	@echo "1/3 Starting PostgreSQL and Grafana"
	@$(COMPOSE) up --detach --wait
	@echo "2/3 Looking for the tables in $(DISPATCH_DUCKDB)"
	@if [ ! -e "$(DISPATCH_DUCKDB)" ]; then \
	    if [ -d "$(DISPATCH_LANDING)/incidents" ] && [ ! -e "$(SAMPLE_MARK)" ]; \
	    then $(BIN)/dbt --log-level warn build --target local; \
	    else $(MAKE) --no-print-directory demo; fi; fi
	@echo "3/3 Publishing them to PostgreSQL"
	@$(BIN)/python -m grafana.publish
	@echo "Open http://127.0.0.1:3000/d/dispatch-overview?kiosk (Escape brings Grafana's menu)"

dashboards-down:  ## stop Grafana and PostgreSQL, and delete what was published
	@$(COMPOSE) down --volumes

test: install lint  ## run every test
	@$(BIN)/pytest

test-athena: install  ## hold Athena's engine against DuckDB; TRINO=476 takes that version of it
	@LOCAL_ATHENA_TRINO_VERSION=$(TRINO) $(BIN)/pytest tests/python/athena/test_equality.py

athena-local: install  ## run a local Athena by hand, until Ctrl-C
	@$(BIN)/python -m tests.local_athena

lint: install  ## ruff, mypy and sqlfluff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@DISPATCH_DUCKDB=:memory: $(BIN)/sqlfluff lint --disable-progress-bar models analyses tests/dbt

format: install  ## let ruff and sqlfluff mend what they can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@DISPATCH_DUCKDB=:memory: $(BIN)/sqlfluff fix --disable-progress-bar models analyses tests/dbt

dashboards-json: install  ## write grafana/dashboards anew from grafana/pages
	@$(BIN)/python -m grafana.build

docs: install  ## write target/static_index.html: every table and column on one page
	@$(BIN)/dbt --quiet docs generate --static
	@echo "Open target/static_index.html"

package: install  ## pack the Lambda function and the dbt project into build/
	@$(BIN)/python -m infra.package

deploy: package  ## make the stack on AWS, or bring it up to date: AWS_REGION=us-east-1 make deploy
	@infra/deploy.sh

refresh: install  ## land and build on AWS at once, not at the next full hour, and wait for it
	@infra/refresh.sh

lock: install  ## write requirements.txt and infra/requirements.txt anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --no-strip-extras --upgrade \
	    --custom-compile-command 'make lock' --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --constraint requirements.txt \
	    --custom-compile-command 'make lock' --output-file infra/requirements.txt pyproject.toml

clean:  ## remove what dbt, the checks and make package wrote; data/ stays
	@rm -rf build target logs .mypy_cache .pytest_cache .ruff_cache
