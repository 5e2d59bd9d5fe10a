# `make` alone lists the targets.
BIN := .venv/bin
LOCKS := demo dashboards aws dev
# An empty variable counts as none.
ifeq ($(DISPATCH_LANDING),)
override DISPATCH_LANDING := data/landing
endif
ifeq ($(DISPATCH_DUCKDB),)
override DISPATCH_DUCKDB := data/dispatch.duckdb
endif
export DISPATCH_LANDING DISPATCH_DUCKDB
# Marks a landing zone that holds the bundled sample, which must not mix with the county's own records.
SAMPLE_MARK := $$DISPATCH_LANDING/.sample
REFRESH = $(BIN)/python -m warehouse.refresh --landing "$$DISPATCH_LANDING" --database "$$DISPATCH_DUCKDB"
REPORT = $(BIN)/python -m report
COMPOSE := docker compose --file grafana/compose.yaml

.DEFAULT_GOAL := help
.PHONY: help install install-dashboards install-aws install-dev demo pull answers report export forget-sample dashboards dashboards-down test chaos bench test-athena athena-local lint format generate docs package deploy refresh rebuild pull-all reconcile backfill accept-columns lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed-demo profiles.yml  ## install what demo, pull and docs need into .venv
	@:

install-dashboards: .venv/installed-dashboards install

install-aws: .venv/installed-aws install  ## install what dbt --target athena and deploy need as well

install-dev: .venv/installed-dev install  ## install what test and lint need as well

$(LOCKS:%=.venv/installed-%): .venv/installed-%: requirements/%.txt
	@requirements/install.sh $*

profiles.yml:
	@cp profiles.yml.example $@

demo: install  ## land the bundled sample, build on DuckDB, print the answers, write the report
	@if [ -d "$$DISPATCH_LANDING/incidents" ] && [ ! -e "$(SAMPLE_MARK)" ]; then \
	    echo "$$DISPATCH_LANDING holds other records, which the sample would mix with:"; \
	    echo "set DISPATCH_LANDING and DISPATCH_DUCKDB to new paths and run make demo again."; exit 2; fi
	@echo "1/3 Landing the bundled sample in $$DISPATCH_LANDING"
	@[ -d "$$DISPATCH_LANDING/incidents" ] || { part="$$DISPATCH_LANDING/.part" && rm -rf "$$part" && mkdir -p "$$part" && \
	    touch "$(SAMPLE_MARK)" && DISPATCH_LANDING="$$part" $(BIN)/python -m ingest load sample/incidents_2024-06.ndjson.gz && \
	    mv "$$part/incidents" "$$DISPATCH_LANDING" && rm -rf "$$part"; }
	@echo "2/3 Building and testing every table in $$DISPATCH_DUCKDB"
	@$(REFRESH) --vars '{sample_is_loaded: true}' --period study_2024_06
	@echo "3/3 Drawing the report"
	@$(REPORT) --target local --every-period
	@echo
	@echo "These are answers about a reconstructed sample (sample/README.md). What next:"
	@echo "  make export                every table as CSV and Parquet, in data/export"
	@echo "  make forget-sample pull    the same with the county's live data"
	@echo "  make docs                  what each table and column says, as a page to open"
	@echo "  README.md                  the questions, and the table and columns that answer each"

pull: install  ## land what is new on the portal, build, print the answers, write the report; SINCE=2026-01-01 begins there
	@if [ -e "$(SAMPLE_MARK)" ]; then \
	    echo "$$DISPATCH_LANDING holds the bundled sample: run make forget-sample first."; exit 2; fi
	@echo "1/3 Reading the portal into $$DISPATCH_LANDING"
	@$(BIN)/python -m ingest pull $(if $(SINCE),--since $(SINCE))
	@echo "2/3 Building and testing every table in $$DISPATCH_DUCKDB"
	@$(REFRESH) --period last_28_days
	@echo "3/3 Drawing the report"
	@$(REPORT) --target local $(WITH_PERIODS)

answers:  ## print the sentences of a period (make answers PERIOD=2026-10); without PERIOD, which periods there are
	@$(BIN)/dbt --quiet run-operation print_answers --target local $(if $(PERIOD),--args '{period_id: "$(PERIOD)"}')

WITH_PERIODS = $(if $(PERIODS),--periods $(PERIODS))

report: install  ## write data/report/index.html: PERIODS="2026-09 2025" adds periods; TARGET=athena reads Athena
	@$(REPORT) $(if $(TARGET),--target $(TARGET)) $(WITH_PERIODS)

export: install  ## write every table as CSV and Parquet into data/export; FORMAT=xlsx: one workbook
	@$(BIN)/python -m export $(if $(FORMAT),--format $(FORMAT))

forget-sample:  ## take the bundled sample out of the landing zone and the warehouse
	@if [ -e "$(SAMPLE_MARK)" ] && [ "$$(cd "$$DISPATCH_LANDING/incidents" 2>/dev/null && find . -name '*.gz' ! -path '*/[._]*' | wc -l)" -gt 1 ]; then \
	    echo "$$DISPATCH_LANDING holds records beside the sample: delete it and $$DISPATCH_DUCKDB, and land yours anew."; exit 2; fi
	@if [ -e "$(SAMPLE_MARK)" ]; then rm -rf "$$DISPATCH_LANDING" "$$DISPATCH_DUCKDB" \
	    "$${DISPATCH_DUCKDB%.duckdb}.build.duckdb" "$$DISPATCH_DUCKDB.refreshed.json"; fi

