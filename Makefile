# Two commands do everything: `make run` and `make test`. Both set up .venv first, which takes long only once.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$name"; break; }; done)
ANY_PYTHON = $(or $(PYTHON),$(shell command -v python3))
HOST ?= 127.0.0.1
PORT ?= 8080
TESTS ?= tests

.PHONY: help setup run test check
help:
	@echo "make run     set up and serve Midway on http://$(HOST):$(PORT)  (make run PORT=9000 for another port)"
	@echo "make test    set up and run the whole test suite"
	@echo "make check   lint, types, and the library's own checks"
	@echo "make setup   only set up"

setup:
	@[ -n "$(ANY_PYTHON)" ] || { echo "Midway needs Python 3.11 or newer, and there is no python3 here. Install one and run this again." >&2; exit 1; }
	@"$(ANY_PYTHON)" scripts/setup.py $(MAKECMDGOALS)

run: setup
	@.venv/bin/midway serve --host $(HOST) --port $(PORT)

# Some machines set that compiled modules are not kept: each of the hundreds of processes would compile its own.
test: setup
	PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(TESTS)

check: setup
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/midway practices check
	.venv/bin/python -m training.recognizer --check
