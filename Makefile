# The few words there are: make help
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
WHAT ?= all
.DEFAULT_GOAL := help
.PHONY: help run stop test lint prove bench shots clean

help:
	@echo "make run     a working centre: Python and npm packages, an embedded Asterisk, demo data; Ctrl-C stops all of it"
	@echo "make stop    stop the centre and its Asterisk, from another terminal"
	@echo "make test    install what the tests need and run all of them"
	@echo "make lint    style, types, import contracts, TypeScript"
	@echo "make prove   the long forms of the tests (WHAT=restart, …)"
	@echo "make bench   measure: one line a figure"
	@echo "make shots   make the README's screenshots anew"
	@echo "make clean   remove what was built; var/ with your data stays"

run: .venv/.ready agent_ui/dist/.ready
	@$(BIN)/callcenter serve --demo

stop:
	@$(BIN)/callcenter stop

test: .venv/.tests agent_ui/dist/.ready
	@sh tests/needs.sh
	@$(MAKE) --no-print-directory lint
	@BIN=$(BIN) sh tests/all.sh

lint:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@cd agent_ui && npm run --silent check

prove: .venv/.tests agent_ui/dist/.ready
	@sh tests/needs.sh
	@$(BIN)/python -m tests.prove $(WHAT)

bench: .venv/.tests agent_ui/dist/.ready
	@sh tests/needs.sh
	@$(BIN)/python -m tests.bench

shots: .venv/.tests agent_ui/dist/.ready
	@sh tests/needs.sh
	@$(BIN)/python -m tests.shots

# A stamp, as an attempt that was killed leaves a .venv in which pip is missing.
.venv/.made:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed; python3 is $$(python3 --version 2>/dev/null || echo not there)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is not"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		sh tests/needs.sh $$($(PYTHON) -c 'import sys; print(f"python3.{sys.version_info[1]}-venv")')
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.ready: .venv/.made pyproject.toml
	@echo "Python packages …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --progress-bar on -e .
	@touch $@

.venv/.tests: .venv/.ready
	@$(BIN)/pip install --quiet --disable-pip-version-check --progress-bar on -e '.[test]'
	@touch $@

agent_ui/node_modules/.ready: agent_ui/package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || \
		{ echo "Node.js 20 or newer is needed; node is $$(node --version 2>/dev/null || echo not there)"; exit 1; }
	@command -v npm >/dev/null || { echo "npm is needed, too: it comes with Node.js, or as the package npm"; exit 1; }
	@echo "npm packages …"
	@cd agent_ui && npm ci --no-update-notifier --no-fund --no-audit --loglevel=error
	@touch $@

agent_ui/dist/.ready: agent_ui/node_modules/.ready $(shell find agent_ui/src agent_ui/styles agent_ui/package.json agent_ui/build.mjs 2>/dev/null)
	@echo "front end …"
	@cd agent_ui && npm run --silent build
	@touch $@

clean:
	rm -rf .venv agent_ui/node_modules agent_ui/dist
