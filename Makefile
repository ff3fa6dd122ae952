# Two commands do everything: `make demo` runs the main job, `make test` the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8642
ROUNDS ?= 2
SEED ?= 1
# Set PIP_ARGS for what your machine's pip needs, such as --proxy.
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install $(PIP_ARGS)

# Tools that we did not write, each in an environment of its own below .oracles/, so that none of them
# meets Google's brotli, on which they crash and which Scrapy needs.
ORACLES := warcio fastwarc cdxj-indexer wacz pywb

.PHONY: help demo test check kills torture lint types format lock clean docs oracles replayweb quality floors model faults fuzz bench profile

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

demo: $(VENV)/.run ## Set up, then crawl the sample newspaper; run it twice to see an incremental run
	@$(BIN)/scrapy demo --run --port $(PORT)

test: $(VENV)/.dev ## Set up, then run the tests
	@$(BIN)/python -m pytest -n auto --dist loadfile

check: lint types oracles test ## What CI runs: lint, types, tests, with the outside tools

kills: $(VENV)/.dev ## Live through the sample month with a kill -9 in each run: make kills ROUNDS=3 SEED=7
	@$(BIN)/python -m tests.life.kills $(ROUNDS) $(SEED)

torture: $(VENV)/.dev ## Kills, power cuts, full disks, outages: ROUNDS=N SEED=S, and a table
	@$(BIN)/python -m tests.torture --rounds $(ROUNDS) --seed $(SEED)

quality: $(VENV)/.dev ## The extraction beside others on the dev set ($$BROADSHEET_DEVSET)
	@$(BIN)/python -m benchmarks.quality

floors: $(VENV)/.dev ## Raise the quality floors to what is reached now
	@$(BIN)/python -m benchmarks.quality --raise

model: $(VENV)/.dev ## Train the block model anew from the dev set; the same bytes each time
	@$(BIN)/python -m benchmarks.train

bench: $(VENV)/.dev ## Broadsheet beside a naive project and peers over a farm of local sites
	@$(BIN)/python -m benchmarks.farm $(BENCH_ARGS)

profile: $(VENV)/.dev ## Where the CPU of a page goes, in the crawler and in a worker
	@$(BIN)/python -m benchmarks.farm.profile

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

format: $(VENV)/.dev ## Format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

oracles: $(ORACLES:%=.oracles/%/.installed) ## Install the outside tools that the tests check the archive with

.oracles/%/.installed: tests/oracles/%.lock
	@echo "Installing the outside tool $* ..."
	@$(PYTHON) -m venv --clear .oracles/$*
	@.oracles/$*/bin/python -m pip --disable-pip-version-check -qq install $(PIP_ARGS) --require-hashes -r $<
	@touch $@

REPLAYWEB := .oracles/replayweb

replayweb: $(VENV)/.dev $(REPLAYWEB)/.installed ## Replay the sample newspaper in ReplayWeb.page in Chromium
	@$(BIN)/python -m pytest tests/oracles/test_replayweb.py --override-ini=addopts= -v

$(REPLAYWEB)/.installed: tests/oracles/replayweb/package-lock.json
	@command -v chromium >/dev/null || { echo "make replayweb needs Chromium: apt-get install chromium"; exit 1; }
	@command -v npm >/dev/null || { echo "make replayweb needs Node.js with npm: apt-get install npm"; exit 1; }
	@echo "Installing ReplayWeb.page ..."
	@mkdir -p $(REPLAYWEB)
	@cp tests/oracles/replayweb/package.json tests/oracles/replayweb/package-lock.json $(REPLAYWEB)/
	@cd $(REPLAYWEB) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

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
	for tool in $(ORACLES); do \
		uv pip compile $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet tests/oracles/$$tool.in -o tests/oracles/$$tool.lock; \
	done

faults: $(VENV)/.dev ## Crawl a hundred hostile hosts and print what came of each; FULL=1: the largest
	@$(BIN)/python -m tests.faults $(if $(FULL),--full)

SECONDS ?= 60
FUZZ := .fuzz
TARGETS ?= $$($(FUZZ)/bin/python -m fuzz)

fuzz: $(FUZZ)/.installed ## Fuzz each of TARGETS (all of them) for SECONDS (60) with atheris
	@for target in $(TARGETS); do \
		$(FUZZ)/bin/python -m fuzz $$target -max_total_time=$(SECONDS) -timeout=60 -rss_limit_mb=2048 -print_final_stats=1 || exit 1; \
	done

$(FUZZ)/.installed: requirements.lock
	@echo "Installing atheris ..."
	@$(PYTHON) -m venv --clear $(FUZZ)
	@$(FUZZ)/bin/python -m pip --disable-pip-version-check -qq install $(PIP_ARGS) --require-hashes -r requirements.lock
	@$(FUZZ)/bin/python -m pip --disable-pip-version-check -qq install $(PIP_ARGS) atheris==3.0.0
	@touch $@

clean: ## Remove what was set up and made
	rm -rf $(VENV) .oracles .fuzz build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

docs: $(VENV)/.run ## Make docs/jsonl.md and what belongs to it from the item class
	@$(BIN)/scrapy schema --markdown > docs/jsonl.md
	@$(BIN)/scrapy schema > docs/article.schema.json
	@$(BIN)/python -c 'from crawler.schema import duckdb_view; print(duckdb_view("output/articles/*/*.jsonl.gz"), end="")' > docs/articles.duckdb.sql
