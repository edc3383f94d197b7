# demo, test, bench, run, lab, telas, installers, wine, clean: each does its own set-up (see README.md).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test bench run lab telas installers wine clean style types imports suite gates mutants lock distclean
.PHONY: system tools static compiled

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PROCESSES ?= 3
# The tests as a whole; a test that hangs is ended long before (tests/crashes.py).
TESTS_LIMIT := 40m
# Some images set it: each process would compile what it imports, each time.
unexport PYTHONDONTWRITEBYTECODE
# nginx and pcscd lie where a user's PATH does not lead.
export PATH := $(PATH):/usr/sbin:/sbin
PIP := $(BIN)/python -m pip --disable-pip-version-check

help:
	@echo "make demo     the diagnosis on the laboratory's tokens and card; reports in ./demo/"
	@echo "make test     style, types, imports, all tests, coverage, mutants"
	@echo "make bench    how long a run takes, and where the time goes"
	@echo "make run      the window"
	@echo "make lab      the laboratory, until Ctrl-C"
	@echo "make telas    the pictures in docs/telas/"
	@echo "make installers  setup, portable ZIP, .deb, wheel in dist/installers/ (MORE=... : python -m installers --help)"
	@echo "make wine     Windows' own checks, and the setup installed, used, updated and removed, under Wine"
	@echo "make clean    removes what the others left (distclean: the environment too)"

demo: $(READY)
	$(BIN)/python -m tests.lab.demo

test: style static suite gates mutants

bench: $(READY)
	$(BIN)/python -m tests.bench

run: $(READY)
	$(BIN)/a3check

lab: $(READY)
	$(BIN)/python -m tests.lab.laboratory

telas: $(READY)
	$(BIN)/python -m tests.gui.shots
	$(BIN)/python -m tests.gui.sheets docs/telas --dots 72

installers: $(READY) tools
	$(BIN)/python -m installers $(MORE)

wine: $(READY) tools
	$(BIN)/python -m tests.lab.windows.prepare
	$(BIN)/python -m pytest -n 0 tests/stack/test_windows_*.py tests/scenarios/test_windows_*.py
	$(BIN)/python -m installers.smoke $(MORE)

clean:
	rm -rf demo build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests resources -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- the parts of `make test`

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Then as Windows sees it: the branches that Linux never takes.
types: $(READY)
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 src/a3check

imports: $(READY)
	$(BIN)/lint-imports

# mypy keeps one processor busy; on another the tests are compiled, which each process of the suite
# would do for itself at the same time (some 11 s). What is wrong with them the suite will tell.
static: $(READY)
	$(MAKE) --no-print-directory -j 3 types imports compiled

compiled: $(READY)
	compgen -G 'tests/unit/*/__pycache__/*pytest*' >/dev/null || \
		$(BIN)/python -m pytest -n 0 -qq --collect-only >/dev/null 2>&1 || true

# Three processes, a file in one of them: the tests mostly wait for servers, cards and deadlines.
# A folder without the user's name: what a report says of paths below it would be masked.
suite: $(READY)
	folder="$$(mktemp -d)"; trap 'rm -rf "$$folder"' EXIT; \
	QT_QPA_PLATFORM=offscreen timeout --foreground --signal=INT --kill-after=60 $(TESTS_LIMIT) \
		$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile \
		--basetemp "$$folder/t" --cov --cov-report=

gates: suite
	$(BIN)/python -m tests.coverage_gate

mutants: $(READY)
	$(BIN)/python -m tests.mutation

# ---- set-up: system packages, then the environment; a second time costs nothing

system:
	@.ci/system

tools:
	@.ci/system packages.installers

$(READY): requirements.lock pyproject.toml .ci/packages | system
	[[ -x $(BIN)/python ]] || "$$(PYTHON='$(PYTHON)' .ci/python)" -m venv $(VENV)
	$(PIP) install -q --no-deps --require-hashes -r requirements.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	touch $@

# Resolves the newest versions that pyproject.toml allows; pip-tools lives outside of what it locks.
lock: | system
	"$$(PYTHON='$(PYTHON)' .ci/python)" -m venv build/lock
	build/lock/bin/python -m pip install -q pip-tools
	build/lock/bin/pip-compile -q --upgrade --strip-extras --generate-hashes --extra dev --no-annotate \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header \
		-o build/lock/resolved pyproject.toml
	{ echo "# What we test with, for Linux x86_64 and Python 3.11 and later; written by \`make lock\`."; \
		cat build/lock/resolved; } > requirements.lock

distclean: clean
	rm -rf $(VENV) tests/lab/.cache
