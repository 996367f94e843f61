# Every target sets up what it needs first, and does nothing twice. Another Python: make lab PYTHON=python3.12
PYTHON ?= python3
python := .venv/bin/python
changed = $(shell (git diff --name-only HEAD -- grading/source 2>&-; git ls-files --others --exclude-standard -- grading/source) \
	| sed -n 's,.*/\([1-4]-.*\)\.py$$,or \1,p')
check test: export HF_HUB_OFFLINE = 1
check test: export OMP_NUM_THREADS = 1
parallel = --numprocesses=logical --maxprocesses=4 --dist=loadscope --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help lab test check build lint grade hub site lite slides lock bench-talent bench-finetune bench-time-to-accuracy bench-generate bench-grading bench-cohort bench-design grading-tools test-tools

help: ## list what make can do
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 21

lab: ## learner: open your own copies of the lessons in JupyterLab
	@$(PYTHON) binder/install.py lab
	@$(python) -m trainlib

grade: build ## instructor: open JupyterLab with nbgrader's Formgrader
	@echo "In JupyterLab choose Nbgrader → Formgrader, then Manual Grading. Stop it with Ctrl+C here."
	@cd grading && ../$(python) -m jupyterlab --allow-root --log-level=WARN \
		--LabApp.app_settings_dir=../trainlib/jupyterlab --ServerApp.root_dir="$${TRAINLIB_GRADING_STATE:-.}"

slides: ## trainer: slides of all lessons, or of LESSON=3-02, into FOLDER=../slides; solutions are in the notes
	@$(PYTHON) binder/install.py site
	@$(python) -m grading slides $(or $(FOLDER),../slides) $(LESSON)

lite: ## the lessons without models, for the browser alone, in build/lite; with PYODIDE=FOLDER nothing else is asked for
	@$(PYTHON) binder/install.py site
	@$(python) -m grading lite $(if $(PYODIDE),--pyodide "$(PYODIDE)")

hub: ## instructor: a JupyterHub for trying out, on this machine alone, without passwords (docs/hub.md)
	@$(PYTHON) binder/install.py hub
	@$(python) -m grading build
	@echo "FOR TRYING OUT ONLY: any name comes in without a password, and all run as you. Ctrl+C ends it."
	@echo "Open http://127.0.0.1:$${PORT:-8000} as ada, then in another window as ben; hand in from index.ipynb."
	@$(python) -m jupyterhub -f grading/hub/jupyterhub_config.py

build: grading-tools ## write notebooks/ and the lesson tables from grading/source/
	@$(python) -m grading build

site: ## the website in site/html: every lesson with its figures, guides, search, EPUB (minutes; the second time seconds)
	@$(PYTHON) binder/install.py site
	@HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 $(python) -m grading site

check: test-tools lint ## quick: lint, build --check, unit tests, lessons changed since the last commit
	@$(python) -m grading build --check
	@$(python) -m pytest $(parallel) -m "not slow" -k "not test_lessons.py $(changed)"

test: test-tools ## everything, in a real browser too (installs Chromium where it may)
	@$(python) -m pytest $(parallel)

lint: test-tools ## ruff over all code and all lessons
	@$(python) -m ruff check
	@$(python) -m ruff format --check

bench-talent: test-tools ## how long thousands of simulated teams and plans take
	@$(python) tests/benchmarks/talent.py

bench-finetune: test-tools ## fine-tuning beside Hugging Face's Trainer, about an hour; goes on where it was stopped
	@$(python) tests/benchmarks/finetune.py

bench-time-to-accuracy: test-tools ## CPU seconds until Trainer's dev scores are reached, on four tasks (an hour or more); goes on where it was stopped
	@$(python) tests/benchmarks/time_to_accuracy.py

bench-generate: test-tools ## writing beside transformers' own generate, and in 8 bits (some ten minutes)
	@$(python) tests/benchmarks/generate.py

bench-grading: test-tools ## grading beside nbgrader's own autograder, which takes most of an hour
	@PYTHONPATH=. $(python) -P tests/benchmarks/grading.py

bench-cohort: test-tools ## 100 simulated learners, 30 of them hostile, on a busy machine, through four commands (some 15 minutes)
	@PYTHONPATH=. $(python) -P tests/benchmarks/cohort.py

bench-design: test-tools ## how three simulated cohorts narrow the weights, with a design and without (a minute)
	@$(python) tests/benchmarks/design.py

lock: ## write requirements.lock anew, with the newest versions that pyproject.toml allows
	@$(PYTHON) binder/lock.py

grading-tools:
	@$(PYTHON) binder/install.py grading

test-tools:
	@$(PYTHON) binder/install.py test
