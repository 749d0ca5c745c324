"""Traces: one for each document that is pushed, a span for each stage, continued over the records' `traceparent` headers.

Off unless the environment names an exporter, by OpenTelemetry's own variables
(https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Only then are its packages imported, which
come with the extra `copydesk-runtime[otlp]`. Off or on, what a stage writes for an event continues its trace
(`copydesk.runtime.envelope.trace_of`): its own, or the one of its place.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import structlog
from copydesk.runtime.envelope import TRACEPARENT
from copydesk.runtime.event import Event, Out
from copydesk.runtime.security import BadSettings

EARLIER = "dead_traceparent"
"""Header of a dead letter, and of its replay: the trace in which the event failed."""
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")

log = structlog.get_logger(__name__)


class Traced(Protocol):
    """Events on their way through one stage."""

    @property
    def events(self) -> Sequence[Event]:
        """The events as the stage is to see them: whatever it writes for one continues the trace that its header names."""

    def waited(self, reason: str) -> None:
        """Note that the events have to wait for something."""

    def end(self, outcomes: Sequence[tuple[Out, ...] | Exception]) -> None:
        """Say what became of each event."""


class Tracing(Protocol):
    """What a process tells of its work."""

    def begin(self, events: Sequence[Event]) -> Traced:
        """Begin with events that were read from a topic."""

    def sending(
        self,
        operation: str,
        topic: str,
        *,
        given: str | None = None,
        earlier: str | None = None,
        about: Mapping[str, str | int] | None = None,
    ) -> AbstractContextManager[str | None]:
        """Tell of sending one record, as long as the block lasts; gives the `traceparent` that the record is to carry.

        `given` is the `traceparent` of who asked for it, `earlier` that of another trace to which this one is linked.
        """

    def close(self) -> None:
        """Send what is still here, within a few seconds."""


@dataclass(frozen=True)
class _Unwatched:
    events: Sequence[Event]

    def waited(self, reason: str) -> None:
        """Nobody listens."""

    def end(self, outcomes: Sequence[tuple[Out, ...] | Exception]) -> None:
        """Nobody listens."""


class _Untraced:
    def begin(self, events: Sequence[Event]) -> Traced:
        return _Unwatched(events)

    def sending(
        self,
        operation: str,  # noqa: ARG002 - the protocol's
        topic: str,  # noqa: ARG002
        *,
        given: str | None = None,
        earlier: str | None = None,  # noqa: ARG002
        about: Mapping[str, str | int] | None = None,  # noqa: ARG002
    ) -> AbstractContextManager[str | None]:
        return nullcontext(given if given and TRACEPARENT.fullmatch(given) else None)

    def close(self) -> None:
        """Nothing is held."""


UNTRACED: Tracing = _Untraced()


def configured(service: str, version: str) -> Tracing:
    """Return the tracing that the environment asks for; without an exporter there, none, and nothing is imported for it."""
    if not _wanted(os.environ):
        return UNTRACED
    try:
        from copydesk.runtime.spans import Spans  # noqa: PLC0415 - OpenTelemetry is not imported where nobody wants it

        return Spans.to_exporters(service, version)
    except ImportError as error:
        log.error("no traces", reason=f"OTEL_* asks for them, which needs copydesk-runtime[otlp]: {error}")  # noqa: TRY400
    except BadSettings as error:
        log.error("no traces", reason=str(error))  # noqa: TRY400
    return UNTRACED


def followed(event: Event, trace: str) -> Event:
    """Return the event with this `traceparent`."""
    stated = ("traceparent", trace.encode())
    if stated in event.headers:
        return event
    return event._replace(headers=(*(pair for pair in event.headers if pair[0] != "traceparent"), stated))


def _wanted(environment: Mapping[str, str]) -> bool:
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    named = environment.get("OTEL_TRACES_EXPORTER")
    return named not in {"", "none"} if named is not None else any(environment.get(name) for name in ENDPOINTS)
