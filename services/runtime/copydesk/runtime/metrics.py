"""Every metric of copydesk, declared once, here and nowhere else; `docs/metrics.md` is made of these texts.

All carry the label `stage`. Served as `/metrics` by each service, beside prometheus-client's `process_*` and `python_*`.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

STAGE = Gauge(
    "copydesk_stage_info",
    "1; the label `version` says which version of the stage runs.",
    ("stage", "version"),
)

EVENTS = Counter(
    "copydesk_events_total",
    "Events that a stage has done with, by what became of them: `done` (its records are written, maybe none) or `dead`.",
    ("stage", "outcome"),
)
WRITTEN = Counter(
    "copydesk_records_written_total",
    "Records that the broker has acknowledged, by the topic that they were written to.",
    ("stage", "topic"),
)
DEAD = Counter(
    "copydesk_dead_letters_total",
    "Events that went to wire.dead, by the kind of the refusal or the class of the error.",
    ("stage", "kind"),
)
RETRIES = Counter(
    "copydesk_retries_total",
    "Waits for something that was away (a store, the broker), each followed by another attempt at the same events.",
    ("stage",),
)
WAITING = Gauge(
    "copydesk_waiting",
    "1 while the stage waits for something that is away, else 0.",
    ("stage",),
)
LAG = Gauge(
    "copydesk_lag_records",
    "Records of a partition assigned to this worker that it has not done yet.",
    ("stage", "topic", "partition"),
)
ADVANCED = Gauge(
    "copydesk_last_advance_timestamp_seconds",
    "When this worker last finished a record or had none left to do (Unix seconds).",
    ("stage",),
)
WORK_SECONDS = Histogram(
    "copydesk_work_seconds",
    "Time that one call of the stage's work took, over all of the events that it was given.",
    ("stage",),
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
WORK_EVENTS = Histogram(
    "copydesk_work_events",
    "Events that one call of the stage's work was given.",
    ("stage",),
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
)
AGE_SECONDS = Histogram(
    "copydesk_event_age_seconds",
    "Age of the newest event of a call when the broker had all that came of it, counted from when it was written.",
    ("stage",),
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
SINK_VERSIONS = Counter(
    "copydesk_sink_versions_total",
    "Versions that a sink has taken, by what it did with them: `stored`, `superseded`, `killed` or `withdrawn`.",
    ("stage", "sink", "outcome"),
)
SINK_SECONDS = Histogram(
    "copydesk_sink_seconds",
    "Time that one call of a sink took, over all versions that it was given.",
    ("stage", "sink"),
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
STORY_SECONDS = Histogram(
    "copydesk_story_seconds",
    "Time from the receipt of a document until every sink had the version that came of it. A version that waited for its "
    "embargo, or that is made again, counts from its receipt too.",
    ("stage",),
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600),
)
POLL_FETCHES = Counter(
    "copydesk_poll_fetches_total",
    "URLs that were fetched with all their redirects, by what came of it: `new`, `unchanged`, `listed`, or the kind of the "
    "failure. This and the next three are there once a feed is polled.",
    ("stage", "feed", "outcome"),
)
POLL_FAILING = Gauge(
    "copydesk_poll_failing",
    "Listings of a feed that failed five times or more, one after the other. The same figure from every worker.",
    ("stage", "feed"),
)
POLL_PAGES = Gauge(
    "copydesk_poll_pages_waiting",
    "Pages of a feed's listings that are still to be fetched. The same figure from every worker.",
    ("stage", "feed"),
)
POLL_GIVEN_UP = Counter(
    "copydesk_poll_pages_given_up_total",
    "Pages that are not tried any more until their listing says something new of them, by the kind of the last failure.",
    ("stage", "feed", "kind"),
)


def declared() -> tuple[MetricWrapperBase, ...]:
    """Return every metric, in the order of this file."""
    return tuple(value for value in globals().values() if isinstance(value, MetricWrapperBase))


def begin(stage: str, version: str, writes: Iterable[str]) -> None:
    """Have what a stage counts there from its start, at 0: a rate over a series that first appears at 1 misses its first."""
    STAGE.labels(stage, version).set(1)
    for outcome in ("done", "dead"):
        EVENTS.labels(stage, outcome)
    for topic in writes:
        WRITTEN.labels(stage, topic)
    DEAD.labels(stage, "too-large")  # the one refusal that every stage may meet; others come with their first letter
    for metric in (RETRIES, WAITING, WORK_SECONDS, WORK_EVENTS, AGE_SECONDS):
        metric.labels(stage)


def begin_sink(stage: str, sink: str, outcomes: Iterable[str]) -> None:
    """Likewise for one of the stage's sinks."""
    STORY_SECONDS.labels(stage)
    SINK_SECONDS.labels(stage, sink)
    for outcome in outcomes:
        SINK_VERSIONS.labels(stage, sink, outcome)


def begin_polling(stage: str, feed: str) -> None:
    """Likewise for a feed that is polled."""
    for outcome in ("new", "unchanged", "listed"):
        POLL_FETCHES.labels(stage, feed, outcome)
    POLL_GIVEN_UP.labels(stage, feed, "http-4xx")
