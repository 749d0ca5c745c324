"""A document on its way in: what ingest knows of it before anybody reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from copydesk.runtime.archive import Archive, referred
from copydesk.runtime.envelope import derived_id
from copydesk.runtime.event import Event
from copydesk.runtime.feeds import DEFAULT_FEED, is_feed_name
from copydesk.runtime.refusal import Refusal

INLINE_BYTES = 1_000_000
"""A longer document travels as a reference: what a record of 1 MiB holds beside the headers, with room for those."""
MAX_BYTES = 32 * 1024 * 1024
"""A longer document is refused."""
LONGEST_LINK = 2000
LONGEST_ITEM = 500
FUTURE = timedelta(minutes=5)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Document:
    """One document as a feed sent it."""

    feed: str
    sha256: str
    size: int
    """Bytes."""
    data: bytes | None
    """None where the document travels as a reference to the archive."""
    received: datetime
    origin: str
    """The record of `wire.inbound` that brought it: `partition/offset`. Told apart by it: read again, or sent again."""
    filename: str | None = None
    media_type: str | None = None
    link: str | None = None
    """Where its source found it, as the source says: an http or https URL."""
    item: str | None = None
    """The provider's own name for it in the listing that led there."""
    replay: bool = False
    """Sent again on purpose (a replay, a reprocessing): never a repeat."""

    @cached_property
    def id(self) -> str:
        """The document's id: what this feed and these bytes always give."""
        return document_id(self.feed, self.sha256)

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two documents repeats of each other."""
        return self.feed, self.sha256


def document_id(feed: str, sha256: str) -> str:
    """Return the id of the document with these bytes on this feed."""
    return derived_id("document", feed, sha256)


def read_inbound(event: Event, archive: Archive) -> Document:
    """Return the document that a record of `wire.inbound` brings, its bytes archived.

    Needs no header; knows `ce_feed` or `feed`, `ce_filename` or `filename`, `content-type`, `ce_link`, `ce_item`, `ce_dataref`
    and `ce_replay`.
    Refusal `empty`, `bad-feed`, `bad-reference` or `not-archived`.
    """
    feed = _feed(event)
    reference = event.header("ce_dataref")
    if event.value:
        data: bytes | None = event.value if len(event.value) <= INLINE_BYTES else None
        size = len(event.value)
        sha256 = archive.put(event.value, durable=data is None)
    elif reference:
        data = None
        sha256, size = _referred(reference, archive)
    else:
        raise Refusal("empty", "the document is empty")
    return Document(
        feed=feed,
        sha256=sha256,
        size=size,
        data=data,
        received=_received(event),
        origin=f"{event.partition}/{event.offset}",
        filename=shown_name(event.header("ce_filename") or event.header("filename")),
        media_type=printable(event.header("content-type") or event.header("ce_datacontenttype")),
        link=web_address(event.header("ce_link")),
        item=printable(event.header("ce_item"), LONGEST_ITEM),
        replay=event.header("ce_replay") is not None,
    )


def shown_name(name: str | None) -> str | None:
    """Return a file name fit for headers, logs and screens: the last part of a path, printable, at most 200 characters.

    The name is a hint for people and is never used as a path.
    """
    return printable(re.split(r"[/\\]", name)[-1]) if name else None


def printable(text: str | None, longest: int = 200) -> str | None:
    """Return a short text from outside (a media type) without what would disturb a header, a log or a screen."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text).strip()[:longest] or None if text else None


def web_address(text: str | None) -> str | None:
    """Return an http or https URL fit for headers and screens; None where it is none, or cut off it would be."""
    if not text or len(text) > LONGEST_LINK or not text.lower().startswith(("http://", "https://")):
        return None
    return printable(text, LONGEST_LINK)


def _feed(event: Event) -> str:
    stated = event.header("ce_feed") or event.header("feed")
    if stated is not None:
        if not is_feed_name(stated):
            raise Refusal("bad-feed", f"the header names a feed that cannot be one: {stated[:80]!r}")
        return stated
    # A producer that knows no headers may have a key of any kind: it names the feed only where it can.
    key = (event.key or b"").decode("ascii", "replace")
    return key if is_feed_name(key) else DEFAULT_FEED


def _referred(reference: str, archive: Archive) -> tuple[str, int]:
    sha256 = referred(reference)
    size = archive.size(sha256)
    if size is None:
        raise Refusal("not-archived", f"the archive has no document {sha256}")
    if size > MAX_BYTES:
        raise Refusal("too-large", f"{size} bytes; the limit is {MAX_BYTES}")
    return sha256, size


def _received(event: Event) -> datetime:
    """Return when the broker had it, so that reading the record again gives the same time; a clock far ahead is not believed."""
    now = datetime.now(UTC)
    if event.timestamp_ms <= 0:
        return now
    return min(event.written, now + FUTURE)
