"""What goes to `wire.dead`: the failed event as it was, and beside its own headers why and where it failed.

The event's own headers stay as they are, so that it can be replayed; ours begin with `dead_`, and a replay takes them off but
for `dead_id` and `dead_attempts` (a letter that fails again keeps its id and counts its attempts) and `dead_traceparent` (to
which the replay's own trace is linked).
"""

from __future__ import annotations

from datetime import UTC, datetime

from copydesk.runtime.envelope import derived_id
from copydesk.runtime.event import Event, Headers, Out
from copydesk.runtime.producer import RECORD_LIMIT, size
from copydesk.runtime.refusal import Refusal

TOPIC = "wire.dead"
PREFIX = "dead_"
MESSAGE_CHARACTERS = 2000


def kind(error: Exception) -> str:
    """Return the reason's name: a refusal's kind, else the exception's class."""
    return error.kind if isinstance(error, Refusal) else type(error).__name__


def dead_letter(event: Event, stage: str, error: Exception, trace: str | None = None) -> Out:
    """Return the record for `wire.dead`: same key, same bytes. `trace` is the `traceparent` under which it failed.

    Where bytes and headers do not fit into a record, the letter holds a pointer (`dead_dataref`) to the source record instead
    of the bytes; where the headers alone do not fit, it leaves the event's own headers there too.
    """
    own = tuple(pair for pair in event.headers if not pair[0].startswith(PREFIX))
    why = _why(event, stage, error, trace)
    pointer = (*why, ("dead_dataref", f"{event.topic}/{event.partition}/{event.offset}".encode()))
    letters = (
        Out(TOPIC, event.key, event.value, (*own, *why)),
        Out(TOPIC, event.key, None, (*own, *pointer)),
        Out(TOPIC, event.key, None, pointer),
        Out(TOPIC, None, None, pointer),
    )
    return next(letter for letter in letters if size(letter) <= RECORD_LIMIT)


def _why(event: Event, stage: str, error: Exception, trace: str | None) -> Headers:
    stated = {
        "dead_id": event.header("dead_id") or _letter_id(event, stage),
        "dead_stage": stage,
        "dead_error": kind(error),
        "dead_message": str(error)[:MESSAGE_CHARACTERS],
        "dead_topic": event.topic,
        "dead_partition": event.partition,
        "dead_offset": event.offset,
        "dead_attempts": attempts(event, otherwise=0) + 1,
        "dead_time": datetime.now(UTC).isoformat(),
        "dead_traceparent": trace,
    }
    return tuple((name, str(value).encode("utf-8", "replace")) for name, value in stated.items() if value is not None)


def _letter_id(event: Event, stage: str) -> str:
    """By the event's id, which is the same when a stage before us repeats itself; a bare record has only its place."""
    named = event.header("ce_id")
    return derived_id("dead", stage, named) if named else derived_id("dead", stage, *_place(event))


def _place(event: Event) -> tuple[str, int, int]:
    return event.topic, event.partition, event.offset


def attempts(event: Event, otherwise: int) -> int:
    """Return how often the event failed, as its headers have it; `otherwise` where they do not say."""
    given = event.header("dead_attempts") or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else otherwise
