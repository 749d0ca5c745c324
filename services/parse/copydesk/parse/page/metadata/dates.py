"""When a page says that its story was published and last changed: markings first, then the stamp that the page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from copydesk.parse.page.metadata.jsonld import Node
from copydesk.parse.page.metadata.tags import Tags
from copydesk.parse.page.stamps import Stamp, stamps
from copydesk.parse.zones import Order, read_date, read_time

PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished", "date.published",
    "publish-date", "publish_date", "publishdate", "published_time", "published_date", "publication_date", "publication-date",
    "pubdate", "dcterms.created", "dcterms.issued", "dcterms.date", "dc.date.issued", "dc.date.created", "dc.date.published", "dc.date",
    "dc.created", "parsely-pub-date", "sailthru.date", "bt:pubdate", "rnews:datepublished", "cxenseparse:recs:publishtime",
    "cxense-publishtime", "article.published", "article_date_original", "article.created", "originalpublicationdate", "citation_publication_date",
    "citation_date", "citation_online_date", "lastpublished", "date", "datecreated", "created", "creation_date", "article:created_time",
    "og:pubdate", "pdate", "ptime", "regdate", "dable:published_time", "article:publicationdate",
)  # fmt: skip
"""Names of `meta` that state when the story was published, the surest first."""
MODIFIED = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "date.modified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "modified", "revised", "updated_time", "article:updated", "article.updated", "publish-date-modified",
)  # fmt: skip
_LINK_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=\D|$)|[-_/.]((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?=\D|$)"
)
_FAULTY_T = re.compile(r"(\d{4}-\d\d-\d\d)(\d\d:\d\d)")
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True)
class Dated:
    """An instant in UTC, what states it, and the zone that was assumed where it stated none."""

    moment: datetime
    source: str
    assumed: str | None = None


def published(  # noqa: PLR0917 - what a page says of its dates stands in as many places
    story: Node,
    others: Sequence[Node],
    tags: Tags,
    shown: Sequence[tuple[str, Stamp]],
    marked: Sequence[tuple[str, str]],
    link: str | None,
    zone: str | None,
) -> Dated | None:
    """Return when the story was first published; `shown` are the page's stamps, `marked` its `time` elements and microdata.

    Without any of them the day in the page's address.
    """
    for said, source in _published(story, others, tags, marked):
        if found := read(said, source, zone):
            return found
    for where, stamp in shown:
        if not stamp.updated and stamp.day >= EARLIEST:
            return Dated(stamp.moment(zone), where, zone or "UTC" if stamp.clock and not stamp.clock.tzinfo else None)
    if found := _in_link(link):
        return found
    for where, stamp in shown:
        if stamp.day >= EARLIEST:
            return Dated(stamp.moment(zone), where, zone or "UTC" if stamp.clock and not stamp.clock.tzinfo else None)
    return None


def modified(story: Node, tags: Tags, shown: Sequence[tuple[str, Stamp]], zone: str | None) -> Dated | None:
    """Return when the story was last changed, where the page says so."""
    sources = [
        (story.get("dateModified"), "json-ld dateModified"),
        *((v, f"meta {n}") for n in MODIFIED for v in tags.every(n)),
    ]
    for said, source in sources:
        if found := read(said, source, zone):
            return found
    for where, stamp in shown:
        if stamp.updated:
            return Dated(stamp.moment(zone), where, zone or "UTC" if stamp.clock and not stamp.clock.tzinfo else None)
    return None


def read(said: object, source: str, zone: str | None = None, order: Order = "dmy") -> Dated | None:
    """Return the instant that a marking states, None where it states none or one that no page can have."""
    if isinstance(said, list):
        said = said[0] if said else None
    if not isinstance(said, str | int | float):
        return None
    if isinstance(said, str):
        said = _FAULTY_T.sub(r"\1T\2", said.strip())
    found = read_time(said, zone, order)
    if found and found.moment.date() >= EARLIEST:
        return Dated(found.moment, source, found.assumed)
    local = read_time(said, "UTC", order) if found is None else None
    if local and local.moment.date() >= EARLIEST:
        return Dated(local.moment, source, "UTC" if local.assumed else None)
    day = read_date(said, order) if isinstance(said, str) else None
    if day is None and isinstance(said, str):
        stamp = next(stamps(said), None)
        if stamp is not None:
            return Dated(stamp.moment(zone), source, zone or "UTC" if stamp.clock and not stamp.clock.tzinfo else None)
    return Dated(datetime.combine(day, time(), UTC), source) if day and day >= EARLIEST else None


def _published(
    story: Node, others: Sequence[Node], tags: Tags, marked: Sequence[tuple[str, str]]
) -> Iterator[tuple[object, str]]:
    yield story.get("datePublished"), "json-ld datePublished"
    for name in PUBLISHED[:6]:
        for value in tags.every(name):
            yield value, f"meta {name}"
    for node in others:
        yield node.get("datePublished"), "json-ld datePublished"
    for name in PUBLISHED[6:]:
        for value in tags.every(name):
            yield value, f"meta {name}"
    yield story.get("dateCreated"), "json-ld dateCreated"
    yield story.get("uploadDate"), "json-ld uploadDate"
    for value, where in marked:
        yield value, where


def _in_link(link: str | None) -> Dated | None:
    found = _LINK_DAY.search(link or "")
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return Dated(datetime(year, month, day, tzinfo=UTC), "link")
    except ValueError:
        return None
