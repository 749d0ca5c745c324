"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.agency import Clock, habits, provider_name
from copydesk.parse.article import Loose, build
from copydesk.parse.format import Format
from copydesk.parse.jsontree import Node, load, looks_like, names_of, nodes, objects, text, whole
from copydesk.parse.markup import Text, from_html
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.parse.wrapped import unwrapped
from copydesk.schemas.article import Article, Association, Credit


def recognise(raw: Raw) -> float:
    """JSON whose `version` is a URL of jsonfeed.org, or a feed's fields without it."""
    head = looks_like(raw)
    if head is None:
        return 0.0
    if b"jsonfeed.org/version" in head or rb"jsonfeed.org\/version" in head:
        return 0.97
    return 0.8 if b'"items"' in head and (b'"content_html"' in head or b'"content_text"' in head) else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the article of each item of the feed."""
    document = load(raw)
    for feed in objects(document.values):
        for item in nodes(feed, "items"):
            if text(item, "id", "url", "title", "content_html", "content_text"):
                yield _article(item, feed, profiles, document.notes)


def _article(item: Node, feed: Node, profiles: Profiles, notes: list[str]) -> Article:
    link = text(item, "url")
    habit = habits(profiles, link, text(feed, "home_page_url", "feed_url"), text(feed, "title"))
    clock = Clock.of(habit)
    content = _content(item)
    known = profiles.by_domain(link) or profiles.by_domain(text(feed, "home_page_url", "feed_url"))
    found: Loose = {
        "type": "text",
        "published": clock.read(text(item, "date_published")),
        "firstcreated": clock.read(text(item, "date_published")),
        "versioncreated": clock.read(text(item, "date_modified"), text(item, "date_published")),
        "language": text(item, "language") or text(feed, "language") or habit.language,
        "provider": provider_name(profiles, known.provider if known else None, text(feed, "title")),
        "headline": text(item, "title"),
        "abstract": from_html(text(item, "summary") or "").body,
        "byline": ", ".join(_authors(item)) or ", ".join(_authors(feed)),
        "credits": [Credit(role="writer", name=name) for name in _authors(item)],
        "keywords": names_of(item, "tags"),
        "link": link or text(item, "external_url"),
        "associations": list(_attachments(item)),
        "body": content.body,
        "body_html": content.html,
        "timezone_assumed": clock.assumed,
        "notes": notes,
    }
    return build("json-feed", text(item, "id") or link, **found)


def _content(item: Node) -> Text:
    if marked := text(item, "content_html"):
        return from_html(marked)
    return Text(unwrapped(text(item, "content_text") or ""))


def _authors(node: Node) -> list[str]:
    return [name for author in nodes(node, "authors", "author") if (name := text(author, "name"))]


def _attachments(item: Node) -> Iterator[Association]:
    for field in ("image", "banner_image"):
        if href := text(item, field):
            yield Association(name=field, type="picture", href=href)
    for attached in nodes(item, "attachments"):
        kind = (text(attached, "mime_type") or "").partition("/")[0]
        yield Association(
            name=text(attached, "title"),
            type={"image": "picture"}.get(kind, kind or None),
            href=text(attached, "url"),
            media_type=text(attached, "mime_type"),
            size=whole(attached, "size_in_bytes"),
        )


FORMAT = Format("json-feed", "1.0", ("application/feed+json",), recognise, read)
