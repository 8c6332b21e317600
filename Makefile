# `make brief` and `make test` need Python 3.11 to 3.13 and make, nothing else.
# From elsewhere: make -C path/to/flying-geese brief

PYTHON ?= $(firstword $(foreach v,3 3.13 3.12 3.11,$(shell python$(v) -c \
	'import sys; print("python$(v)") if (3,11) <= sys.version_info < (3,14) else 0' \
	2>/dev/null | grep python)))
BIN := .venv/bin
READY := .venv/ready
# By file, in the order of tests/conftest.py: the longest first.
BOTH_CORES := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help brief test prove bench docs check unit ui up down upstreams spark soak sbom \
	audit format lock clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

brief: $(READY)  ## refresh the warehouse from the embedded data and make the briefs
	@$(BIN)/geese refresh

ui: $(READY)  ## the Dagster UI with its daemon, in the foreground
	@$(BIN)/python -m orchestration.service ui

up: $(READY)  ## leave running: UI on port 3000, read-only on 3001 (geese.toml), daemon
	@$(BIN)/python -m orchestration.service up

down:  ## end what `make up` started
	@$(BIN)/python -m orchestration.service down

upstreams: $(READY)  ## simulated publishers to try the fetching on, on http://127.0.0.1:8765
	@$(BIN)/python -m tests.upstreams --port 8765

soak: $(READY)  ## three simulated years of schedules, faults and kills, with an account
	@$(BIN)/python -m tests.soak --years 3

sbom: $(READY)  ## write sbom.cdx.json, what the environment consists of (CycloneDX)
	@$(BIN)/python -m orchestration.sbom > sbom.cdx.json && echo sbom.cdx.json

audit: $(READY)  ## look the lock up in the database of known vulnerabilities (network)
	@test -x .venv-audit/bin/pip-audit || { $(PYTHON) -m venv .venv-audit && \
		.venv-audit/bin/python -m pip install -q --disable-pip-version-check pip-audit; }
	@.venv-audit/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

test: check  ## everything: lint, types, imports, SQL, and all tests
	$(BIN)/python -m pytest -q $(BOTH_CORES) tests

prove: check  ## the same with every heavy family whole, not a seeded sample
	$(BIN)/python -m pytest -q $(BOTH_CORES) --prove tests

bench: $(READY)  ## what it all costs, as ratios of one run, to benchmarks/results.md
	@test -x .venv-dlt/bin/dlt || { $(PYTHON) -m venv .venv-dlt && \
		.venv-dlt/bin/python -m pip install -q --disable-pip-version-check \
		--require-hashes -r benchmarks/dlt.lock; }
	$(BIN)/python -m benchmarks --write benchmarks/results.md

docs: $(READY)  ## write what README.md and docs/ say of the embedded data
	@data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && touch "$$data/geese.toml" && \
	export GEESE_DATA="$$data" GEESE_CONFIG="$$data/geese.toml" && \
	$(BIN)/geese refresh > "$$data/said" && \
	$(BIN)/python -m reports.pages "$$data/published/latest.duckdb" docs && \
	$(BIN)/cog -r -D database="$$data/published/latest.duckdb" README.md

check: $(READY)  ## lint, types, import contracts, SQL, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/ty check
	$(BIN)/lint-imports
	@# Its processes share a semaphore that they leave to the end.
	PYTHONWARNINGS=ignore::UserWarning:multiprocessing.resource_tracker \
		$(BIN)/sqlfluff lint -q --processes 0 dbt_project
	$(BIN)/codespell

unit: $(READY)  ## only the quick tests, without Dagster and dbt
	$(BIN)/python -m pytest -q -m "not integration" tests

format: $(READY)  ## rewrite Python and SQL in the project's layout
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix -q dbt_project

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; set PYTHON=/path/to/python"; exit 1; }
	@echo "building .venv from requirements.lock (some minutes)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

spark: $(READY)  ## add Apache Spark (450 MB) to .venv, for `geese refresh --engine spark`
	@java -version > /dev/null 2>&1 || echo "Spark wants Java 17 too: openjdk-17-jre-headless"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes \
		--no-build-isolation -r requirements-spark.lock

lock:  ## resolve both lock files anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --no-strip-extras \
		--extra test --extra postgres pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --no-strip-extras \
		--extra test --extra postgres --extra spark -c requirements.lock \
		pyproject.toml -o requirements-spark.lock
	printf 'dlt[duckdb]\npyarrow\n' | uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --no-strip-extras -c requirements.lock - -o benchmarks/dlt.lock

clean:  ## remove the environment; data/ stays
	rm -rf .venv .venv-audit .venv-dlt
