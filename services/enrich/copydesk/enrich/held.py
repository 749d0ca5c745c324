"""Which articles wait on `article.held`, and which of them is due: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from copydesk.runtime.envelope import derived_id, headers
from copydesk.runtime.event import Event, Out
from copydesk.schemas.article import Article
from copydesk.schemas.newest import Rank, candidate_of

TOPIC = "article.held"
ENDS = "ce_ends"
"""Header of a tombstone: the id of the event whose waiting it ends."""


@dataclass(frozen=True)
class Held:
    """An article that waits."""

    event: Event
    """Its record on `article.held`."""
    story: str
    """`provider|uri`."""
    rank: Rank
    until: datetime | None
    """End of the embargo, UTC; None while it is withheld: only a newer version ends that."""

    @property
    def id(self) -> str:
        """Id of the event, which it keeps when it is let go."""
        return self.rank.event

    @property
    def article(self) -> Article:
        """The article, without its long fields where it was too long for a record."""
        return Article.model_validate_json(self.event.value or b"")


def read_held(event: Event) -> Held:
    """Return what a record of `article.held` says. ValueError where it is no article."""
    article = Article.model_validate_json(event.value or b"")
    stated = event.header("ce_time")
    processed = datetime.fromisoformat(stated).astimezone(UTC) if stated else event.written
    candidate = candidate_of(article, event.header("ce_id") or "", processed)
    until = None if article.pubstatus == "withheld" else article.embargoed or processed
    return Held(event, article.key, candidate.rank, until)


@dataclass
class Waiting:
    """All that waits in the partitions at hand: of each story the newest version."""

    by_key: dict[bytes | None, Held] = field(default_factory=dict)
    beaten: list[Held] = field(default_factory=list)
    """Those whose place another version took while they waited, until somebody accounts for them."""

    def note(self, event: Event) -> Out | None:
        """Take a record of the topic into account; return the record to write again, where one that counts less came behind it.

        Compaction keeps the last record of a key, so that what waits must be the last.
        """
        there = self.by_key.get(event.key)
        if event.value is None:
            if there is not None and event.header(ENDS) not in {None, there.id}:
                return _again(there)
            self.by_key.pop(event.key, None)
            return None
        came = read_held(event)
        if there is not None and there.rank > came.rank:
            self.beaten.append(came)
            return _again(there)
        if there is not None and there.id != came.id:
            self.beaten.append(there)
        self.by_key[event.key] = came
        return None

    def due(self, now: datetime) -> list[Held]:
        """Return those whose embargo has ended, the earliest first."""
        ended = [(each.until, each.id, each) for each in self.by_key.values() if each.until and each.until <= now]
        return [each for *_, each in sorted(ended, key=lambda one: one[:2])]

    def seconds_left(self, now: datetime, most: float) -> float:
        """Return how long it is until an embargo ends: from 0 to `most`."""
        ends = [(each.until - now).total_seconds() for each in self.by_key.values() if each.until]
        return max(0.0, min([most, *ends]))

    def drop(self, gone: Sequence[Held]) -> None:
        """Forget those that wait no more."""
        for each in gone:
            if self.by_key.get(each.event.key) is each:
                del self.by_key[each.event.key]

    def forget(self) -> None:
        """Forget all: the share of the topic is another now."""
        self.by_key.clear()
        self.beaten.clear()


def _again(each: Held) -> Out:
    return Out(TOPIC, each.event.key, each.event.value, each.event.headers)


def released(each: Held, topic: str) -> Out:
    """Return the record by which it is let go: of the same id and content, on another topic."""
    told = dict(each.event.headers) | {"ce_type": f"copydesk.{topic}.v1".encode()}
    told.pop("ce_until", None)
    return Out(topic, each.event.key, each.event.value, tuple(told.items()))


def tombstone(each: Held) -> Out:
    """Return the record that ends its waiting, and no other's."""
    told = headers(
        id=derived_id("ended", each.id),
        type=f"copydesk.{TOPIC}.v1",
        source="copydesk/enrich",
        traceparent=each.event.header("traceparent"),
        ends=each.id,
    )
    return Out(TOPIC, each.event.key, None, told)
