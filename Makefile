PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ROOT = $$([ $$(id -u) = 0 ] || echo sudo)
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
  --no-emit-index-url --custom-compile-command "make lock" $(LOCK)
TWO := --numprocesses 2 --dist worksteal
QUICK := tests/days tests/insight tests/roster tests/scheme tests/test_house.py tests/test_locked.py

.DEFAULT_GOAL := help
.PHONY: help run install test quick bench format lock hooks clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/product ## install what is missing, start the dashboard, print a sign-in link
	@trap 'stopped=yes' INT; $(BIN)/python -m streamlit run app.py || test -n "$$stopped"

install: $(VENV)/product ## install what the dashboard needs, and start nothing

test: $(VENV)/tests ## check style and types, then run every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest $(TWO)

quick: $(VENV)/tests ## run the tests that need no browser and start no app
	$(BIN)/python -m pytest $(TWO) $(QUICK)

bench: $(VENV)/tests ## measure speed, ratios side by side
	@command -v spamassassin >/dev/null || { $(ROOT) apt-get update -qq && $(ROOT) apt-get install -y -qq spamassassin; }
	$(BIN)/python -m tests.bench

format: $(VENV)/tests ## tidy the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/tests ## bring the lock files up to date with the lists (make lock LOCK=--upgrade: newest of the rest)
	$(COMPILE) requirements.txt -o requirements.lock
	$(COMPILE) requirements.txt tests/requirements.txt -c requirements.lock -o tests/requirements.lock

hooks: $(VENV)/tests ## let git check style and types before a commit, and run the quick tests before a push
	$(BIN)/pre-commit install

clean: ## remove the virtual environment
	rm -rf $(VENV)

$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "Python 3.11 or newer is needed, and there is no $(PYTHON) here. On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is $$("$(PYTHON)" --version 2>&1). If a newer one is installed, name it: make run PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) >/dev/null || { rm -rf $(VENV); \
	  echo "Python could not make a virtual environment. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }

$(VENV)/product: requirements.lock $(BIN)/python
	@echo "Installing what the dashboard needs (once; it takes a minute or two) …"
	@$(PIP) install --quiet --require-hashes -r requirements.lock || { \
	  echo "The installation did not finish; the reason is above. Check the internet connection, then run this again." >&2; exit 1; }
	@touch $@

$(VENV)/tests: $(VENV)/product tests/requirements.lock
	@echo "Installing what the tests need (once) …"
	@$(PIP) install --quiet --require-hashes -r tests/requirements.lock
	@command -v chromium >/dev/null || { $(ROOT) apt-get update -qq && $(ROOT) apt-get install -y -qq chromium; }
	@touch $@
