"""Spans by OpenTelemetry, for `copydesk.runtime.tracing`.

Names and attributes follow its conventions for messaging and for Kafka
(https://opentelemetry.io/docs/specs/semconv/messaging/kafka/), as of 1.45: `parse wire.received` is the span of one event in
parse, a child of the span that wrote the event, be it on another machine or an hour ago.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any
from uuid import uuid4

from copydesk.runtime.deadletter import kind
from copydesk.runtime.envelope import TRACEPARENT, trace_of
from copydesk.runtime.event import Event, Out
from copydesk.runtime.security import BadSettings
from copydesk.runtime.tracing import EARLIER, followed
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

CLOSE_S = 5.0
MESSAGE_CHARACTERS = 500
NOWHERE = Context()

Attributes = Mapping[str, str | int | bool]


class _Ids(RandomIdGenerator):
    """Random ids, but for the trace of a record that came without one: read again after a crash, it is the same trace."""

    trace: int | None = None

    def generate_trace_id(self) -> int:
        taken, self.trace = self.trace, None
        return taken if taken is not None else super().generate_trace_id()


@dataclass(frozen=True)
class _Spanned:
    """Events with the spans that are open for them."""

    events: Sequence[Event]
    spans: Sequence[Span]

    def waited(self, reason: str) -> None:
        """Note on every span what it waits for."""
        for span in self.spans:
            span.add_event("waiting", {"reason": reason[:MESSAGE_CHARACTERS]})

    def end(self, outcomes: Sequence[tuple[Out, ...] | Exception]) -> None:
        """End each span; that of a dead letter as an error, with its reason."""
        for span, outcome in zip(self.spans, outcomes, strict=True):
            if isinstance(outcome, Exception):
                _failed(span, outcome)
            span.end()


class Spans:
    """The spans of one service (`copydesk.runtime.tracing.Tracing`)."""

    def __init__(self, service: str, version: str, *processors: Any) -> None:  # noqa: ANN401 - the SDK's own
        self._ids = _Ids()
        self._provider = TracerProvider(
            resource=_resource(service, version), id_generator=self._ids, shutdown_on_exit=False
        )
        for processor in processors:
            self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("copydesk", version)
        self._service = service
        self._operation = service.removeprefix("copydesk-")
        self._fixed: dict[str, Attributes] = {}

    @classmethod
    def to_exporters(cls, service: str, version: str) -> Spans:
        """Return spans that go to the exporters that the environment names. `BadSettings` where one is not installed."""
        return cls(service, version, *(BatchSpanProcessor(exporter) for exporter in _exporters()))

    def begin(self, events: Sequence[Event]) -> _Spanned:
        """Open a span for each event."""
        spans = [self._span(event) for event in events]
        return _Spanned([followed(event, _written(span)) for event, span in zip(events, spans, strict=True)], spans)

    def _span(self, event: Event) -> Span:
        given = event.header("traceparent")
        if given and TRACEPARENT.fullmatch(given):
            parent = _parent(given)
        else:
            parent, self._ids.trace = NOWHERE, int(trace_of(event)[3:35], 16)
        return self._tracer.start_span(
            f"{self._operation} {event.topic}",
            parent,
            SpanKind.CONSUMER,
            self._about(event),
            _links(event.header(EARLIER)),
            record_exception=False,
        )

    def _about(self, event: Event) -> dict[str, str | int | bool]:
        stated = {name: value for name, value in event.headers if name in _TOLD}
        found: dict[str, str | int | bool] = {
            **self._of_topic(event.topic),
            "messaging.destination.partition.id": str(event.partition),
            "messaging.kafka.offset": event.offset,
            **{_TOLD[name]: value.decode("utf-8", "replace") for name, value in stated.items()},
        }
        if event.key is not None:
            found["messaging.kafka.message.key"] = event.key.decode("utf-8", "replace")
        if event.value is None:
            found["messaging.kafka.message.tombstone"] = True
        return found

    def _of_topic(self, topic: str) -> Attributes:
        if topic not in self._fixed:
            self._fixed[topic] = {
                "messaging.system": "kafka",
                "messaging.operation.name": self._operation,
                "messaging.operation.type": "process",
                "messaging.destination.name": topic,
                "messaging.consumer.group.name": self._service,
            }
        return self._fixed[topic]

    @contextmanager
    def sending(
        self,
        operation: str,
        topic: str,
        *,
        given: str | None = None,
        earlier: str | None = None,
        about: Mapping[str, str | int] | None = None,
    ) -> Iterator[str]:
        """Open a span for one record that is sent: see `Tracing.sending`."""
        attributes: dict[str, str | int] = {
            "messaging.system": "kafka",
            "messaging.operation.name": operation,
            "messaging.operation.type": "send",
            "messaging.destination.name": topic,
            **(about or {}),
        }
        parent = _parent(given) if given and TRACEPARENT.fullmatch(given) else NOWHERE
        span = self._tracer.start_span(
            f"{operation} {topic}", parent, SpanKind.PRODUCER, attributes, _links(earlier), record_exception=False
        )
        try:
            yield _written(span)
        except Exception as error:
            _failed(span, error)
            raise
        finally:
            span.end()

    def close(self) -> None:
        """Send what is still here; a collector that does not answer is not waited for."""
        # The SDK would wait for as long as the exporter tries, and a thread that is no daemon would outlive our patience.
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSE_S)


_TOLD = {
    "ce_id": "messaging.message.id",
    "ce_type": "cloudevents.event_type",
    "ce_document": "copydesk.document",
    "ce_feed": "copydesk.feed",
}
"""Headers that a span tells of, and as what."""


def _failed(span: Span, error: Exception) -> None:
    why = kind(error)
    span.set_attribute("error.type", why)
    span.set_status(Status(StatusCode.ERROR, f"{why}: {error}"[:MESSAGE_CHARACTERS]))


def _context(trace: str) -> SpanContext:
    _, trace_id, span_id, flags = trace.split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))


def _parent(trace: str) -> Context:
    return set_span_in_context(NonRecordingSpan(_context(trace)), NOWHERE)


def _links(earlier: str | None) -> list[Link]:
    return [Link(_context(earlier))] if earlier and TRACEPARENT.fullmatch(earlier) else []


def _written(span: Span) -> str:
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & 1:02x}"


def _resource(service: str, version: str) -> Resource:
    named = {"service.namespace": "copydesk", "service.version": version, "service.instance.id": str(uuid4())}
    stated = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return Resource.create(named if stated else {"service.name": service, **named})


def _exporters() -> list[Any]:
    """Return the exporters of `OTEL_TRACES_EXPORTER`, found as the SDK's own start-up finds them; OTLP by default."""
    names = [name.strip() for name in os.environ.get("OTEL_TRACES_EXPORTER", "otlp").split(",")]
    return [_exporter(name) for name in names if name not in {"", "none"}]


def _exporter(name: str) -> Any:  # noqa: ANN401
    if name == "otlp":
        spoken = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
        name = "otlp_proto_grpc" if spoken == "grpc" else "otlp_proto_http"
    found = entry_points(group="opentelemetry_traces_exporter", name=name)
    if not found:
        raise BadSettings(f"OTEL_TRACES_EXPORTER: no exporter {name} is installed")
    return next(iter(found)).load()()
