MIRROR ?= $(if $(wildcard ../shared/datasets),../shared/datasets,)
LICENCES ?= all
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo dev lint test slow browser accept screenshots docs docs-test check fetch train evaluate bench scale peers fuzz torture endurance matrix sanitize licences audit-deps wheel clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

dev: .venv/stamp  ## set up the environment: package, training, tests

.venv/stamp: pyproject.toml stance/_kernel.c stance/_lines.c
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[formats,report]' --group dev
	touch $@

demo: dev  ## label a sample paragraph, article and folder with the shipped model
	$(BIN)/stance predict "The ministers signed the pact and agreed to work together."
	$(BIN)/stance article examples/joint-announcement-on-coast-guard-cooperation-be.txt
	rm -rf demo-output
	$(BIN)/stance score examples --out demo-output
	$(BIN)/stance article examples/rome-and-tunis-renew-boat-deal-and-a-judge-in-pa.md --html demo-output/article.html
	$(BIN)/stance report demo-output --html demo-output/report.html
	@echo 'open demo-output/report.html and demo-output/article.html in a browser'

lint: dev  ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint  ## run lint, types and the default suite
	MIRROR=$(MIRROR) $(BIN)/python -m pytest -m "not slow"

slow: dev  ## run the slow tests
	MIRROR=$(MIRROR) $(BIN)/python -m pytest -m slow

browser: dev  ## install Chromium from Debian's packages and run the tests of pages in it
	mkdir -p build
	command -v chromium > build/.browser && command -v chromedriver > build/.browser || \
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-driver > build/.browser; }
	$(BIN)/python -m pip install --quiet --group browser
	test -f build/axe/node_modules/axe-core/axe.min.js || npm install --silent --no-audit --no-fund --prefix build/axe axe-core@4 || echo 'axe-core: not to be had; its tests are skipped'
	BROWSER_REQUIRED=1 $(BIN)/python -m pytest -m browser tests/test_browser.py

accept: dev  ## accept the pages as they are now as the gold files of the tests
	ACCEPT=1 $(BIN)/python -m pytest tests/test_report_gold.py

screenshots: dev  ## draw the README's images in a headless Chromium
	$(BIN)/python -m pip install --quiet --group browser
	PYTHONPATH=tests $(BIN)/python tests/screenshots.py

docs: dev  ## build the documentation site into build/site; a warning is an error
	$(BIN)/python -m pip install --quiet --group docs
	PATH="$(CURDIR)/$(BIN):$$PATH" COLUMNS=80 NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

docs-test: dev  ## run the console examples of the documents; ACCEPT=1 writes their real output
	$(BIN)/python tests/docs_console.py README.md docs/*.md docs/*/*.md $(if $(ACCEPT),--accept)

check: test slow wheel docs docs-test  ## run all tests, try the wheel, build and try the documents

fetch: dev  ## download the public corpora into .mirror/, which then counts as the mirror
	$(BIN)/python -m train fetch

train: dev  ## train model/ from the mirror, or model-small/ from the embedded corpus
	$(BIN)/python -m train fit $(if $(MIRROR),--mirror $(MIRROR)) --licences $(LICENCES) $(if $(FORCE),--force)

evaluate: dev  ## add the slower figures to model/metrics.json and write the card
	$(BIN)/python -m train evaluate $(if $(MIRROR),--mirror $(MIRROR))
	$(BIN)/python -m train export

bench: dev  ## measure speed against other programs; writes docs/benchmarks/
	$(BIN)/python -m pip install --quiet --group bench
	MIRROR=$(MIRROR) $(BIN)/python tests/bench.py
	MIRROR=$(MIRROR) $(BIN)/python tests/bench_batch.py

scale: dev  ## run the examples for Spark, Ray, polars and DuckDB; writes the rates into docs/scale.md
	@java -version 2>/dev/null || { echo "Spark needs Java 17: apt-get install default-jre-headless"; exit 1; }
	$(BIN)/python -m pip install --quiet --group scale
	MIRROR=$(MIRROR) $(BIN)/python tests/scale.py

SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
KERNEL_TESTS := tests/test_kernel.py tests/test_line_scan.py tests/test_fuzz.py tests/test_explanation.py tests/test_classifier.py tests/test_features.py

peers: dev  ## try tasks against label-studio, and the audit's rule against cleanlab
	for name in label-studio cleanlab; do $(PYTHON) -m venv build/$$name && \
	build/$$name/bin/python -m pip install --quiet --upgrade 'pip>=25.1' && \
	build/$$name/bin/python -m pip install --quiet --group $$name || exit 1; done
	rm -rf build/peers && $(BIN)/stance score examples --out build/peers
	$(BIN)/stance sample build/peers -n 50 --out build/tasks.json
	build/label-studio/bin/python -W ignore tests/peer_label_studio.py build/tasks.json build/tasks.xml
	build/cleanlab/bin/python tests/peer_cleanlab.py

fuzz: dev  ## try 100,000 mutations of a model folder; writes docs/benchmarks/fuzz.*
	$(BIN)/python tests/fuzz.py

torture: dev  ## take 1,000 real and damaged documents through every door; writes docs/benchmarks/torture.*
	MIRROR=$(MIRROR) $(BIN)/python tests/torture.py

endurance: dev  ## score ten million paragraphs and watch the memory; writes docs/benchmarks/endurance.*
	$(BIN)/python tests/endurance.py

matrix: dev  ## compare the numbers of every Python and numpy that can be had; writes docs/benchmarks/matrix.*
	$(BIN)/python -m pip install --quiet --group matrix
	$(BIN)/python tests/matrix.py

sanitize: dev  ## run the tests of the kernel under the address and undefined behaviour sanitizers
	rm -rf build
	CFLAGS="$(SANITIZE)" LDFLAGS="$(SANITIZE)" $(BIN)/python -m pip install --quiet --no-deps --target build/sanitize .
	test -f build/sanitize/stance/_kernel.*.so
	ASAN_OPTIONS=detect_leaks=0 PYTHONPATH=build/sanitize:. MIRROR=$(MIRROR) \
	LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libubsan.so)" \
	$(BIN)/python -P -m pytest -m "not slow" $(KERNEL_TESTS)

EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

wheel: dev  ## build the wheel twice to the same bytes, list its parts, and predict from an empty environment
	rm -rf dist build
	SOURCE_DATE_EPOCH=$(EPOCH) $(BIN)/python -m build --wheel --quiet
	mkdir -p build && mv dist/*.whl build/
	rm -rf build/lib* build/bdist* build/temp*
	SOURCE_DATE_EPOCH=$(EPOCH) $(BIN)/python -m build --wheel --quiet
	cmp build/*.whl dist/*.whl
	rm -rf build/empty && $(PYTHON) -m venv build/empty
	build/empty/bin/python -m pip install --quiet dist/*.whl
	cd build/empty && bin/stance predict "The ministers signed the pact." && bin/stance --version
	cd build/empty && STANCE_KERNEL=python bin/stance predict "The ministers signed the pact."
	$(BIN)/python -m pip install --quiet --group supply
	$(BIN)/cyclonedx-py environment build/empty/bin/python --output-reproducible --of JSON -o dist/stance.cdx.json

build/formats:
	$(PYTHON) -m venv $@ && $@/bin/python -m pip install --quiet '.[formats]' || { rm -rf $@; exit 1; }

licences: dev build/formats  ## list the licence of every package that reading and prediction bring
	$(BIN)/python -m pip install --quiet --group supply
	$(BIN)/pip-licenses --python=build/formats/bin/python --format=markdown --order=license

audit-deps: dev build/formats  ## ask for known vulnerabilities of those packages
	$(BIN)/python -m pip install --quiet --group supply
	$(BIN)/pip-audit --strict --path "$$(echo build/formats/lib/python3*/site-packages)"

clean:  ## remove everything that was made
	rm -rf .venv build dist *.egg-info model-small model-open .mypy_cache .pytest_cache .ruff_cache
