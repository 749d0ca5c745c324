from __future__ import annotations

import subprocess
import sys
import time

import pytest
from copydesk.runtime.deadletter import dead_letter
from copydesk.runtime.envelope import TRACEPARENT, trace_of
from copydesk.runtime.event import Event
from copydesk.runtime.refusal import Refusal
from copydesk.runtime.spans import Spans
from copydesk.runtime.tracing import EARLIER, UNTRACED, configured
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import cloudevents_attributes as cloudevents
from opentelemetry.semconv._incubating.attributes import messaging_attributes as messaging
from opentelemetry.trace import SpanKind, StatusCode

TRACE, SPAN = "a" * 32, "b" * 16
GIVEN = f"00-{TRACE}-{SPAN}-01"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER", "OTEL_SERVICE_NAME"):
        monkeypatch.delenv(name, raising=False)


def event(headers: tuple[tuple[str, bytes], ...] = (("traceparent", GIVEN.encode()),), offset: int = 7) -> Event:
    return Event("wire.received", 3, offset, b"key", b"wire", headers)


def spans() -> tuple[Spans, InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    return Spans("copydesk-parse", "1", SimpleSpanProcessor(kept)), kept


def only(kept: InMemorySpanExporter) -> ReadableSpan:
    (span,) = kept.get_finished_spans()
    return span


def test_a_stage_is_a_span_under_the_one_that_wrote_its_event_and_hands_its_own_on() -> None:
    tracing, kept = spans()
    traced = tracing.begin([event()])
    traced.end([()])
    span = only(kept)
    assert span.name == "parse wire.received"
    assert span.kind is SpanKind.CONSUMER
    assert span.parent is not None
    assert (f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, SPAN)
    assert traced.events[0].header("traceparent") == f"00-{TRACE}-{span.context.span_id:016x}-01"
    assert [name for name, _ in traced.events[0].headers] == ["traceparent"]
    assert traced.events[0]._replace(headers=()) == event()._replace(headers=())
    assert span.status.status_code is StatusCode.UNSET


def test_a_span_tells_what_the_conventions_for_kafka_ask() -> None:
    tracing, kept = spans()
    told = (("ce_id", b"e1"), ("ce_type", b"copydesk.wire.received.v1"), ("ce_feed", b"northlight"), ("x", b"\xff"))
    tracing.begin([event(told)._replace(value=None)]).end([()])
    assert dict(only(kept).attributes or {}) == {
        messaging.MESSAGING_SYSTEM: "kafka",
        messaging.MESSAGING_OPERATION_NAME: "parse",
        messaging.MESSAGING_OPERATION_TYPE: "process",
        messaging.MESSAGING_DESTINATION_NAME: "wire.received",
        messaging.MESSAGING_CONSUMER_GROUP_NAME: "copydesk-parse",
        messaging.MESSAGING_DESTINATION_PARTITION_ID: "3",
        messaging.MESSAGING_KAFKA_OFFSET: 7,
        messaging.MESSAGING_KAFKA_MESSAGE_KEY: "key",
        messaging.MESSAGING_KAFKA_MESSAGE_TOMBSTONE: True,
        messaging.MESSAGING_MESSAGE_ID: "e1",
        cloudevents.CLOUDEVENTS_EVENT_TYPE: "copydesk.wire.received.v1",
        "copydesk.feed": "northlight",
    }


@pytest.mark.parametrize(
    "header", [None, b"", b"00-" + b"0" * 32 + b"-" + b"b" * 16 + b"-01", b"ff" + GIVEN[2:].encode()]
)
def test_an_event_without_a_trace_begins_the_one_of_its_place_also_when_it_is_read_again(header: bytes | None) -> None:
    tracing, kept = spans()
    bare = event(() if header is None else (("traceparent", header),))
    for _ in range(2):
        tracing.begin([bare]).end([()])
    first, again = kept.get_finished_spans()
    assert first.parent is None
    assert again.parent is None
    assert f"{first.context.trace_id:032x}" == f"{again.context.trace_id:032x}" == trace_of(bare).split("-")[1]
    (other,) = tracing.begin([bare._replace(offset=8)]).events
    assert trace_of(other).split("-")[1] != trace_of(bare).split("-")[1]


def test_with_tracing_off_events_are_left_alone_and_have_a_trace_all_the_same() -> None:
    events = [event(), event(())]
    assert UNTRACED.begin(events).events == events
    given, bare = map(trace_of, events)
    assert given == GIVEN
    assert TRACEPARENT.fullmatch(bare)
    assert bare != trace_of(events[1]._replace(offset=8))


def test_what_was_not_sampled_by_who_sent_it_stays_so() -> None:
    tracing, kept = spans()
    traced = tracing.begin([event((("traceparent", GIVEN[:-1].encode() + b"0"),))])
    traced.end([()])
    assert kept.get_finished_spans() == ()
    handed_on = traced.events[0].header("traceparent") or ""
    assert (handed_on.split("-")[1], handed_on[-2:]) == (TRACE, "00")


def test_a_dead_letter_is_a_failed_span_and_names_it() -> None:
    tracing, kept = spans()
    traced = tracing.begin([event(), event(offset=8)])
    refusal = Refusal("unknown-format", "nobody knows it")
    traced.waited("the archive is away")
    traced.end([(), refusal])
    good, failed = kept.get_finished_spans()
    assert good.status.status_code is StatusCode.UNSET
    assert failed.status.status_code is StatusCode.ERROR
    assert failed.status.description == "unknown-format: nobody knows it"
    assert (failed.attributes or {})["error.type"] == "unknown-format"
    assert [(each.name, (each.attributes or {})["reason"]) for each in failed.events] == [
        ("waiting", "the archive is away")
    ]
    letter = dead_letter(event(), "parse", refusal, traced.events[1].header("traceparent"))
    assert (EARLIER, f"00-{TRACE}-{failed.context.span_id:016x}-01".encode()) in letter.headers
    assert ("traceparent", GIVEN.encode()) in letter.headers


def test_a_replay_is_linked_to_the_trace_that_failed() -> None:
    tracing, kept = spans()
    with tracing.sending("replay", "wire.received", earlier=GIVEN) as trace:
        assert trace is not None
    tracing.begin([event((("traceparent", trace.encode()), (EARLIER, GIVEN.encode())))]).end([()])
    sent, done = kept.get_finished_spans()
    assert (sent.name, sent.kind, sent.parent) == ("replay wire.received", SpanKind.PRODUCER, None)
    assert sent.context.trace_id == done.context.trace_id != int(TRACE, 16)
    assert [f"{link.context.trace_id:032x}" for span in (sent, done) for link in span.links] == [TRACE, TRACE]


def test_a_push_continues_the_trace_of_who_asked_for_it_and_fails_with_its_error() -> None:
    tracing, kept = spans()
    with pytest.raises(Refusal), tracing.sending("push", "wire.inbound", given=GIVEN, about={"copydesk.feed": "a"}):
        raise Refusal("empty", "nothing in it")
    span = only(kept)
    assert span.parent is not None
    assert f"{span.context.trace_id:032x}" == TRACE
    assert (span.attributes or {})["copydesk.feed"] == "a"
    assert span.status.description == "empty: nothing in it"


def test_off_a_push_hands_on_the_trace_that_it_was_given() -> None:
    with UNTRACED.sending("push", "wire.inbound", given=GIVEN) as trace:
        assert trace == GIVEN
    with UNTRACED.sending("push", "wire.inbound", given="nonsense") as trace:
        assert trace is None


def test_the_sampler_of_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    tracing, kept = spans()
    traced = tracing.begin([event(())])
    traced.end([()])
    assert kept.get_finished_spans() == ()
    assert (traced.events[0].header("traceparent") or "").endswith("-00")


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
        {"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"},
        {"OTEL_TRACES_EXPORTER": "unheard_of"},
    ],
)
def test_there_is_no_tracing_without_an_exporter(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert configured("copydesk-parse", "1") is UNTRACED


def test_nothing_of_opentelemetrys_sdk_is_imported_while_tracing_is_off() -> None:
    code = """
import sys
import copydesk.parse.stage, copydesk.enrich.stage, copydesk.publish.stage, copydesk.runtime.chassis
from copydesk.runtime.tracing import configured
configured("copydesk-parse", "1")
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
"""
    subprocess.run([sys.executable, "-c", code], check=True)


class _Nowhere(SpanExporter):
    def export(self, spans: object) -> SpanExportResult:
        return SpanExportResult.SUCCESS


def test_a_span_costs_a_few_tens_of_microseconds() -> None:
    tracing = Spans("copydesk-parse", "1", BatchSpanProcessor(_Nowhere()))
    told = (("ce_id", b"e" * 32), ("ce_type", b"copydesk.wire.received.v1"), ("traceparent", GIVEN.encode()))
    batch = [event(told, offset) for offset in range(500)]
    took = []
    for _ in range(5):
        begun = time.thread_time()
        tracing.begin(batch).end([()] * len(batch))
        took.append((time.thread_time() - begun) / len(batch))
    tracing.close()
    assert min(took) < 100e-6, f"{min(took) * 1e6:.0f} µs"