dashboards: install-dashboards  ## the dashboards in Grafana at 127.0.0.1:3000, by Docker or an installed Grafana
	@docker compose version >/dev/null 2>&1 || [ -n "$$GRAFANA_HOME" ] || command -v grafana grafana-server >/dev/null || { \
	    echo "make dashboards needs Docker with its compose plugin, or an installed Grafana: grafana/README.md"; exit 2; }
	@if [ ! -e "$$DISPATCH_DUCKDB" ]; then \
	    if [ -d "$$DISPATCH_LANDING/incidents" ] && [ ! -e "$(SAMPLE_MARK)" ]; \
	    then $(REFRESH) --period last_28_days; \
	    else $(MAKE) --no-print-directory demo; fi; fi
	@if docker compose version >/dev/null 2>&1; then \
	    echo "Starting PostgreSQL and Grafana, and publishing the tables of $$DISPATCH_DUCKDB"; \
	    $(COMPOSE) up --detach --wait && $(BIN)/python -m grafana.publish && \
	    echo "Open http://127.0.0.1:3000/d/dispatch-overview?kiosk=1 (Escape brings Grafana's menu)"; \
	else $(BIN)/python -m grafana.serve; fi

dashboards-down:  ## stop the Grafana and the PostgreSQL of Docker, and delete what was published
	@$(COMPOSE) down --volumes

test: install-dev lint  ## run every test
	@$(BIN)/pytest --numprocesses auto --dist loadgroup --no-loadscope-reorder

chaos: install-dev  ## 2,000 rounds of pulls in which everything goes wrong, and a build; CHAOS_ROUNDS and CHAOS_SEED
	@CHAOS_ROUNDS=$${CHAOS_ROUNDS:-2000} CHAOS_SEED=$${CHAOS_SEED:-$$(date +%s)} $(BIN)/pytest tests/python/dbt_project/test_chaos.py

bench: install-dev  ## measure this commit beside 1938ba7, polars, sodapy and dlt; BENCH="--incidents 240000 --repeats 1"
	@$(BIN)/python -m bench $(BENCH)

test-athena: install-dev  ## hold Athena's engine against DuckDB; TRINO=476 takes that version of it
	@LOCAL_ATHENA_TRINO_VERSION=$(TRINO) $(BIN)/pytest tests/python/athena/test_equality.py

athena-local: install-dev  ## run a local Athena by hand, until Ctrl-C
	@$(BIN)/python -m local_athena

lint: install-dev  ## ruff, mypy, sqlfluff, and zizmor for the workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@DISPATCH_DUCKDB=:memory: $(BIN)/sqlfluff lint --disable-progress-bar models analyses tests/dbt
	@$(BIN)/zizmor --quiet --offline --strict-collection .github

format: install-dev  ## let ruff and sqlfluff mend what they can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@DISPATCH_DUCKDB=:memory: $(BIN)/sqlfluff fix --disable-progress-bar models analyses tests/dbt

generate: install-dashboards  ## write anew what repeats the register and the pages: dashboards, alert rules, exposures, index
	@$(BIN)/python -m grafana.build

docs: install  ## write target/static_index.html: every table and column on one page
	@$(BIN)/dbt --quiet docs generate --static
	@echo "Open target/static_index.html"

package: install  ## pack the Lambda function and the dbt project into build/
	@$(BIN)/python -m infra.package

deploy: package install-aws  ## make the stack on AWS, or bring it up to date: AWS_REGION=us-east-1 make deploy
	@infra/deploy.sh

refresh: install-aws  ## land and build on AWS at once, not at the next full hour, and wait for it
	@infra/refresh.sh

rebuild: install-aws  ## build every table on AWS from nothing, as a release with a new column needs
	@infra/refresh.sh rebuild

pull-all: install-aws  ## land all rows on AWS once more, however few the portal has become, and build
	@infra/refresh.sh pull-all

reconcile: install-aws  ## hold what has landed on AWS against the portal; YES=1 also withdraws more than 1 % of a month
	@infra/refresh.sh reconcile $(if $(YES),--yes)

backfill: install-aws  ## land a range of time on AWS again: SINCE=2026-11-01 UNTIL=2026-11-08
	@infra/refresh.sh backfill "$(SINCE)" "$(UNTIL)"

accept-columns: install-aws  ## accept the dataset's columns as they are now, on AWS, and build
	@infra/refresh.sh accept-columns

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
    --custom-compile-command 'make lock'

lock: install-dev  ## write the locks in requirements/ and infra/requirements.txt anew
	$(COMPILE) --upgrade --group dev --output-file requirements/dev.txt pyproject.toml
	for group in $(filter-out dev,$(LOCKS)); do \
	    $(COMPILE) --constraint requirements/dev.txt --group $$group --output-file requirements/$$group.txt pyproject.toml || exit; done
	$(COMPILE) --constraint requirements/dev.txt --group athena --output-file infra/requirements.txt
	# On 3.11 and 3.12 nothing has to be compiled, for the demo nowhere.
	for each in demo:3.13 demo:3.14 dev:3.11 dev:3.12; do \
	    $(BIN)/uv pip install --quiet --dry-run --only-binary :all: --target build/unused \
	        --python-version $${each#*:} --requirement requirements/$${each%:*}.txt || exit; done

clean:  ## remove what dbt, the checks and make package wrote; data/ stays
	@rm -rf build target logs .mypy_cache .pytest_cache .ruff_cache
