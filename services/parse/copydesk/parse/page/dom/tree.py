"""A page's bytes as a tree: charset as browsers find it, broken mark-up mended by libxml2, size bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copydesk.parse.charset import decode
from copydesk.runtime.refusal import Refusal
from lxml import etree
from lxml import html as lxml_html

Element = etree._Element  # noqa: SLF001 - lxml's only name for its elements

MOST_BYTES = 32 * 1024 * 1024
CHARSET_BYTES = 4096
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""^\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True)
class Page:
    """The tree of a page, its source as text, and what was repaired while reading."""

    root: Element
    source: str
    notes: tuple[str, ...] = ()


def parse(data: bytes, charset: str | None = None) -> Page:
    """Return the page. Refusal `too-large` beyond 32 MiB, `broken` where not even libxml2 finds an element."""
    if len(data) > MOST_BYTES:
        raise Refusal("too-large", f"html: {len(data)} bytes, at most {MOST_BYTES} are read")
    stated = charset or _declared(data[:CHARSET_BYTES])
    decoded = decode(data, declared=stated)
    source = _XML_HEAD.sub("", _UNCLEAN.sub("", decoded.text))
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = lxml_html.document_fromstring(source.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("broken", f"html: {error}") from error
    return Page(root, source, decoded.notes)


def _declared(head: bytes) -> str | None:
    found = _CHARSET.search(head) or _XML_CHARSET.search(head)
    return found[1].decode("ascii") if found else None
