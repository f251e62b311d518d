# Everything a person or CI runs. Stamps under .venv make second runs quick: nothing is reinstalled
# until a lock file changes.
PYTHON ?= python3
BIN := .venv/bin
# One command of pip, without the chatter; hashes pin every file.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock'

# Many tests wait, for servers, clocks and browsers: one more at a time than there are processors.
WORKERS ?= $(shell echo $$(($$(nproc 2>/dev/null || echo 2) + 1)))

# Where the environment forbids to keep what Python compiled, each of the servers that the tests start would compile
# everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup test check format bench soak lock clean

run: setup  ## migrate, seed an empty database, serve
	@$(BIN)/hanmi migrate
	@$(BIN)/hanmi seed --if-empty
	@exec $(BIN)/hanmi serve

setup: .venv/run.stamp  ## leaves .venv/bin/hanmi

test: .venv/dev.stamp .venv/system.stamp  ## every test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 2

check: .venv/dev.stamp  ## format, types, imports, docs, Dockerfile
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/python -m docs.generate --check

format: .venv/dev.stamp
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/python -m docs.generate

soak: .venv/dev.stamp  ## the laws and life cycles, on far more examples; many more kills
	@$(BIN)/python -m pytest -n auto --hypothesis-profile=soak tests/properties
	@KILLS=$${KILLS:-500} $(BIN)/python -m pytest tests/faults/test_kill.py

bench: .venv/dev.stamp  ## ratios and figures; asserts nothing
	@$(BIN)/python -m tests.bench

lock: .venv/dev.stamp  ## renew both lock files
	@$(COMPILE) pyproject.toml --group build -o requirements.lock
	@$(COMPILE) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv build dist

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hanmi needs Python 3.11 or newer")'
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing the locked dependencies …"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing what the tests and checks need …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

.venv/system.stamp: .ci/system-packages .venv/dev.stamp
	@sh .ci/system-packages
	@touch $@
