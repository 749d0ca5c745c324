"""Stories for the tests of publish: an invented agency's, a version each a minute apart unless said otherwise."""

from __future__ import annotations

import hashlib
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

from copydesk.publish.version import Version, read_version
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.event import Event
from copydesk.runtime.feeds import Feeds
from copydesk.schemas.article import Article, Provenance

MORNING = datetime(2026, 3, 3, 9, tzinfo=UTC)
_offsets = itertools.count()


def at(minute: float | None) -> datetime | None:
    return None if minute is None else MORNING + timedelta(minutes=minute)


def as_version(event: Event, feeds: Feeds | None = None) -> Version:
    return read_version(event, FolderArchive(Path("no-such-archive")), feeds or Feeds())


def version(  # noqa: PLR0917
    uri: str,
    minute: float | None = 0,
    pubstatus: str = "usable",
    number: str | None = None,
    received: float | None = 0,
    body: str | None = "The pier at Skerry reopened.",
    document: str | None = None,
    headline: str = "Pier reopens",
    index: int = 0,
) -> Event:
    """Return an event of `article.enriched`; the same arguments give the same event id and value."""
    identity = f"{uri}/{minute}/{pubstatus}/{number}/{received}/{body}/{document}/{index}"
    sha256 = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
    article = Article(
        uri=uri,
        version=number,
        format="text",
        pubstatus=pubstatus,  # type: ignore[arg-type]
        versioncreated=at(minute),
        provider="Skerry Press",
        language="en",
        headline=headline,
        body=body,
        feed="skerry",
        provenance=Provenance(
            sha256=sha256, feed="skerry", document=document or sha256[:32], index=index, received=at(received)
        ),
    )
    headers = (("ce_id", sha256[:32].encode()), ("ce_time", MORNING.isoformat().encode()))
    return Event(
        "article.enriched", 0, next(_offsets), article.key.encode(), article.to_json(), headers, 1_770_000_000_000
    )
