"""A sink: one place where versions go. A new one is one file in `sinks/` that declares `SINK`.

What every sink promises, and `tests/publish/test_sinks.py` holds it to:

- writing a batch again changes nothing and gives the same receipts;
- whatever the order in which versions come, it ends with the newest (`copydesk.schemas.newest`), or with every version;
- once it has written a kill it holds no body of what the kill beats, nor takes one up later.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from copydesk.publish import sinks as folder
from copydesk.publish.version import Version
from copydesk.runtime.archive import Archive
from copydesk.runtime.database import Pool
from copydesk.runtime.feeds import Feeds
from copydesk.runtime.plugins import scan
from copydesk.runtime.refusal import Refusal
from copydesk.runtime.stage import Port
from copydesk.schemas.receipt import Outcome, Receipt

Written = Receipt | Refusal
"""What became of a version in a sink: the receipt, or why it can never hold it."""

Write = Callable[[Sequence[Version]], Awaitable[Sequence[Written]]]
"""One answer for each version, in order. Raises `Unavailable` where the whole batch must be tried again."""


@dataclass(frozen=True)
class Means:
    """What sinks are opened with."""

    port: Port
    database: Pool
    archive: Archive
    feeds: Feeds


@dataclass(frozen=True)
class Sink:
    """One place where versions go. A killed story is emptied by writing the kill, which comes like any other version."""

    name: str
    keeps: Literal["every version", "newest version"]
    open: Callable[[Means], AbstractAsyncContextManager[Write]]
    after: tuple[str, ...] = ()
    """Sinks that must have the batch before this one sees it."""


@cache
def sinks() -> tuple[Sink, ...]:
    """Return every sink of this installation, each after those that it names. ValueError where they wait in a circle."""
    left = scan(folder, "SINK", Sink, "copydesk.sinks")
    ordered: list[Sink] = []
    while left:
        ready = [s for s in left if {*s.after} <= {o.name for o in ordered}]
        if not ready:
            raise ValueError(f"copydesk.sinks: {', '.join(s.name for s in left)} wait for each other, or for none")
        ordered += ready
        left = [s for s in left if s not in ready]
    return tuple(ordered)


def receipt(sink: str, version: Version, outcome: Outcome, at: datetime) -> Receipt:
    """Return the sink's receipt for the version: the same whenever it is written again, if `at` is."""
    return Receipt(
        uri=version.article.uri,
        provider=version.article.provider,
        version=version.article.version,
        event=version.event,
        document=version.provenance.document,
        index=version.provenance.index,
        sink=sink,
        outcome=outcome,
        at=at,
    )
