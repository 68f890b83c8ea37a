# Everything a developer runs. Needs Python 3.11+, make and a package index; nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEVREADY := $(VENV)/.ready-dev
NUMBA_CACHE_DIR ?= $(CURDIR)/.cache/numba
export NUMBA_CACHE_DIR

.PHONY: demo test test-slow lint types docs bench serve check lock clean

demo: $(READY)            ## Plan one service for England from the embedded pack.
	$(BIN)/totalplace plan social-work --arrangement shared-management --out out

test: $(DEVREADY)         ## The everyday tests (under six minutes).
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-slow: $(DEVREADY)    ## The slow tier: everything marked slow.
	$(BIN)/python -m pytest -n 2 -m slow

lint: $(DEVREADY)         ## Style and the one-way import contract.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(DEVREADY)        ## Strict types.
	$(BIN)/mypy

docs: $(DEVREADY)         ## Build the documentation into site/.
	$(BIN)/mkdocs build --strict

bench: $(DEVREADY)        ## Benchmarks: inform, never gate.
	$(BIN)/python -m benchmarks

serve: $(READY)           ## The documentation for now; the web application comes with a later issue.
	@echo "The web application is not built yet. 'make docs' builds the documentation into site/."

check: lint types test    ## What a change must pass before it is merged.

$(VENV)/.uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(READY): $(VENV)/.uv requirements/user.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/user.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(DEVREADY): $(READY) requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

lock: $(VENV)/.uv         ## Refresh the hashed locks (no download addresses in them).
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements/user.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links pyproject.toml --group dev -o requirements/dev.txt
	echo "uv" | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links - -o requirements/uv.txt

clean:
	rm -rf $(VENV) out site .cache
