"""Prometheus on the compose stack: every metric of the docs is there, and what the dashboard and the alerts ask is answered."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.containers.stack import REPOSITORY, STAGES, Compose, until
from tests.pipeline.work import push, wire

pytestmark = [pytest.mark.containers, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def watched(stack: Compose) -> Compose:
    # Grafana has no stand-in: what it would ask, these tests ask.
    stack("--profile", "monitoring", "up", "--wait", "prometheus")
    until(lambda: stages(stack) == set(STAGES))
    push(stack.kafka, [b"\xff\xfe\x00\x01\x02\x03 no format", *(wire(n, "watched") for n in range(50))])
    until(lambda: stack.stored("watched") == 50)
    return stack


def query(stack: Compose, expression: str) -> list[dict[str, Any]]:
    answer = stack.ask("COPYDESK_PROMETHEUS_PORT", f"/api/v1/query?query={quote(expression)}")
    assert answer["status"] == "success", expression
    return list(answer["data"]["result"])


def stages(stack: Compose) -> set[str]:
    return {found["metric"]["stage"] for found in query(stack, "copydesk_stage_info")}


def documented() -> list[str]:
    page = (REPOSITORY / "docs" / "metrics.md").read_text("utf-8")
    rows = re.findall(r"^\| `(copydesk_\w+)` \| (\w+) \|", page, re.MULTILINE)
    return [name + ("_count" if kind == "histogram" else "") for name, kind in rows]


@pytest.mark.parametrize("name", documented())
def test_every_metric_that_the_docs_name_is_there_with_a_value(watched: Compose, name: str) -> None:
    until(lambda: bool(query(watched, name)))


def test_what_counts_says_what_happened(watched: Compose) -> None:
    until(lambda: bool(query(watched, 'copydesk_events_total{stage="parse",outcome="dead"} >= 1')))
    until(lambda: bool(query(watched, 'copydesk_sink_versions_total{sink="postgres",outcome="stored"} >= 50')))
    until(lambda: bool(query(watched, "copydesk_story_seconds_count >= 50")))
    assert {float(found["value"][1]) for found in query(watched, 'up{job="copydesk"}')} == {1.0}


def test_every_worker_is_found_when_a_stage_is_scaled(watched: Compose) -> None:
    watched("up", "--wait", "--scale", "parse=2", "--no-recreate")
    until(lambda: len(query(watched, 'copydesk_stage_info{stage="parse"} and on (instance) up == 1')) == 2)
    watched("up", "--wait", "--scale", "parse=1", "--no-recreate")


def test_every_panel_of_the_dashboard_asks_what_prometheus_answers(watched: Compose) -> None:
    board = json.loads((REPOSITORY / "deploy/grafana/dashboards/copydesk.json").read_text("utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len(asked) >= 16
    for expression in asked:
        until(lambda asked=expression: bool(query(watched, asked)))  # type: ignore[misc]


def test_the_alerts_are_loaded_and_none_is_broken(watched: Compose) -> None:
    groups = watched.ask("COPYDESK_PROMETHEUS_PORT", "/api/v1/rules")["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) >= 6
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
    assert all(not rule.get("lastError") for rule in rules)
    until(lambda: "DeadLetters" in firing(watched))


def firing(stack: Compose) -> set[str]:
    alerts = stack.ask("COPYDESK_PROMETHEUS_PORT", "/api/v1/alerts")["data"]["alerts"]
    return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}
