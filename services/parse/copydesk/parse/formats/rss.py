"""RSS 0.9 to 2.0, RDF too, with its modules (Dublin Core, Content, Media RSS, iTunes and others): one article an item."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.article import build
from copydesk.parse.feed import read_entry, read_feed
from copydesk.parse.format import Format
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.xml import root_name
from copydesk.schemas.article import Article


def recognise(raw: Raw) -> float:
    """An XML document whose root is `rss`, an RDF of RSS, or a CDF channel."""
    root, tag = root_name(raw)
    if root == "rss":
        return 0.9
    if root == "rdf":
        return 0.9 if "rss" in tag.lower() or b"purl.org/rss" in raw.head or b"netscape.com/rdf" in raw.head else 0.3
    return 0.85 if root == "channel" and b"<item" in raw.head.lower() else 0.4 if root == "channel" else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the items that say anything, in the feed's order."""
    feed = read_feed(raw, profiles)
    for entry in feed.entries:
        uri, found = read_entry(entry, feed)
        if uri or found.get("headline") or found.get("body"):
            yield build("rss", uri, **found)


FORMAT = Format("rss", "1.0", ("application/rss+xml", "application/rdf+xml"), recognise, read)
