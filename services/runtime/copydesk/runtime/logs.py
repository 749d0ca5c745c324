"""Log records as JSON lines on standard output, ours and the libraries' alike, each with the stage's name."""

from __future__ import annotations

import logging
import sys
import time

import structlog
from copydesk.runtime.envelope import trace_of
from copydesk.runtime.event import Event
from copydesk.runtime.refusal import Rejected, Unavailable
from structlog.typing import Processor

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)

CHATTY = (
    "aiokafka",
    "aiohttp.access",
    "asyncio",
    "psycopg.pool",
    "opentelemetry",
    "faust",
    "httpcore2",
    "httpx2",  # its lines have whole URLs, with keys in their queries
    "mode",
    # faust names the loggers of its subclasses after our modules.
    "copydesk.runtime.consumer",
    "copydesk.runtime.worker",
)
"""What logs each of its steps: heard from warnings up. faust leaves aiokafka's debug records on: 8 % of CPU."""

REPEAT_AFTER_S = 10.0


class Seldom(logging.Filter):
    """Lets a library say the same thing once in ten seconds: aiokafka says fifty a second while a broker is away.

    What was left out is counted in the next one's `left_out`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Pass our own records, and those of others that were not said a moment ago."""
        if not record.name.startswith(CHATTY):
            return True
        what = record.name, str(record.msg)
        last, left_out = self._said.get(what, (-REPEAT_AFTER_S, 0))
        now = time.monotonic()
        if now - last < REPEAT_AFTER_S:
            self._said[what] = last, left_out + 1
            return False
        self._said[what] = now, 0
        if left_out:
            record.left_out = left_out
        return True


def configure(stage: str, level: str) -> None:
    """Send every log record of this process to standard output as one JSON object a line."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(Seldom())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=(structlog.stdlib.ExtraAdder(["left_out"]), *_SHARED),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda _, __, record: {"stage": stage, **record},
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def waiting(log: structlog.stdlib.BoundLogger, why: Unavailable, seconds: float) -> None:
    """Say that something is waited for: an error where somebody has to set something right, else a warning."""
    if isinstance(why, Rejected):
        log.error("rejected", reason=str(why), seconds=round(seconds, 1))
    else:
        log.warning("waiting", reason=str(why), seconds=round(seconds, 1))


def about(event: Event) -> dict[str, str | int]:
    """Return the fields by which an event is found again: ids, story, trace, and its place in the topic."""
    named = {
        "event_id": event.header("ce_id"),
        "document": event.header("ce_document"),
        "story": event.key.decode("utf-8", "replace") if event.key and event.topic.startswith("article.") else None,
        "trace_id": trace_of(event).split("-")[1],
    }
    found: dict[str, str | int] = {name: value for name, value in named.items() if value}
    return {**found, "topic": event.topic, "partition": event.partition, "offset": event.offset}
