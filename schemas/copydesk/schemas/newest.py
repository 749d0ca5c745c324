"""Which version of a story stands: pure, the same whatever the order in which versions arrive.

The contract, "Newest": `versioncreated` decides, then `version` as a number where it is one, then time of receipt, then
SHA-256; a kill beats every version that is not newer by `versioncreated`; `withheld` takes the story back as a kill does,
until a usable version comes. A feed may replace and kill only stories of the providers that are granted to it: what another
brings stands only while the story has nothing else.

A story's state is a join-semilattice: the highest rank of any version that is no kill, and the latest kill. Both are maxima,
so that any order, grouping and repetition of versions ends in the same state. The highest version alone need be kept: where a
kill beats it, it beats all that rank below, since `versioncreated` comes first in the rank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from typing import Literal

from copydesk.schemas.article import Article, Provenance

NEVER = datetime.min.replace(tzinfo=UTC)
NO_NUMBER = Decimal("-Infinity")
_NUMBER = re.compile(r"\d{1,40}(?:\.\d{1,20})?")

PubStatus = Literal["usable", "withheld", "canceled"]
Standing = Literal["newest", "superseded", "withheld", "kill", "killed"]


def number_of(version: str | None) -> Decimal | None:
    """Return the provider's version as a number, None where it is none."""
    stripped = (version or "").strip()
    return Decimal(stripped) if stripped.isascii() and _NUMBER.fullmatch(stripped) else None


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """The order among versions; what is absent ranks lowest."""

    granted: bool = True
    """Whether the feed that brought it may replace stories of this provider."""
    versioncreated: datetime = NEVER
    version: Decimal = NO_NUMBER
    received: datetime = NEVER
    sha256: str = ""
    index: int = 0
    """Which article of its document: two versions of a story in one file stand in the file's order."""
    processed: datetime = NEVER
    """When it was enriched: the same article enriched again, by a newer enricher, replaces the former."""
    event: str = ""
    """Breaks the last tie, so that the order is total."""

    @property
    def came(self) -> datetime:
        """When its document was received: the same of every copy of an event. When it was enriched, where nobody said."""
        return self.received if self.received != NEVER else self.processed


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides about a version."""

    rank: Rank
    pubstatus: PubStatus

    @property
    def is_kill(self) -> bool:
        """Whether it takes back the versions before it for good."""
        return self.pubstatus == "canceled"

    @property
    def kill(self) -> Kill:
        """The kill that this is.

        A kill whose file states no time counts as of its receipt: it was written before that, so that whatever was created
        after that is newer than it.
        """
        time = self.rank.versioncreated
        if time == NEVER:
            time = self.rank.came
        return Kill(time, self.rank.event)


@dataclass(frozen=True, slots=True, order=True)
class Kill:
    """A kill beats every version created at its time or before, or at a time that nobody stated."""

    time: datetime
    event: str

    def beats(self, rank: Rank) -> bool:
        """Whether a version of this rank is taken back by the kill."""
        return not rank.granted or rank.versioncreated <= self.time


def candidate_of(article: Article, event: str, processed: datetime, *, granted: bool = True) -> Candidate:
    """Return what decides about an article: `event` is the id of its event, `processed` when it was enriched, UTC."""
    provenance = article.provenance or Provenance()
    number = number_of(article.version)
    rank = Rank(
        granted=granted,
        versioncreated=article.versioncreated or NEVER,
        version=NO_NUMBER if number is None else number,
        received=provenance.received or NEVER,
        sha256=provenance.sha256 or "",
        index=provenance.index or 0,
        processed=processed,
        event=event,
    )
    return Candidate(rank, article.pubstatus)


@dataclass(frozen=True, slots=True)
class State:
    """Where a story stands."""

    head: Candidate | None = None
    """The highest version that is no kill, killed or not."""
    kill: Kill | None = None
    """The latest kill."""

    @property
    def newest(self) -> str | None:
        """Event id of the version that stands; None while the story is withheld, killed or unheard of."""
        if self.head is None or self.killed or self.head.pubstatus != "usable":
            return None
        return self.head.rank.event

    @property
    def killed(self) -> bool:
        """Whether a kill stands, with nothing newer."""
        return self.kill is not None and (self.head is None or self.kill.beats(self.head.rank))

    def merge(self, other: State) -> State:
        """Return the state that knows both: commutative, associative, idempotent."""
        heads = [s.head for s in (self, other) if s.head is not None]
        kills = [s.kill for s in (self, other) if s.kill is not None]
        return State(max(heads, key=lambda c: c.rank, default=None), max(kills, default=None))

    def with_candidate(self, candidate: Candidate) -> State:
        """Return the state once this version is known too."""
        return self.merge(State(kill=candidate.kill) if candidate.is_kill else State(head=candidate))

    def standing(self, candidate: Candidate) -> Standing:
        """Return what a version is, once this state knows of it."""
        if candidate.is_kill:
            return "kill"
        if self.kill is not None and self.kill.beats(candidate.rank):
            return "killed"
        if self.head is not None and self.head.rank > candidate.rank:
            return "superseded"
        return "newest" if candidate.pubstatus == "usable" else "withheld"


def state_of(candidates: list[Candidate]) -> State:
    """Return the state of a story with these versions, in whatever order."""
    return reduce(State.with_candidate, candidates, State())
