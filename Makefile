PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test nightly golden reference lint types docs bench

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev,torch-tb]'
	touch $@

demo: .venv/installed  ## Find the slow loops of a small training script
	$(BIN)/loopscope demo --logdir runs/demo

test: .venv/installed  ## Run the whole test suite
	$(BIN)/python -m pytest

nightly: .venv/installed  ## Try 10,000 random loops and every mutant of the catalogue's rewrites
	LOOPSCOPE_RANDOM_LOOPS=10000 LOOPSCOPE_ALL_MUTANTS=1 $(BIN)/python -m pytest -s \
	  tests/live/test_random_loops.py tests/live/verify/test_verify_mutants.py
	$(BIN)/python benchmarks/catalogue_count.py

golden: .venv/installed  ## Write the expected reports and rewrites of the tests anew
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest tests/unit/report tests/unit/cli tests/live/test_command_line.py \
	  tests/live/vectorize

lint: .venv/installed  ## Check style and the layers of the rooms
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports --no-cache

types: .venv/installed  ## Check types
	$(BIN)/mypy

reference: .venv/installed  ## Write the reference pages that follow from the code anew
	$(BIN)/python docs/write_reference.py
	$(BIN)/python docs/write_rules.py

docs: .venv/installed  ## Build the documentation, warnings are errors
	$(BIN)/mkdocs build --strict

bench: .venv/installed  ## Run the benchmarks; results go to benchmarks/results
	$(BIN)/python benchmarks/profiling_cost.py
	$(BIN)/python benchmarks/analysis_speed.py --write
	$(BIN)/python benchmarks/import_time.py --write
	$(BIN)/python benchmarks/tensorboard_tab.py
	$(BIN)/python benchmarks/catalogue_count.py --write
