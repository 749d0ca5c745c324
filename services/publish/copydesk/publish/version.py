"""One version of one story, as publish hands it to its sinks."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from copydesk.publish.newest import NEVER, NO_NUMBER, Candidate, Rank, number_of
from copydesk.runtime.envelope import derived_id
from copydesk.runtime.event import Event
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import IDENTITY, Article, Provenance
from pydantic import ValidationError

STORY_BYTES = 512
"""A longer key is kept by its beginning and its hash: an index cannot hold more, nor would anybody type it."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
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

    @property
    def provenance(self) -> Provenance:
        """How the article came to be; empty where nobody said."""
        return self.article.provenance or Provenance()

    @cached_property
    def candidate(self) -> Candidate:
        """What decides whether it is the newest."""
        provenance = self.provenance
        number = number_of(self.article.version)
        rank = Rank(
            versioncreated=self.article.versioncreated or NEVER,
            version=NO_NUMBER if number is None else number,
            received=provenance.received or NEVER,
            sha256=provenance.sha256 or "",
            index=provenance.index or 0,
            processed=self.processed,
            event=self.event,
        )
        return Candidate(rank, self.article.pubstatus)


def read_version(event: Event) -> Version:
    """Return the version that an event of `article.enriched` brings. Refusal `bad-article` where it is none."""
    if event.value is None:
        raise Refusal("bad-article", "the event has no value")
    try:
        article = Article.model_validate_json(event.value)
    except ValidationError as error:
        raise Refusal("bad-article", str(error)[:1000]) from error
    key = event.key if event.key is not None else article.key.encode()
    named = event.header("ce_id")
    return Version(
        event=clean(named)[:200] if named else derived_id("unnamed", key, hashlib.sha256(event.value).hexdigest()),
        story=story_key(article.key),
        article=article,
        value=event.value,
        key=key,
        processed=_time(event.header("ce_time")) or event.written,
        traceparent=event.header("traceparent"),
    )


def story_key(key: str) -> str:
    """Return the story's key as stores keep it: as it is, or shortened with its hash where it is very long."""
    cleaned = clean(key)
    data = cleaned.encode()
    if len(data) <= STORY_BYTES:
        return cleaned
    return data[: STORY_BYTES - 65].decode("utf-8", "ignore") + "#" + hashlib.sha256(key.encode()).hexdigest()


def clean(text: str) -> str:
    """Return the text without what PostgreSQL cannot hold: NUL and lone surrogates become U+FFFD, so that spans still fit."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


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
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(name): _cleaned(item) for name, item in value.items()}
    return value


def _time(stated: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(stated or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
