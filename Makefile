# `make` lists what there is. Each target first makes .venv, the course's own Python, when it is missing or stale.
PY := .venv/bin/python
IP := 127.0.0.1

.PHONY: help venv course gallery demo test test-browser test-slow soak mutants parity bench lab venv-browser venv-teach teach clean distclean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F '|' '{ printf "  make %-12s %s\n", $$1, $$2 }'
	@echo "With a Python of your choice: make distclean course PYTHON=python3.12. On Windows: docs/install.md."

venv:
	@python3 scripts/make_venv.py

course: venv  ## run every lesson into outputs/: notebooks, GIFs and a page to look at, index.html
	@$(PY) -m gan_course.course

demo: venv  ## show a lesson in a lecture, within four minutes: LESSON=dcgan; with REPLAY=1 its recording
	@.venv/bin/gan-course demo $(LESSON) $(if $(REPLAY),--replay$(addprefix =,$(filter-out 1,$(REPLAY))))

gallery: venv  ## the whole course moving, before anything is trained: players, the 2-D laboratory, slides, in site/
	@.venv/bin/gan-course gallery --out site

lab: venv  ## make your copies of the lessons, in work/, and open them in JupyterLab, on this machine only
	.venv/bin/gan-course work
	@# It asks nobody for news or newer versions of itself.
	$(PY) -m jupyterlab --ip=$(IP) --LabApp.default_url=/lab/tree/work \
	  --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

test: venv  ## lint, unit tests, then every notebook in the quick profile; the ten slowest of both are shown
	$(PY) -m ruff check
	$(PY) -m ruff format --check gan_course experiments scripts tests
	$(PY) -m pytest --durations=10 tests
	@# A fresh folder for each run: your outputs/ stay as they are, and no run resumes an older one.
	out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && GAN_COURSE_PROFILE=smoke GAN_COURSE_OUTPUTS=$$out \
	  $(PY) -m pytest -p no:cacheprovider --durations=10 --nbval-lax --nbval-current-env notebooks

venv-browser: venv
	@test -e .venv-browser/stamp || { $(PY) -m venv --clear .venv-browser && \
	  .venv-browser/bin/python -m pip install --quiet playwright==1.65.2 && touch .venv-browser/stamp; } || \
	  echo "Playwright cannot be installed: nothing will be tested in a browser."

test-browser: venv-browser  ## players, laboratory, slides, live pages and JupyterLab in Chromium, where there is one
	$(PY) -m pytest -m "slow or not slow" tests/test_*browser.py

test-slow: venv-browser venv-teach  ## the unit tests with those that take minutes, and those in a browser
	$(PY) -m pytest tests -m "slow or not slow"

soak: venv  ## kill 50 trainings at random moments, let them go on, and compare every bit: a quarter of an hour
	$(PY) -m scripts.soak --write

mutants: venv  ## plant 60 faults in the code, one at a time, to see whether the tests notice
	@test -e .venv-mutants/stamp || { $(PY) -m venv --clear .venv-mutants && \
	  .venv-mutants/bin/python -m pip install --quiet cosmic-ray==8.7.0 && touch .venv-mutants/stamp; }
	.venv-mutants/bin/python scripts/mutants.py

parity: venv  ## hold every train step and metric against PyTorch and others, in an environment of its own
	@cmp -s parity/requirements.txt .venv-parity/stamp || { $(PY) -m venv --clear .venv-parity && \
	  .venv-parity/bin/python -m pip install --quiet -c constraints.txt numpy -r parity/requirements.txt && \
	  $(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > .venv-parity/course.pth && \
	  mv .venv-parity/course.pth .venv-parity/lib/python3*/site-packages/ && \
	  cp parity/requirements.txt .venv-parity/stamp; }
	.venv-parity/bin/python -m parity

bench: venv  ## time steps, trainings and waits against PyTorch, in an environment of its own; leave the machine alone meanwhile
	@cmp -s benchmarks/requirements.txt .venv-bench/stamp || { $(PY) -m venv --clear .venv-bench && \
	  .venv-bench/bin/python -m pip install --quiet -c constraints.txt numpy -r benchmarks/requirements.txt && \
	  cp benchmarks/requirements.txt .venv-bench/stamp; }
	$(PY) -m benchmarks

venv-teach: venv
	@cmp -s constraints.txt .venv-teach/stamp || { $(PY) -m venv --clear .venv-teach && \
	  .venv-teach/bin/python -m pip install --quiet -c constraints.txt nbgrader && \
	  $(PY) -c "import sysconfig; print('import site; site.addsitedir(%r)' % sysconfig.get_path('purelib'))" > .venv-teach/course.pth && \
	  mv .venv-teach/course.pth .venv-teach/lib/python3*/site-packages/ && \
	  cp constraints.txt .venv-teach/stamp; }

teach: venv-teach  ## for instructors: nbgrader, and the lessons as its assignments, in teaching/
	$(PY) -m scripts.assignments

clean:  ## remove outputs/ (trainings too!) and caches
	rm -rf outputs .pytest_cache .ruff_cache .hypothesis
	find . -path ./.venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

distclean: clean  ## also remove .venv: the next command installs it again
	rm -rf .venv .venv-mutants .venv-parity .venv-bench .venv-browser .venv-teach gan_course.egg-info
