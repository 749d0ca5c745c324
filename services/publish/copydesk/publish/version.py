"""One version of one story, as publish hands it to its sinks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from copydesk.runtime.archive import Archive
from copydesk.runtime.claim import claimed_value, claims_of
from copydesk.runtime.database import storable_text, story_key
from copydesk.runtime.envelope import derived_id, trace_of
from copydesk.runtime.event import Event
from copydesk.runtime.feeds import Feeds
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import IDENTITY, Article, Provenance
from copydesk.schemas.newest import Candidate, candidate_of
from pydantic import ValidationError

NUL = b"\\u0000"


@dataclass(frozen=True)
class Version:
    """An article of `article.enriched` with the names by which it is kept."""

    event: str
    """Id of the event that brought it: the same for the same document, place in it and stage versions."""
    story: str
    article: Article
    value: bytes
    """The article's JSON, as the topic has it."""
    key: bytes
    """Key of the record."""
    processed: datetime
    """When it was enriched, UTC."""
    traceparent: str | None = None
    granted: bool = True
    """Whether the feed that brought it may replace stories of this provider."""
    claims: tuple[str, ...] = ()
    """SHA-256 of the archived JSON of it, where it was too long for a record."""

    @property
    def provenance(self) -> Provenance:
        """How the article came to be; empty where nobody said."""
        return self.article.provenance or Provenance()

    @cached_property
    def candidate(self) -> Candidate:
        """What decides whether it is the newest."""
        return candidate_of(self.article, self.event, self.processed, granted=self.granted)


def read_version(event: Event, archive: Archive, feeds: Feeds) -> Version:
    """Return the version that an event of `article.enriched` or `article.held` brings. Refusal `bad-article` where it is none."""
    value = claimed_value(event, archive)
    if value is None:
        raise Refusal("bad-article", "the event has no value")
    try:
        article = Article.model_validate_json(value)
    except ValidationError as error:
        raise Refusal("bad-article", str(error)[:1000]) from error
    key = event.key if event.key is not None else article.key.encode()
    named = event.header("ce_id")
    return Version(
        event=storable_text(named)[:200] if named else derived_id("unnamed", key, hashlib.sha256(value).hexdigest()),
        story=story_key(article.key),
        article=article,
        value=value,
        key=key,
        processed=_time(event.header("ce_time")) or event.written,
        traceparent=trace_of(event),
        granted=feeds.grants(article.feed or "", article.provider),
        claims=claims_of(event),
    )


def storable(value: bytes) -> str:
    """Return the article's JSON as PostgreSQL can hold it."""
    if NUL not in value:
        return value.decode()
    return json.dumps(_cleaned(json.loads(value)), ensure_ascii=False)


def emptied(value: bytes) -> str:
    """Return the article's JSON with nothing of what it said."""
    stated = json.loads(value)
    return json.dumps({name: _cleaned(stated[name]) for name in sorted(IDENTITY) if name in stated}, ensure_ascii=False)


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {storable_text(name): _cleaned(item) for name, item in value.items()}
    return value


def _time(stated: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(stated or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
