"""WordPress export (WXR 1.0 to 1.2): RSS with all of a site's posts, whose pictures are items of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from copydesk.parse.agency import Clock
from copydesk.parse.article import Loose, build
from copydesk.parse.feed import Entry, Feed, read_entry, read_feed
from copydesk.parse.format import Format
from copydesk.parse.markup import from_html
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.xml import root_name
from copydesk.schemas.article import Article, Association

_STATUS = {
    "publish": "usable",
    "future": "usable",
    "private": "withheld",
    "draft": "withheld",
    "pending": "withheld",
    "trash": "canceled",
}
_SHORTCODE = re.compile(r"\[/?[a-zA-Z][\w-]{1,40}(?:\s[^\[\]<>]{0,300})?/?\]")
_BLOCK_COMMENT = re.compile(r"<!--\s*/?wp:.{0,2000}?-->")


def recognise(raw: Raw) -> float:
    """RSS that speaks of WordPress's export namespace."""
    root, _ = root_name(raw)
    return 0.95 if root == "rss" and b"wordpress.org/export" in raw.head else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the posts and pages; pictures go with the post that they hang on, menus and revisions are passed over."""
    feed = read_feed(raw, profiles)
    pictures = list(_pictures(feed))
    for entry in feed.entries:
        if entry.get("wp_post_type", "post") in {"post", "page"}:
            yield _post(entry, feed, pictures)


def _post(entry: Entry, feed: Feed, pictures: list[tuple[str, Association]]) -> Article:
    uri, found = read_entry(_cleaned(entry), feed)
    clock = Clock("Etc/UTC")
    created, modified = clock.read(entry.get("wp_post_date_gmt")), clock.read(entry.get("wp_post_modified_gmt"))
    status = str(entry.get("wp_status", "publish"))
    stated: Loose = {
        "pubstatus": _STATUS.get(status, "withheld"),
        "firstcreated": created or found.get("firstcreated"),
        "versioncreated": modified or found.get("versioncreated") or created,
        "published": created or found.get("published"),
        "embargoed": created if status == "future" else None,
        "embargo_said": status if status == "future" else None,
        "slugline": entry.get("wp_post_name"),
        "section": [
            tag.get("label") or tag.get("term") for tag in entry.get("tags", []) if tag.get("scheme") == "category"
        ][:1],
    }
    excerpt = from_html(str(entry.get("excerpt_encoded") or "")).body
    found.update(stated)
    found["abstract"] = excerpt or found.get("abstract")
    own = [picture for parent, picture in pictures if parent == entry.get("wp_post_id")]
    inline = [a for a in found.get("associations", []) if a.href not in {p.href for p in own}]
    found["associations"] = [*own, *inline]
    return build("wordpress", uri, **found)


def _cleaned(entry: Entry) -> Entry:
    """The entry without shortcodes (`[gallery ids=…]`) and block marks, which no reader of the site sees."""
    cleaned: dict[str, Any] = dict(entry)
    cleaned["content"] = [{**c, "value": _clean(str(c.get("value") or ""))} for c in entry.get("content", [])]
    return cleaned


def _clean(source: str) -> str:
    """Paragraphs are parted by blank lines in WordPress's text, inside whatever mark-up there is (`wpautop`)."""
    source = _SHORTCODE.sub("", _BLOCK_COMMENT.sub("", source))
    return source if re.search(r"<p\b", source, re.IGNORECASE) else re.sub(r"\r?\n[ \t]*\r?\n", "\n<p>", source)


def _pictures(feed: Feed) -> Iterator[tuple[str, Association]]:
    for entry in feed.entries:
        href = entry.get("wp_attachment_url")
        if entry.get("wp_post_type") == "attachment" and isinstance(href, str) and href:
            yield (
                str(entry.get("wp_post_parent")),
                Association(
                    uri=entry.get("id") or href,
                    href=href,
                    headline=entry.get("title") or None,
                    caption=from_html(str(entry.get("excerpt_encoded") or "")).body or None,
                ),
            )


FORMAT = Format("wordpress", "1.0", ("application/rss+xml",), recognise, read)
