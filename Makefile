# Everything that is done with the project. `make` alone lists it.

VENV ?= .venv
PYTHON ?=
PORT ?= 8501
LAN ?=
HOST =
ARGS ?=

BIN := $(VENV)/bin
set_up = python="$$(PYTHON='$(PYTHON)' VENV='$(VENV)' sh scripts/find_python.sh)" && "$$python" scripts/set_up.py '$(VENV)'

# All tests run two at a time, whole modules each: most of them wait for training or a browser. A part runs one by one.
# They start a hundred processes, each of which would compile the project again if no bytecode were kept. NumPy has one
# thread, as in workers: with two, each waits for the other busily, beside other tests on the same cores.
not_browser = -m 'not browser'
two_at_a_time = -n 2 --dist loadscope --no-loadscope-reorder --durations=15
pytest = OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest $(ARGS) $(if $(strip $(subst $(not_browser),,$(ARGS))),,$(two_at_a_time))
# Without a Chromium, tests in a browser are left out, and the run counts as failed (tests/support/markers.py).
with_chromium = chromium="$$($(BIN)/python scripts/find_chromium.py)" || test $$? = 3 && CHROMIUM="$$chromium"

# The JavaScript of the components; nothing is loaded from elsewhere.
deno = DENO_DIR='$(VENV)/deno' DENO_NO_UPDATE_CHECK=1 $(BIN)/deno
offline = --quiet --no-remote --no-npm
test_javascript = result="$$($(deno) test $(offline) --no-check pages/ 2>&1)" || { echo "$$result"; exit 1; }

.PHONY: help run test test-fast check format screenshots translations icons bench soak clean environment environment-dev

help: ## list what can be done (this)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: environment ## start the app; PORT=8501, LAN=1 for the local network, HOST=name, PYTHON=path
	@$(BIN)/python scripts/launch.py --port '$(PORT)' --host '$(HOST)' $(if $(filter 1 yes true on,$(LAN)),--lan)

test: environment-dev ## run all tests; ARGS="-k canvas" for some, ARGS="-m 'not browser'" where no Chromium can be had
	@$(if $(findstring $(not_browser),$(ARGS)),,$(with_chromium)) $(pytest)

test-fast: environment-dev ## run most tests, in about a minute: no browser, no processes, no training
	@$(test_javascript)
	@$(pytest) -m 'not slow'

check: environment-dev ## lint, format, types, layers, JavaScript's tests; pinned versions, where the network allows it
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(deno) fmt --check --quiet
	@$(deno) lint --quiet
	@$(deno) check $(offline) pages/ tests/
	@$(test_javascript)
	@$(BIN)/python scripts/audit.py

format: environment-dev ## put the code into the project's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(deno) fmt --quiet

screenshots: environment-dev ## take the pictures of the README again, from the running app
	@chromium="$$($(BIN)/python scripts/find_chromium.py)" && CHROMIUM="$$chromium" $(BIN)/python scripts/screenshots.py $(ARGS)

translations: environment-dev ## collect the texts of the app for its languages, and say what is missing there
	@$(BIN)/python -m scripts.translations $(ARGS)

icons: environment-dev ## make the font of the icons that are shown
	@$(BIN)/python -m scripts.icon_font

bench: environment-dev ## measure speed, memory and accuracy
	@$(BIN)/python -m benchmarks $(ARGS)

soak: environment-dev ## kill everything a hundred times, let twenty train at once and forty work: forty minutes
	@$(BIN)/python -m soak $(ARGS)

clean: ## remove environments and caches; the runs in var/ stay
	@rm -rf .venv .venv-* build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@$(set_up) requirements.txt

environment-dev:
	@$(set_up) requirements.txt requirements-dev.txt
