"""`uv run python scripts/metrics.py`: writes docs/metrics.md from the declarations in `copydesk.runtime.metrics`."""

from __future__ import annotations

from pathlib import Path

from copydesk.runtime.metrics import declared
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
HEAD = """# Metrics

Written by `scripts/metrics.py` from `services/runtime/copydesk/runtime/metrics.py`; edit there.

Each service serves `/metrics` on its port 8090 in containers; `docker compose --profile monitoring up -d --wait` has
Prometheus collect them and Grafana show them ([operate.md](operate.md#monitoring)). Beside these, each service has
prometheus-client's `process_*` and `python_*`. Counters are there from the start, at 0. A histogram has `_bucket`, `_sum` and
`_count`.

| metric | kind | labels | is |
| --- | --- | --- | --- |
"""
KINDS = {Counter: "counter", Gauge: "gauge", Histogram: "histogram"}


def name(metric: MetricWrapperBase) -> str:
    """Return the metric's name as Prometheus keeps it; a histogram's without its endings."""
    return metric._name + ("_total" if isinstance(metric, Counter) else "")  # noqa: SLF001 - it shows it nowhere else


def page() -> str:
    """Return the page."""
    rows = []
    for metric in declared():
        labels = " ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001 - as above
        kind, text = KINDS[type(metric)], metric._documentation  # noqa: SLF001 - as above
        rows.append(f"| `{name(metric)}` | {kind} | {labels} | {text} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
