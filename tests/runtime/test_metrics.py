"""Metrics are declared in one place, documented from there, and nothing else names a metric that is not there."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from copydesk.runtime.metrics import declared
from prometheus_client import Histogram

REPOSITORY = Path(__file__).parents[2]
KINDS = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    found = importlib.util.spec_from_file_location("metrics_script", REPOSITORY / "scripts" / "metrics.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_page_of_metrics_is_the_one_that_the_declarations_make(script: ModuleType) -> None:
    assert script.PAGE.read_text("utf-8") == script.page(), "run: uv run python scripts/metrics.py"


def test_no_other_module_declares_a_metric() -> None:
    home = REPOSITORY / "services/runtime/copydesk/runtime/metrics.py"
    for path in sorted(REPOSITORY.glob("services/*/copydesk/**/*.py")):
        if path == home:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("prometheus_client"):
                assert not KINDS & {alias.name for alias in node.names}, path


def test_what_watches_names_only_metrics_that_are_declared(script: ModuleType) -> None:
    known = {script.name(metric) for metric in declared()}
    known |= {
        f"{script.name(metric)}_{end}"
        for metric in declared()
        if isinstance(metric, Histogram)
        for end in ("bucket", "sum", "count")
    }
    watching = [*REPOSITORY.glob("deploy/prometheus/*"), *REPOSITORY.glob("deploy/grafana/**/*.json")]
    assert len(watching) >= 3
    for file in watching:
        assert set(re.findall(r"copydesk_[a-z_]+", file.read_text("utf-8"))) <= known, file
