# The commands of docs/operations.md. `make run` and `make test` start from nothing.
PYTHON ?= python3
BIND ?= 127.0.0.1:8000
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run setup test check bench format requirements clean

run: setup
	@$(BIN)/locator serve --bind $(BIND) --sample-if-empty

setup: $(STAMPS)/runtime $(STAMPS)/browser-libraries

test: setup $(STAMPS)/dev $(STAMPS)/browser-tools
	@deploy/test-machine
	$(BIN)/python -m pytest

check: setup $(STAMPS)/dev $(STAMPS)/browser-tools
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	node_modules/.bin/tsc -p static/js
	node_modules/.bin/tsc -p static/sw

bench: setup $(STAMPS)/bench $(STAMPS)/browser-tools
	$(BIN)/python -m benchmarks.run

format: $(STAMPS)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Maintainers: resolve requirements*.in anew (needs uv).
requirements:
	for name in requirements requirements-dev requirements-bench requirements-node; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	    --no-emit-index-url --custom-compile-command "make requirements" $$name.in -o $$name.txt; \
	done

clean:
	rm -rf $(VENV) node_modules build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(STAMPS):
	$(PYTHON) -m venv $(VENV)
	mkdir -p $@

$(STAMPS)/runtime: requirements.txt pyproject.toml | $(STAMPS)
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(STAMPS)/dev: requirements-dev.txt $(STAMPS)/runtime
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	touch $@

$(STAMPS)/bench: requirements-bench.txt $(STAMPS)/dev
	$(BIN)/pip install --quiet --require-hashes -r requirements-bench.txt
	touch $@

$(STAMPS)/browser-libraries: package.json package-lock.json .npmrc $(STAMPS)/runtime
	deploy/node-or-wheel
	npm ci --silent --omit=dev
	touch $@

# What only checks and tests need (types, axe, Lighthouse) is twice the size of all the rest.
$(STAMPS)/browser-tools: $(STAMPS)/browser-libraries
	npm ci --silent
	touch $@
