# The same few verbs for people and for CI; `make` alone lists them.
# chat and test need Python 3.11 or newer and make; everything else goes into .venv, from the locked requirements.

PYTHONS := python3.13 python3.12 python3.11 python3.14 python3 python
PY      := .venv/bin/python
UV      := uv==0.13.9
PIP     := $(PY) -m pip --quiet --disable-pip-version-check install
SOURCES := $(shell find adapters bot -name '*.py')
LOCKED  := $(PIP) --require-hashes --no-deps

# A checkout that was moved, or whose Python is gone, gets a new .venv.
ifneq "$(shell cat .venv/.place 2>/dev/null) $(shell $(PY) -c 'print(1)' 2>/dev/null)" "$(CURDIR) 1"
STALE := FORCE
endif

.PHONY: help chat test install lint types tests format bench bench-slack bench-store soak check drift exam lock clean FORCE
.DELETE_ON_ERROR:

help:  ## list the verbs
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

chat: .venv/.compiled  ## ask in the terminal
	@$(PY) -m adapters.cli chat

test: lint types tests  ## every check: ruff, mypy, pytest

install: .venv/.compiled .venv/.dev  ## make .venv with what chat and test need

lint: install
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: install
	$(PY) -m mypy

tests: install
	$(PY) -m pytest -q -n auto

format: install  ## put the code in order
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: install  ## how fast it answers, starts and loads
	@$(PY) tests/bench.py

bench-slack: install  ## how many Slack mentions it answers, and at what cost
	@$(PY) tests/bench_slack.py

bench-store: install  ## what keeping events, contexts and feedback costs
	@$(PY) tests/bench_store.py

soak: install  ## an hour of bad luck: does it lose or double an answer? SECONDS=3600 SEED=1
	@SECONDS=$(or $(SECONDS),3600) SEED=$(or $(SEED),1) $(PY) tests/soak.py

check: .venv/.compiled  ## what is wrong or doubtful in knowledge/
	@$(PY) -m adapters.cli knowledge check

drift: install  ## which facts the vendor's API models no longer confirm
	@$(PY) -m adapters.cli knowledge drift

exam: .venv/.compiled  ## how the project's own questions are answered
	@$(PY) -m adapters.cli knowledge exam tests/questions.yaml

.PHONY: deploy check-deploy check-image

deploy:  ## build, push and run this commit on Fargate: docs/deploy.md
	@deploy/deploy

check-deploy: install .venv/.deploy  ## what can be proven of deploy/ without a cloud
	@$(PY) tests/check_deploy.py

check-image: install .venv/.deploy  ## build the container, run it with nothing it does not need, measure it (as root: buildah, runc)
	@$(PY) tests/check_image.py

lock: .venv/.python  ## renew requirements/*.txt from pyproject.toml (needs the package index)
	@test -x .venv/lock/bin/uv || { $(PY) -m venv .venv/lock && .venv/lock/bin/python -m pip --quiet install $(UV); }
	$(COMPILE) -o requirements/runtime.txt pyproject.toml
	$(COMPILE) -o requirements/build.txt --group build -c requirements/runtime.txt
	$(COMPILE) -o requirements/dev.txt --group dev --group build --all-extras pyproject.toml \
	    -c requirements/runtime.txt -c requirements/build.txt
	$(COMPILE) -o requirements/container.txt --extra slack --extra discord --extra dynamodb --extra serve pyproject.toml \
	    -c requirements/dev.txt
	$(COMPILE) -o requirements/deploy.txt --group deploy

COMPILE = .venv/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock'

clean:  ## remove .venv and every cache
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find adapters bot tests -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- .venv, one stamp for each step that may have to be done again

.venv/.python: requirements/runtime.txt requirements/build.txt requirements/dev.txt $(STALE)
	@python=; for each in $(PYTHONS); do \
	    if $$each -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$each; break; fi; \
	done; \
	if test -z "$$python"; then \
	    echo 'compute-bot needs Python 3.11 or newer with its venv module, and found none among: $(PYTHONS).' >&2; \
	    echo 'Install one (Debian, Ubuntu: apt install python3-venv; macOS: brew install python) and run make again.' >&2; \
	    exit 2; \
	fi; \
	echo "Making .venv with $$($$python --version); once, a few seconds ..."; \
	$$python -m venv --clear .venv && printf '%s' '$(CURDIR)' > .venv/.place && touch $@

.venv/.runtime: .venv/.python
	@$(LOCKED) -r requirements/runtime.txt -r requirements/build.txt && touch $@

.venv/.project: .venv/.runtime pyproject.toml
	@$(PIP) --no-index --no-deps --no-build-isolation --editable . && touch $@

.venv/.compiled: .venv/.project $(SOURCES)
	@$(PY) -m compileall -q adapters bot && touch $@

.venv/.dev: .venv/.python | .venv/.project
	@$(LOCKED) -r requirements/dev.txt && touch $@

.venv/.deploy: requirements/deploy.txt | .venv/.python
	@echo 'Making .venv/deploy with the linters, moto and the AWS command line; once ...'
	@$(PY) -m venv --clear .venv/deploy && .venv/deploy/bin/python -m pip --quiet --disable-pip-version-check install \
	    --require-hashes --no-deps -r requirements/deploy.txt && touch $@

FORCE:
