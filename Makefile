# make run      the app on http://localhost:8501; PORT=8600 for another port,
#               ADDRESS=0.0.0.0 to let other machines in, REPLICAS=4 for as many processes behind nginx
# make test     every check, as CI runs it
# make bench    the tables of docs/speed.md
# make bench-replicas  how long a hundred people wait on two replicas, in docs/scale.md; 23 minutes
# make bench-scale  those of docs/scale.md: questions to 1 and 10 million rows, SIZES="50 200" for others,
#               and pages of a store in a bucket; needs Java
# make radosgw  the tests of a store in a bucket, on Ceph's object gateway on this machine; it needs
#               `apt-get install radosgw ceph-mon ceph-osd ceph-common`
# make spark-demo  the app with a Spark cluster of four processes on this machine that answers; needs Java
# make mutants  whether a test fails when a token of lib/ is changed: 200 of them, some minutes;
#               SEED=1 for others
# make rig      processes that are killed, answers that are wrong, files that are damaged, and then
#               every row compared: SEED=1 for others, ONLY=kills/3 for one case; half an hour

PYTHON ?= python3
PORT ?= 8501
ADDRESS ?= localhost
SEED ?= 0
SIZES ?= 1 10
# Through `python -m`, so that a moved folder or a space in its path does no harm.
RUN := .venv/bin/python -m
# import-linter cannot be run with -m.
LINT_IMPORTS := .venv/bin/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-cache --no-logo
RECENT := import sys; sys.exit(sys.version_info < (3, 11))

.PHONY: run test bench bench-replicas bench-scale radosgw spark-demo mutants rig
.NOTPARALLEL:

run: .venv/app-installed
ifdef REPLICAS
	$(RUN) lib serve --replicas $(REPLICAS) --port $(PORT) --address $(ADDRESS)
else
	$(RUN) streamlit run streamlit_app.py --server.port $(PORT) --server.address $(ADDRESS)
endif

test: .venv/tests-installed
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) mypy
	$(LINT_IMPORTS)
# Three workers for two cores: the browser tests mostly wait.
	$(RUN) pytest -n 3 --dist loadgroup

bench: .venv/tests-installed
	$(RUN) tests.benchmarks

bench-replicas: .venv/tests-installed
	$(RUN) tests.benchmarks.replicas

bench-scale: .venv/tests-installed
	$(RUN) tests.benchmarks.scale $(SIZES)
	$(RUN) tests.benchmarks.objects

radosgw: .venv/tests-installed
	$(RUN) pytest --object-store radosgw

spark-demo: .venv/tests-installed
	$(RUN) tests.spark --port $(PORT)

mutants: .venv/tests-installed
	$(RUN) tests.mutants --seed $(SEED)

rig: .venv/tests-installed
	$(RUN) tests.rig --seed $(SEED) --only "$(ONLY)"

.venv/app-installed: requirements.txt
	$(install)

.venv/tests-installed: requirements-dev.txt requirements-spark.txt requirements.txt
	$(install)

# An environment that an interrupted run left behind is made anew.
define install
@$(PYTHON) -c '$(RECENT)' 2>/dev/null || { echo 'Python 3.11 or newer is needed: say, for example, make $(or $(MAKECMDGOALS),run) PYTHON=python3.12.' >&2; exit 1; }
@test ! -e .venv/unfinished && .venv/bin/python -c 'import pip; $(RECENT)' 2>/dev/null || { rm -rf .venv && $(PYTHON) -m venv .venv; }
@touch .venv/unfinished
@echo 'Installing $< into .venv, which takes a minute or two the first time.'
@$(RUN) pip install --quiet --disable-pip-version-check -r $<
@rm .venv/unfinished
@touch $@
endef
