"""The content of a news item: its text in `inlineXML` or `inlineData`, its files in `remoteContent` (Guidelines, section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from copydesk.parse.agency import Clock
from copydesk.parse.article import Loose, article_type
from copydesk.parse.formats.g2.values import term
from copydesk.parse.markup import Text, from_element, from_html
from copydesk.parse.nitf import read_nitf
from copydesk.parse.wrapped import unwrapped
from copydesk.parse.xml import Element, attribute, child, children, local
from copydesk.schemas.article import Association

_MARKED = re.compile(r"</?(?:p|br|div)\b", re.IGNORECASE)
_FROM_NITF = (
    "headline", "subheadline", "byline", "dateline", "abstract", "credits", "associations", "language", "located",
)  # fmt: skip
"""What an NITF document inside the item may add where the item itself says nothing."""


@dataclass
class Content:
    """The text, and what its own mark-up says beside it."""

    text: Text = field(default_factory=Text)
    words: int | None = None
    beside: Loose = field(default_factory=Loose)


def read_content(item: Element, clock: Clock) -> Content:
    """Return the first rendition that has text: the renditions of a `contentSet` are alternatives of one content."""
    best = Content()
    for rendition in children(child(item, "contentSet"), "inlineXML", "inlineData"):
        content = _inline(rendition, clock)
        words = attribute(rendition, "wordcount")
        content.words = int(words) if words and words.isdecimal() else None
        if content.text.body:
            return content
        best = best if best.words or best.beside else content
    return best


def files(item: Element, kind: str | None) -> Iterator[Association]:
    """Yield the files of the item, one a rendition, and its icons."""
    for element in children(child(item, "contentSet"), "remoteContent"):
        yield _file(element, kind)
    for element in children(child(item, "contentMeta"), "icon"):
        yield _file(element, "picture")


def number(value: str | None) -> int | None:
    """Return a count of pixels or bytes, None for what is none."""
    return int(value) if value and value.isdecimal() and len(value) < 16 else None


def _inline(rendition: Element, clock: Clock) -> Content:
    if local(rendition) == "inlineData":
        said = "".join(map(str, rendition.itertext()))
        plain = attribute(rendition, "contenttype") == "text/plain" and not _MARKED.search(said)
        return Content(Text(unwrapped(said)) if plain else from_html(said))
    root = next((element for element in rendition if local(element)), None)
    if root is None:
        return Content(from_html(rendition.text or ""))
    if local(root).lower() == "nitf":
        _, found = read_nitf(root, clock)
        beside: Loose = {key: found[key] for key in _FROM_NITF if found.get(key)}  # type: ignore[literal-required,assignment]
        return Content(Text(found.get("body") or "", found.get("body_html") or ""), beside=beside)
    return Content(from_element(root if len(rendition) == 1 else rendition))


def _file(element: Element, kind: str | None) -> Association:
    media_type = attribute(element, "contenttype")
    return Association(
        name=attribute(element, "literal"),
        uri=attribute(element, "residref"),
        type=article_type((media_type or "").partition("/")[0]) or kind,
        rel=term(attribute(element, "rendition")) or None,
        href=attribute(element, "href"),
        media_type=media_type,
        width=number(attribute(element, "width")),
        height=number(attribute(element, "height")),
        size=number(attribute(element, "size")),
    )
