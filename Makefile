# The commands of this project; CI calls the same. `make` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
MEMBERS := contracts services/treatment services/notifications
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
ARGS ?=

.PHONY: help up demo test test-containers walk check bench cohort chaos compose-test lock

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

up: $(STAMP) ## Start everything on this machine, and serve until Ctrl-C
	@exec $(BIN)/casetrail up $(ARGS)

demo: $(STAMP) ## Start everything, load real input, show what happened, keep serving
	@exec $(BIN)/casetrail demo $(ARGS)

test: $(STAMP) ## All tests that need no Docker
	$(BIN)/pytest tests/unit tests/contract $(ARGS)
	$(BIN)/pytest tests/integration tests/e2e tests/chaos $(ARGS)

test-containers: $(STAMP) ## The integration tests that need PostgreSQL or NATS, with both in containers
	$(BIN)/pytest tests/integration --services=containers $(ARGS)

walk: export SEQUENCES ?= 2000
walk: $(STAMP) ## 2,000 random courses of legal and illegal commands, with what was walked; about 15 minutes
	$(BIN)/pytest tests/unit/treatment/commands/test_random_courses.py -s $(ARGS)

check: $(STAMP) ## Format, lint, types, import rules, each member alone
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/lint-imports
	UV=$(UV) $(BIN)/python scripts/members_alone.py

bench: $(STAMP) ## Benchmarks, each beside its floor
	$(BIN)/python -m bench $(ARGS)

cohort: $(STAMP) ## A stored cohort of 5,000 courses beside the reference; about 20 minutes
	$(BIN)/python -m bench cohort

chaos: export SEEDS ?= 1
chaos: $(STAMP) ## Every fault at every moment, SEEDS times over; about 20 minutes for one seed
	$(BIN)/python -m tests.chaos --seeds $(SEEDS) $(ARGS)

compose-test: $(STAMP) ## The production shape in containers, one story through its front door
	$(BIN)/pytest tests/compose $(ARGS)

lock: $(UV) ## Resolve requirements.lock anew
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  $(foreach member,$(MEMBERS),--no-emit-package casetrail-$(notdir $(member))) $(MEMBERS:%=%/pyproject.toml) \
	  --all-extras --group dev --output-file requirements.lock

$(STAMP): requirements.lock pyproject.toml $(MEMBERS:%=%/pyproject.toml) | $(UV)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --require-hashes requirements.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation $(MEMBERS:%=-e %)
	touch $@

.uv/bin/uv:
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet uv
