# Two commands do everything: `make demo` runs the main job, `make test` the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8642
# Set PIP_ARGS for what your machine's pip needs, such as --proxy.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install $(PIP_ARGS)

.PHONY: help demo test check lint types format lock clean docs quality floors model

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

demo: $(VENV)/.run ## Set up, then crawl the sample newspaper; run it twice to see an incremental run
	@$(BIN)/scrapy demo --run --port $(PORT)

test: $(VENV)/.dev ## Set up, then run the tests
	@$(BIN)/python -m pytest

check: lint types test ## What CI runs: lint, types, tests

quality: $(VENV)/.dev ## The extraction beside others on the dev set ($$BROADSHEET_DEVSET)
	@$(BIN)/python -m benchmarks.quality

floors: $(VENV)/.dev ## Raise the quality floors model to what is reached now
	@$(BIN)/python -m benchmarks.quality --raise

model: $(VENV)/.dev ## Train the block model anew from the dev set; the same bytes each time
	@$(BIN)/python -m benchmarks.train

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

format: $(VENV)/.dev ## Format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Broadsheet needs Python 3.11 or newer; this is %d.%d: make PYTHON=python3.12 ..." % v[:2])'
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.lock pins ..."
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what requirements-dev.lock pins ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

lock: ## Renew the lock files (needs uv)
	uv pip compile $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet pyproject.toml -o requirements.lock
	uv pip compile $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet requirements-dev.in -o requirements-dev.lock

clean: ## Remove what was set up and made
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

docs: $(VENV)/.run ## Make docs/jsonl.md and what belongs to it from the item class
	@$(BIN)/scrapy schema --markdown > docs/jsonl.md
	@$(BIN)/scrapy schema > docs/article.schema.json
	@$(BIN)/python -c 'from crawler.schema import duckdb_view; print(duckdb_view("output/articles/*/*.jsonl.gz"), end="")' > docs/articles.duckdb.sql
