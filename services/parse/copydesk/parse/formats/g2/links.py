"""What an item points to: links of its `itemMeta`, and the members of a package (Guidelines, sections 9 and 10)."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.article import article_type
from copydesk.parse.formats.g2.content import number
from copydesk.parse.formats.g2.values import code, in_language, role, term, texts
from copydesk.parse.plain import line
from copydesk.parse.xml import Element, attribute, child, children, text
from copydesk.schemas.article import Association, Related

_MEDIA = {"picture", "graphic", "audio", "video"}


def related(item: Element, guid: str | None) -> Iterator[Related]:
    """Yield the links that are no pictures and lead to another document than an earlier version of this one."""
    for link in children(child(item, "itemMeta"), "link"):
        uri, url = attribute(link, "residref", "guidref"), attribute(link, "href")
        if (uri or url) and uri != guid and _kind(link) not in _MEDIA:
            told = text(in_language(children(link, "headline", "title", "name"), None))
            yield Related(headline=line(told or "") or None, uri=uri, url=url)


def pictures(item: Element) -> Iterator[Association]:
    """Yield the pictures, graphics and recordings that the item's links lead to."""
    for link in children(child(item, "itemMeta"), "link"):
        if _kind(link) in _MEDIA and attribute(link, "residref", "guidref", "href"):
            yield _member(link, term(attribute(link, "rel")) or None)


def members(item: Element) -> Iterator[Association]:
    """Yield the items that a package names, in the order of its groups, each with its group's role."""
    groups = {attribute(group, "id"): group for group in children(child(item, "groupSet"), "group")}
    root = attribute(child(item, "groupSet"), "root")
    order = [root, *(name for name in groups if name != root)]
    for group in (groups[name] for name in order if name in groups):
        for reference in children(group, "itemRef"):
            yield _member(reference, role(group) or None)


def _kind(link: Element) -> str | None:
    stated = code(child(link, "itemClass"))
    media_type = (attribute(link, "contenttype") or "").partition("/")[0]
    return article_type(stated) if stated else article_type(media_type)


def _member(reference: Element, rel: str | None) -> Association:
    creators = [
        line(name) for by in (*children(reference, "by"), *children(reference, "creator")) for name in texts([by])
    ]
    return Association(
        uri=attribute(reference, "residref", "guidref"),
        type=_kind(reference),
        rel=rel,
        headline=line(text(in_language(children(reference, "headline", "title"), None)) or "") or None,
        caption=line(text(in_language(children(reference, "description"), None)) or "") or None,
        byline=creators[0] if creators else None,
        creditline=line(text(child(reference, "creditline")) or "") or None,
        href=attribute(reference, "href"),
        media_type=attribute(reference, "contenttype"),
        size=number(attribute(reference, "size")),
    )
