# Everything that is done with the project. `make` alone lists it.

VENV ?= .venv
PYTHON ?=
PORT ?= 8501
LAN ?=
HOST =
ARGS ?=

BIN := $(VENV)/bin
set_up = python="$$(PYTHON='$(PYTHON)' VENV='$(VENV)' sh scripts/find_python.sh)" && "$$python" scripts/set_up.py '$(VENV)'

.PHONY: help run test check format screenshots bench soak clean environment environment-dev

help: ## list what can be done (this)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: environment ## start the app; PORT=8501, LAN=1 for the local network, HOST=name, PYTHON=path
	@$(BIN)/python scripts/launch.py --port '$(PORT)' --host '$(HOST)' $(if $(filter 1 yes true on,$(LAN)),--lan)

test: environment-dev ## run all tests, those in Chromium included; ARGS="-k canvas" for some
	@chromium="$$($(BIN)/python scripts/find_chromium.py)" && CHROMIUM="$$chromium" $(BIN)/python -m pytest $(if $(ARGS),$(ARGS),-n 2 --dist loadscope --durations=15)

check: environment-dev ## lint, format, types and layers; pinned versions, where the network allows it
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/audit.py

format: environment-dev ## put the code into the project's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

screenshots: environment-dev ## make the pictures of the README anew, from the running app
	@chromium="$$($(BIN)/python scripts/find_chromium.py)" && CHROMIUM="$$chromium" $(BIN)/python scripts/screenshots.py $(ARGS)

bench: environment-dev ## measure speed, memory and accuracy
	@$(BIN)/python -m benchmarks $(ARGS)

soak: environment-dev ## kill everything a hundred times, let twenty people train at once: half an hour
	@$(BIN)/python -m soak $(ARGS)

clean: ## remove environments and caches; the runs in var/ stay
	@rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@$(set_up) requirements.txt

environment-dev:
	@$(set_up) requirements.txt requirements-dev.txt
