"""Atom 0.3 and 1.0 (RFC 4287), with tombstones of entries that were taken back (RFC 6721)."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.agency import Clock
from copydesk.parse.article import build
from copydesk.parse.feed import Feed, read_entry, read_feed
from copydesk.parse.format import Format
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.xml import attribute, descendants, parse, root_name, text_at
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article


def recognise(raw: Raw) -> float:
    """An XML document whose root is `feed`, or a single `entry` of Atom."""
    root, tag = root_name(raw)
    if root == "feed":
        return 0.9
    return 0.85 if root == "entry" and "Atom" in tag else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the entries that say anything, in the feed's order, then what was taken back."""
    feed = read_feed(raw, profiles)
    for entry in feed.entries:
        uri, found = read_entry(entry, feed)
        if uri or found.get("headline") or found.get("body"):
            yield build("atom", uri, **found)
    if b"deleted-entry" in raw.data:
        yield from _taken_back(raw, feed)


def _taken_back(raw: Raw, feed: Feed) -> Iterator[Article]:
    """Kills: `at:deleted-entry` names the entry and when it went (RFC 6721, section 3)."""
    try:
        root = parse(raw).root
    except Refusal:
        return
    clock = Clock.of(feed.profile)
    for stone in descendants(root, "deleted-entry"):
        if ref := attribute(stone, "ref"):
            yield build(
                "atom",
                ref,
                pubstatus="canceled",
                versioncreated=clock.read(attribute(stone, "when")),
                ednote=text_at(stone, "comment"),
                provider=feed.provider,
                notes=feed.notes,
            )


FORMAT = Format("atom", "1.0", ("application/atom+xml",), recognise, read)
