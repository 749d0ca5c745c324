"""What the faults did: what is lost, what is doubled, and how long nothing new came into the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import psycopg

from tests.chaos.load import Taken
from tests.chaos.topics import Article, Topics, more_than_one


@dataclass
class Happened:
    """One fault that was done."""

    kind: str
    measure: str
    """`kill` or `outage`: which goal its stall is held to."""
    what: str
    begun: float
    """Unix seconds, as are the others."""
    counts_from: float
    """When the process was killed, or what was away was there again."""
    stall: float = 0.0
    """Seconds."""


@dataclass(frozen=True)
class Stored:
    """What the store holds, in ids."""

    articles: frozenset[Article]
    doubled: tuple[str, ...]
    """Articles that stand there under more than one event."""
    moments: Sequence[float] = field(repr=False)
    """When each version was stored, in order, Unix seconds."""


def stored(database: str) -> Stored:
    """Read the store."""
    with psycopg.connect(database) as store:
        rows = store.execute("select document, idx, story, extract(epoch from stored)::float8 from versions").fetchall()
    counted: dict[tuple[str, int, str], int] = {}
    for document, idx, story, _ in rows:
        counted[document, idx, story] = counted.get((document, idx, story), 0) + 1
    return Stored(
        frozenset((document, idx) for document, idx, _ in counted),
        tuple(f"{document}/{idx} {story}" for (document, idx, story), count in counted.items() if count > 1),
        sorted(at for *_, at in rows),
    )


def lost(acknowledged: Iterable[str], found: Topics, store: Stored) -> list[str]:
    """Return the documents that were taken and have no outcome, or one of whose articles has none.

    An outcome is a row of the store, a dead letter, a receipt, or a place among what is held.
    """
    dead = {document for document, _, _ in found.dead}
    accounted = store.articles | found.held
    with_articles = {document for document, _ in found.parsed}
    missing = {document for document, idx in found.parsed if (document, idx) not in accounted} - dead - found.receipted
    nowhere = {d for d in acknowledged if d not in with_articles and d not in dead and d not in found.receipted}
    return sorted(missing | nowhere)


def doubled(found: Topics, store: Stored) -> list[str]:
    """Return articles with two rows, receipts of one version and sink that differ, events whose content changed."""
    return [
        *(f"row: {name}" for name in store.doubled),
        *(f"receipts: {name}" for name in more_than_one(found.receipts)),
        *(f"events: {name}" for name in more_than_one(found.enriched)),
    ]


def stall(moments: Sequence[float], begin: float, end: float) -> float:
    """Return the longest time between `begin` and `end` in which nothing new was stored."""
    inside = [at for at in moments if begin < at < end]
    return max(b - a for a, b in pairwise([begin, *inside, max(begin, end)]))


def measure_stalls(faults: Sequence[Happened], moments: Sequence[float], end: float) -> None:
    """Note each fault's stall: from where it counts to the next fault, or to the end of the load."""
    for fault, following in pairwise([*faults, None]):
        assert fault is not None
        fault.stall = stall(moments, fault.counts_from, following.begun if following else end)


def longest(faults: Iterable[Happened], measure: str) -> float:
    """Return the longest stall of the faults that are held to this goal."""
    return max((fault.stall for fault in faults if fault.measure == measure), default=0.0)


def delays(acknowledged: dict[str, Taken], database: str) -> list[float]:
    """Return the seconds from each document's acknowledgement to its first row, sorted."""
    with psycopg.connect(database) as store:
        rows = store.execute(
            "select document, extract(epoch from min(stored))::float8 from versions group by document"
        ).fetchall()
    return sorted(at - acknowledged[document].at for document, at in rows if document in acknowledged)
