PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ROOT = $$([ $$(id -u) = 0 ] || echo sudo)
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run install test bench format clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/product ## install what is missing, start the dashboard, print a sign-in link
	@trap 'stopped=yes' INT; $(BIN)/python -m streamlit run app.py || test -n "$$stopped"

install: $(VENV)/product ## install what the dashboard needs, and start nothing

test: $(VENV)/tests ## check style and types, then run every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest

bench: $(VENV)/tests ## measure speed, ratios side by side
	@command -v spamassassin >/dev/null || { $(ROOT) apt-get update -qq && $(ROOT) apt-get install -y -qq spamassassin; }
	$(BIN)/python -m tests.bench

format: $(VENV)/tests ## tidy the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the virtual environment
	rm -rf $(VENV)

$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "Python 3.11 or newer is needed, and there is no $(PYTHON) here. On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is $$("$(PYTHON)" --version 2>&1). If a newer one is installed, name it: make run PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) >/dev/null || { rm -rf $(VENV); \
	  echo "Python could not make a virtual environment. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }

$(VENV)/product: requirements.txt $(BIN)/python
	@echo "Installing what the dashboard needs (once; it takes a minute or two) …"
	@$(PIP) install --quiet -r requirements.txt || { \
	  echo "The installation did not finish; the reason is above. Check the internet connection, then run this again." >&2; exit 1; }
	@touch $@

$(VENV)/tests: $(VENV)/product tests/requirements.txt
	@echo "Installing what the tests need (once) …"
	@$(PIP) install --quiet -r tests/requirements.txt
	@command -v chromium >/dev/null || { $(ROOT) apt-get update -qq && $(ROOT) apt-get install -y -qq chromium; }
	@touch $@
