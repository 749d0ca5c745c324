.DEFAULT_GOAL := help
UV ?= uv

help: ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lint: ## Style, types and the direction of imports
	$(UV) run ruff format --check
	$(UV) run ruff check
	$(UV) run mypy
	$(UV) run lint-imports

test: lint ## Everything that CI runs
	$(UV) run pytest

.PHONY: help lint test
