# GreenTrace 绿溯. Two commands do everything from Python ≥ 3.11, pip and make: `make demo`, `make test`.
#
#   make install                  what a platform needs to be served, by hash, without the tests' packages
#   make demo [ARGS=--no-serve]   the whole chain on real files and real signatures, then a scan page
#   make test [ARGS='-k name']    check, then every test with coverage, on all cores
#   make test-fast [ARGS=…]       the loop of every day, under 90 seconds: unit, property and architecture tests
#   make check                    ruff, mypy --strict, import contracts
#   make bench                    every figure beside its peer or bare limit, measured in the same run
#   make soak                     the full sizes of the random tests, telling how far they are; shorter with
#                                 GREENTRACE_SOAK_CASES or GREENTRACE_SOAK_MINUTES, others with GREENTRACE_SOAK_SEED
#   make docs                     write the pages that are made from data
#   make vendor                   fetch what the pages load beside our own scripts, where npm is at hand
#   make decoders                 fetch the decoders of others that tests read labels by, where npm is at hand
#   make lock                     compile requirements/*.txt anew (needs uv)
#   VENV=/some/where              use (or make) the virtual environment there instead of .venv

SHELL  := /bin/bash
# The first Python that is new enough.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV   ?= .venv
ARGS   ?=

PY     := $(VENV)/bin/python
# A stamp's name is the checksum of what it installs: another lock file means another installation.
sum     = $(shell cksum < requirements/$(1).txt | tr ' ' -)
RUNTIME := $(VENV)/.greentrace-runtime-$(call sum,runtime)
STAMP   := $(VENV)/.greentrace-test-$(call sum,test)
COVER  := --cov --cov-report=term

# All cores, each idle worker taking over half of what another has left (ARGS=-n0: one process, for a debugger).
# Of every test two workers a core: each waits a third of its time for browsers, servers and disks.
CORES  := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
SPREAD  = --numprocesses=$(1) --maxprocesses=8 --dist=worksteal --durations=10 --durations-min=0.1
TIMED   = GREENTRACE_MADE=$(MADE)
MADE   := $(shell date +%s)

# A foreign PYTHONPATH or PYTHONSAFEPATH could put another `trace` first (docs/adr/0001).
unexport PYTHONSAFEPATH
unexport PYTHONHOME
export PYTHONPATH := $(CURDIR)
export PYTHONDONTWRITEBYTECODE ?= 1

VENDORED := scanner_web/static/vendor/.locked-$(shell cat package-lock.json requirements/vendor.sh | cksum | tr ' ' -)

# The decoders that labels are read by in tests alone; `npm ci` for the pages takes them away again.
DECODERS := node_modules/.decoders-$(shell cksum < package-lock.json | tr ' ' -)

.PHONY: install demo test test-fast check bench soak docs lock clean venv vendor decoders
.DEFAULT_GOAL := test

venv: $(STAMP)

# $(call install,NAME): requirements/NAME.txt by hash into the virtual environment, readable by every user, since
# the tests' PostgreSQL runs as another one when they run as root (docs/adr/0013).
define install
	@test -n "$(PYTHON)" || { echo "GreenTrace needs Python 3.11 or newer" >&2; exit 1; }
	@umask 022; test -x $(PY) || env -u PYTHONPATH $(PYTHON) -m venv $(VENV)
	@echo "Installing requirements/$(1).txt into $(VENV) …"
	@umask 022; env -u PYTHONPATH $(PY) -m pip install -qq --disable-pip-version-check --require-hashes \
	    --retries 8 --timeout 60 -r requirements/$(1).txt
endef

$(RUNTIME):
	$(call install,runtime)
	@rm -f $(VENV)/.greentrace-runtime-*; touch $@

$(STAMP):
	$(call install,test)
	@rm -f $(VENV)/.greentrace-*; touch $(RUNTIME) $@

# Never in the way: without npm, or without a network, the pages say what they then cannot do.
vendor:
	@export PATH="$(abspath $(VENV))/bin:$$PATH"; test -e $(VENDORED) || { command -v npm >/dev/null \
	    && requirements/vendor.sh >/dev/null 2>&1 && touch $(VENDORED); } \
	    || echo "No npm packages here (npm absent or out of reach): old browsers cannot check for themselves," \
	        "cameras scan only where the browser reads QR codes itself, and /api/docs tries no calls." >&2

decoders: $(STAMP)
	@export PATH="$(abspath $(VENV))/bin:$$PATH"; test -e $(DECODERS) || { command -v npm >/dev/null \
	    && npm ci --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>&1 && touch $(DECODERS); } \
	    || echo "No npm packages here (npm absent or out of reach): labels are not read by zbar and jsQR." >&2

install: $(RUNTIME) vendor
	@echo "./greentrace setup FOLDER makes a platform, ./greentrace demo shows one (docs/setup.md)."

demo: $(RUNTIME) vendor
	@$(PY) greentrace demo $(ARGS)

check: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

# The tests start some hundred processes of ours: each would compile the whole project anew.
test test-fast: export PYTHONDONTWRITEBYTECODE :=

test: check vendor decoders
	$(TIMED) $(PY) -m pytest $(call SPREAD,$(shell expr 2 '*' $(CORES))) $(COVER) $(ARGS)

test-fast: $(STAMP)
	$(TIMED) $(PY) -m pytest $(call SPREAD,$(CORES)) tests/unit tests/property tests/architecture -m "not soak and not slow" $(ARGS)

bench: $(STAMP)
	$(PY) -m bench $(ARGS)

soak: $(STAMP)
	GREENTRACE_HYPOTHESIS=soak $(PY) -m pytest -m "soak or grows" --capture=sys \
	    --override-ini=faulthandler_timeout=0 $(ARGS)

docs: $(STAMP)
	$(PY) -m docs.generate_problems
	$(PY) -m docs.generate_rules
	$(PY) -m docs.generate_records
	$(PY) -m docs.generate_access
	$(PY) -m docs.generate_requirements
	$(PY) -m docs.generate_cases
	$(PY) -m docs.generate_vectors

lock:
	@for each in runtime test; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras \
	    --no-header --no-annotate requirements/$$each.in -o requirements/$$each.txt; \
	done

clean:
	rm -rf var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
