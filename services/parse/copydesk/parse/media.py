"""Pictures and other members of a story, as JSON formats describe them, with the rendition that shows most."""

from __future__ import annotations

import re

from copydesk.parse.article import article_type
from copydesk.parse.jsontree import Node, members, names_of, nodes, scalar, text, whole
from copydesk.parse.plain import line
from copydesk.schemas.article import Association

_BEST = re.compile(r"^(?:original|main|hires|high.?res|full|baseimage|master)", re.IGNORECASE)
_LEAST = re.compile(r"thumb|preview|watermark|icon|small|low", re.IGNORECASE)


def association(name: str | None, item: Node) -> Association:
    """Return the member that an item of ninjs, the AP Media API, Reuters Connect or digitalwires describes."""
    best = rendition(item)
    kind = text(item, "type", "mediatype", "contentclass")
    return Association(
        name=name or text(item, "name"),
        uri=text(item, "uri", "guid", "urn", "id", "versionedguid") or (text(_altids(item), "itemid")),
        type=article_type(kind) or kind if kind else _kind_of(best),
        rel=text(item, "rel", "relation", "role"),
        headline=_line(
            text(item, "headline", "headlinetext") or _value(item, "headlines", "main") or text(item, "title")
        ),
        caption=_line(caption(item)),
        byline=_line(byline(item)),
        creditline=_line(
            text(item, "creditline", "description_creditline", "credit") or _value(item, "descriptions", "creditline")
        ),
        href=text(best, "href", "url", "uri") or text(item, "href", "url", "contenturl"),
        media_type=text(best, "mimetype", "contenttype", "mime_type") or text(item, "mimetype", "contenttype"),
        width=whole(best, "width") or whole(item, "width"),
        height=whole(best, "height") or whole(item, "height"),
        size=whole(best, "sizeinbytes", "size_in_bytes", "size") or whole(item, "sizeinbytes"),
    )


def associations(item: Node, *names: str) -> list[Association]:
    """Return the members in the first of these fields that has any."""
    return [association(name, member) for name, member in members(item, *names) if member]


def rendition(item: Node) -> Node:
    """Return the rendition with the most pixels, else the one named as the original; {} where there is none."""
    found = [(name or text(node, "role", "usage", "code") or "", node) for name, node in members(item, "renditions")]
    return max(found, key=_worth, default=("", {}))[1]


def _worth(named: tuple[str, Node]) -> tuple[int, int, int]:
    name, node = named
    pixels = (whole(node, "width") or 0) * (whole(node, "height") or 0)
    said = f"{name} {text(node, 'usage', 'variant', 'role', 'title') or ''}".strip()
    return 0 if _LEAST.search(said) else 1, pixels, 2 if _BEST.match(said) else 0


def caption(item: Node) -> str | None:
    """Return the caption of a picture, whatever the format calls it."""
    told = text(
        item, "caption", "description_caption", "description_text", "body_text", "description_summary", "captiontext"
    )
    return (
        told
        or _value(item, "descriptions", "caption")
        or _value(item, "bodies", "caption")
        or _value(item, "descriptions")
    )


def byline(item: Node) -> str | None:
    """Return who made it: a line, or the names of a list of people."""
    said = text(item, "byline", "by", "byline_text", "photographer")
    if said:
        return said
    if bylines := [
        text(node, "by", "byline", "name") for node in nodes(item, "bylines", "byline", "photographer", "authors")
    ]:
        return ", ".join(name for name in bylines if name) or None
    return ", ".join(names_of(item, "bylines", "authors")) or None


def _value(item: Node, field: str, role: str | None = None) -> str | None:
    """The value of a list of ninjs 2 and 3 with that role, or its first."""
    found = nodes(item, field)
    return next((scalar(node.get("value")) for node in found if role in (None, text(node, "role"))), None)


def _altids(item: Node) -> Node:
    found = nodes(item, "altids")
    return found[0] if found else {}


def _kind_of(best: Node) -> str | None:
    mime = text(best, "mimetype", "contenttype", "mime_type") or ""
    return article_type(mime.partition("/")[0])


def _line(said: str | None) -> str | None:
    return line(said) or None if said else None
