.DEFAULT_GOAL := help
SHELL := /bin/bash
# All that is fetched stays under one folder; set COPYDESK_CACHE to share it among checkouts.
export COPYDESK_CACHE ?= $(CURDIR)/.cache
export UV_CACHE_DIR ?= $(COPYDESK_CACHE)/uv
UV := $(shell scripts/uv --where)
RUN := $(UV) run --quiet
SHARED ?= ../shared

help: ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: sync ## The pipeline on embedded defaults, with the sample wires; until Ctrl-C
	@$(RUN) copydesk up --samples

demo: sync ## The same, and end: status 0 only if all is as expected
	@$(RUN) copydesk up --samples --no-stay

lint: sync ## Style, types and the direction of imports
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) mypy
	$(RUN) lint-imports

test: lint ## Everything that CI runs, on a real broker and a real PostgreSQL
	$(RUN) pytest

containers-test: sync ## The compose stack for real: build, up, push, kill, scale, upgrade, down; and the pipeline on containers
	$(RUN) python -m tests.containers $(if $(SHORT),--short)

images: sync ## Build each service's image; print its size and write its bill of materials (TAG=latest)
	@$(RUN) python scripts/images.py $(or $(TAG),latest)

docs: sync ## Write again what of the docs and schemas is made from the code
	$(RUN) python scripts/metrics.py
	$(RUN) python -m copydesk.schemas.generate

SECONDS := 180
chaos: sync ## The pipeline under load and faults; nothing lost, nothing twice (SECONDS=N SEED=N BROKERS=3)
	@$(RUN) python -m tests.chaos --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) $(if $(BROKERS),--brokers $(BROKERS))

score: sync ## Every yardstick beside its goal and its peers, where ../shared is there
	@$(RUN) --group peers python tests/score/score.py $(SHARED)

bench-enrich: sync ## Stories a second through all enrichers on one core, by enricher
	@$(RUN) python -m tests.bench.enrich

bench: sync ## What the pipeline adds, moves and stores beside its peers, and its latency; DOCUMENTS=1500 a round
	@$(RUN) python -m tests.bench --documents $(or $(DOCUMENTS),1500)

bench-parse: sync ## Documents a second a format, beside bare lxml or json
	@$(RUN) python -m tests.bench.parse

fuzz-parse: sync ## Fuzz each format for SECONDS (60), from its fixtures; FORMATS="nitf rss" for some
	@$(UV) run --quiet --group fuzz python -m tests.fuzz.formats $(or $(SECONDS),60) $(FORMATS)

fuzz: sync ## Hostile input through every door of the running pipeline; INPUTS=300 a door, SEED=N
	@$(UV) run --quiet --group fuzz python -m tests.fuzz.doors --inputs $(or $(INPUTS),300) $(if $(SEED),--seed $(SEED))

sync: ## The locked environment, in .venv
	@$(UV) sync --quiet --frozen

clean: ## Throw away what the pipeline holds (var/), not what was fetched (.cache/)
	rm -rf var

.PHONY: help run demo lint test containers-test images docs chaos score bench bench-enrich bench-parse fuzz-parse fuzz sync clean
