"""When a page says that its story was published and last changed: markings first, then the stamp that the page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from copydesk.parse.page.metadata.jsonld import Node
from copydesk.parse.page.metadata.tags import Tags
from copydesk.parse.page.stamps import Stamp, stamps
from copydesk.parse.zones import Order, read_date, read_time

PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "date_published", "publish_date",
    "published_date", "published_time", "publication_date", "pub_date", "dcterms.created", "dcterms.issued", "dcterms.date",
    "dc.date.issued", "dc.date.created", "dc.date.published", "dc.date", "dc.created", "parsely_pub_date", "sailthru.date", "bt:pubdate",
    "rnews:datepublished", "cxenseparse:recs:publishtime", "cxense_publishtime", "article_date_original", "article.created",
    "original_publication_date", "citation_publication_date", "citation_date", "citation_online_date", "last_published", "date",
    "date_created", "created", "creation_date", "article:created_time", "og:pubdate", "pdate", "ptime", "regdate",
    "dable:published_time", "article:publication_date", "release_date", "post_date", "article:post_date",
)  # fmt: skip
"""Names of `meta` that state when the story was published, the surest first; the marks between words do not count."""
MODIFIED = (
    "article:modified_time", "og:updated_time", "og:modified_time", "date_modified", "dcterms.modified", "dc.date.modified",
    "last_modified", "lastmod", "modified", "modified_date", "modified_time", "revised", "updated_time", "updated_date", "updated",
    "article:updated", "publish_date_modified", "last_updated",
)  # fmt: skip
_LINK_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=\D|$)|[-_/.]((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?=\D|$)"
)
_FAULTY_T = re.compile(r"(\d{4}-\d\d-\d\d)(\d\d:\d\d)")
_MARKS = re.compile(r"[-_. ]")
EARLIEST = date(1990, 1, 1)
DAY = timedelta(days=1)
SUREST = 6
"""How many of the names, from the first, are surer than another object's date in the page's JSON-LD."""


@dataclass(frozen=True)
class Dated:
    """An instant in UTC, what states it, and the zone that was assumed where it stated none."""

    moment: datetime
    source: str
    assumed: str | None = None


@dataclass(frozen=True)
class Stated:
    """All that a page says of its dates.

    `marked` are its `time` elements and microdata, `shown` the stamps that it shows, likeliest first, `headed` those of
    them that stand between headline and story; `zone` is the IANA name of the page's zone.
    """

    story: Node
    others: Sequence[Node]
    tags: Tags
    marked: Sequence[tuple[str, str]] = ()
    shown: Sequence[tuple[str, Stamp]] = ()
    headed: Sequence[tuple[str, Stamp]] = ()
    link: str | None = None
    zone: str | None = None


def published(stated: Stated) -> Dated | None:
    """Return when the story was first published: as marked, else as shown, else the day in the page's address.

    A day that stands below the headline and before the marked one is the story's own: such markings tell when a system
    took the story over or was last asked to publish it.
    """
    first = next((found for said in _published(stated) if (found := read(*said, stated.zone))), None)
    headed = [_dated(where, stamp, stated.zone) for where, stamp in stated.headed if _is_first(stamp)]
    if first and headed:
        earliest = min(headed, key=lambda dated: dated.moment)
        return earliest if _before(earliest, first) else first
    shown = [_dated(where, stamp, stated.zone) for where, stamp in stated.shown if stamp.day >= EARLIEST]
    fresh = [_dated(where, stamp, stated.zone) for where, stamp in stated.shown if _is_first(stamp)]
    return first or next(iter(fresh), None) or _in_link(stated.link) or next(iter(shown), None)


def modified(stated: Stated) -> Dated | None:
    """Return when the story was last changed, where the page says so: the later of what it marks and what it shows."""
    marked = _metas(stated.tags, MODIFIED)
    sources = [(stated.story.get("dateModified"), "json-ld dateModified"), *marked]
    first = next((found for said in sources if (found := read(*said, stated.zone))), None)
    shown = next(
        (_dated(where, stamp, stated.zone) for where, stamp in stated.shown if stamp.updated and stamp.day >= EARLIEST),
        None,
    )
    if first and shown and shown.moment - first.moment > DAY:
        return shown
    return first or shown


def _is_first(stamp: Stamp) -> bool:
    return not stamp.updated and stamp.day >= EARLIEST


def _dated(where: str, stamp: Stamp, zone: str | None) -> Dated:
    return Dated(stamp.moment(zone), where, zone or "UTC" if stamp.clock and not stamp.clock.tzinfo else None)


def _before(shown: Dated, marked: Dated) -> bool:
    """Whether the day that is shown is before the marked one by more than zones make out, and not its turned reading."""
    one, other = shown.moment.date(), marked.moment.date()
    turned = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return marked.moment - shown.moment > 2 * DAY and not turned


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
        if stamp is not None and stamp.day >= EARLIEST:
            return Dated(stamp.moment(zone), source, zone or "UTC" if stamp.clock and not stamp.clock.tzinfo else None)
    return Dated(datetime.combine(day, time(), UTC), source) if day and day >= EARLIEST else None


def _published(stated: Stated) -> Iterator[tuple[object, str]]:
    yield stated.story.get("datePublished"), "json-ld datePublished"
    yield from _metas(stated.tags, PUBLISHED[:SUREST])
    for node in stated.others:
        yield node.get("datePublished"), "json-ld datePublished"
    yield from _metas(stated.tags, PUBLISHED[SUREST:])
    yield stated.story.get("dateCreated"), "json-ld dateCreated"
    yield stated.story.get("uploadDate"), "json-ld uploadDate"
    yield from stated.marked


def _metas(tags: Tags, names: Sequence[str]) -> Iterator[tuple[object, str]]:
    """The values of the `meta` so named; names are compared without case and the marks between their words."""
    said: dict[str, list[str]] = {}
    for name in tags.metas:
        said.setdefault(_squeezed(name), []).append(name)
    for wanted in names:
        for name in said.get(_squeezed(wanted), ()):
            yield from ((value, f"meta {name}") for value in tags.every(name))


def _squeezed(name: str) -> str:
    return _MARKS.sub("", name)


def _in_link(link: str | None) -> Dated | None:
    found = _LINK_DAY.search(link or "")
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return Dated(datetime(year, month, day, tzinfo=UTC), "link")
    except ValueError:
        return None
