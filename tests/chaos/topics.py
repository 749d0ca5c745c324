"""What the topics of a run hold, as far as the balance needs it: ids and digests, no articles."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from copydesk.desk.letters import Letter, letters
from copydesk.desk.topics import reading, to_end
from copydesk.ingest.document import document_id
from copydesk.runtime.event import Event
from copydesk.schemas.clock import timeless

PARSED, ENRICHED, HELD, CURRENT, PUBLISHED = (
    f"article.{name}" for name in ("parsed", "enriched", "held", "current", "published")
)
Article = tuple[str, int]
"""Document id and place in it."""


@dataclass
class Topics:
    """What was found."""

    parsed: set[Article] = field(default_factory=set)
    """Every article that parse made."""
    enriched: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Digests of the contents that each event of `article.enriched` had, by its id; more than one is one too many."""
    enriched_records: int = 0
    held: set[Article] = field(default_factory=set)
    """What `article.held` ever had."""
    receipts: dict[tuple[str, str], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    """The receipts of each event and sink; more than one is one too many."""
    receipt_records: int = 0
    receipted: set[str] = field(default_factory=set)
    """Documents of which a receipt tells."""
    dropped: set[str] = field(default_factory=set)
    """Events that were held until something newer came: whether they were held at all, the clock decided."""
    current: dict[str, str] = field(default_factory=dict)
    """Digest of what `article.current` holds of each story; a tombstone has none."""
    dead: set[tuple[str, str, str]] = field(default_factory=set)
    """Document, stage and kind of every dead letter."""


async def look(kafka: str) -> Topics:
    """Read the topics to their ends."""
    found = Topics()
    takes = {PARSED: _parsed, ENRICHED: _enriched, HELD: _held, PUBLISHED: _published, CURRENT: _current}
    for topic, take in takes.items():
        async with reading(kafka, topic) as consumer:
            async for event in to_end(consumer):
                take(found, event)
    for letter in await letters(kafka, replayed=True):
        found.dead.add((_document(letter), letter.stage, letter.kind))
    return found


def _parsed(found: Topics, event: Event) -> None:
    found.parsed.add(_article(event))


def _enriched(found: Topics, event: Event) -> None:
    found.enriched_records += 1
    found.enriched[event.header("ce_id") or ""].add(_digest(event))


def _held(found: Topics, event: Event) -> None:
    if event.value is not None:
        found.held.add(_article(event))


def _published(found: Topics, event: Event) -> None:
    assert event.value is not None
    said = json.loads(event.value)
    found.receipt_records += 1
    found.receipts[said["event"], said["sink"]].add(event.value)
    if said.get("document"):
        found.receipted.add(said["document"])
    if said["sink"] == "held":
        found.dropped.add(said["event"])


def _current(found: Topics, event: Event) -> None:
    story = (event.key or b"").decode()
    if event.value is None:
        found.current.pop(story, None)
    else:
        found.current[story] = _digest(event)


def _article(event: Event) -> Article:
    return event.header("ce_document") or "", int(event.header("ce_index") or 0)


def _digest(event: Event) -> str:
    return digest(timeless(json.loads(event.value or b"{}")))


def _document(letter: Letter) -> str:
    """The document that the failed event was of, whichever stage failed."""
    return document_id(letter.feed or "default", letter.sha256) if letter.topic == "wire.inbound" else letter.document


def digest(content: object) -> str:
    """Return what equal JSON has in common, and different JSON has not."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def more_than_one(found: dict[str, set[str]] | dict[tuple[str, str], set[bytes]]) -> Iterable[object]:
    """Return what has several contents where it should have one."""
    return [name for name, contents in found.items() if len(contents) > 1]
