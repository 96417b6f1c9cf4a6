# Everything is set up on the first use: see packaging/setup.sh. "make help" lists the targets.
.POSIX:
.PHONY: help run test check format bench walls screenshot screenshots translations lock wheel clean

ARGS =
PY = .venv/bin/python

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile | expand -t 20

run: ## the window, showing the sample library (needs a display)
	@packaging/start.sh window

test: ## all tests but the slow ones; ARGS="-k name" goes to pytest
	@packaging/setup.sh test
ifeq ($(strip $(ARGS)),)
	@status=0; \
	$(PY) -m pytest -n 2 --dist loadfile tests/core || status=1; \
	$(PY) -m pytest -n 2 --dist loadfile tests/ui || status=1; \
	$(PY) -m pytest -n 2 --dist loadfile tests/e2e || status=1; \
	exit $$status
else
	@$(PY) -m pytest $(ARGS)
endif

check: ## lint, format, types, desktop files
	@packaging/setup.sh check
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	@packaging/linux/validate.sh

format: ## rewrite the code in the one format
	@packaging/setup.sh check
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: ## speed, each figure beside its limit; ARGS goes to the benchmarks
	@packaging/setup.sh test
	@$(PY) -m benchmarks $(ARGS)

walls: ## the walls around an article, each tested alone
	@packaging/setup.sh test
	@$(PY) -m pytest -m walls $(ARGS)

screenshot: ## out/inkstone.png: the real window as a picture, no display needed
	@packaging/start.sh picture

screenshots: ## docs/screenshots/: every state of docs/states.md, in light and dark, English and Chinese, 1x and 2x
	@packaging/start.sh pictures

translations: ## resources/i18n/: new words into the .ts files, and the .qm files from them
	@packaging/setup.sh run
	@packaging/i18n.sh

lock: ## both lock files anew from pyproject.toml (needs uv)
	@packaging/lock.sh

wheel: ## dist/*.whl
	@packaging/setup.sh test
	@$(PY) -m pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## removes what the targets made; the library in .library stays
	rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
