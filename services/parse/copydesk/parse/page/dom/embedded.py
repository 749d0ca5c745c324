"""Pages that show nothing without their scripts: the story out of the data that such a script carries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from copydesk.parse.page.dom.blocks import Block, blocks
from copydesk.parse.page.dom.tree import Element
from lxml import etree
from lxml import html as lxml_html

MOST_CHARS = 4_000_000
LEAST_CHARS = 400
_PARAGRAPH = re.compile(r"(?:<|\\u003c)p[\s>\\]", re.IGNORECASE)
_STRING = re.compile(r'"((?:[^"\\]|\\.){400,})"', re.DOTALL)


def embedded(root: Element) -> list[Block]:
    """Return the blocks of the longest piece of HTML that a script holds as a string; nothing where there is none."""
    best = max(_fragments(root), key=len, default="")
    if not best:
        return []
    try:
        tree = lxml_html.document_fromstring(best.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    return blocks(tree)


def _fragments(root: Element) -> Iterator[str]:
    for script in root.iter("script"):
        text = script.text
        if text and len(text) >= LEAST_CHARS and _PARAGRAPH.search(text):
            for found in _STRING.finditer(text[:MOST_CHARS]):
                yield from _html(found[1], 3)


def _html(escaped: str, levels: int) -> Iterator[str]:
    """Unescape a string literal, which may itself be JSON with strings inside."""
    try:
        text = json.loads(f'"{escaped}"', strict=False)
    except ValueError:
        return
    if len(re.findall(r"<p[\s>]", text)) >= 2 and text.lstrip()[:1] in {"<", "$"} | set("\u201c\"'"):
        yield text
    elif levels and _PARAGRAPH.search(text):
        for found in _STRING.finditer(text):
            yield from _html(found[1], levels - 1)
