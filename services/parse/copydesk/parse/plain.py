"""Text without mark-up: one line, several lines, or paragraphs parted by a blank line."""

from __future__ import annotations

import html
import re

# C0 and C1 controls that no story means, the byte order mark and the marks of what could not be decoded as text.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\ufeff\ufffe\uffff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
# Tags of HTML's inline vocabulary alone: `<GOOG.O>` is an instrument and `<mail@agency>` an address.
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|div|em|font|h[1-6]|i|li|ol|p|q|s|small|span|strong|sub|sup|u|ul)"
    r"(?:\s[^<>]{0,400})?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|/p|/li|/div)\s*/?>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n{3,}")


def line(text: str) -> str:
    """Return the text as one line: entities that were escaped twice resolved, tags and controls gone, blanks single."""
    if text.isprintable() and "&" not in text and "<" not in text:
        return " ".join(text.split()) if "  " in text else text.strip(" ")
    return " ".join(_unmarked(text).split())


def lines(text: str) -> str:
    """Return the text with its lines kept, each trimmed and its blanks single; at most one blank line between two."""
    text = _unmarked(_BREAK.sub("\n", text) if "<" in text else text)
    if "\n" not in text and "\r" not in text:
        return " ".join(text.split())
    return _BLANK_LINES.sub("\n\n", "\n".join(" ".join(row.split()) for row in text.splitlines())).strip()


def paragraphs(text: str) -> str:
    """Return a body that is text already: its lines and its columns kept, at most one blank line between paragraphs."""
    rows = [row.rstrip() for row in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if not all(map(str.isprintable, rows)):  # a quick no for most; blanks beyond ASCII's are no printable ones either
        rows = [_CONTROLS.sub("", row).rstrip() for row in rows]
    return _BLANK_LINES.sub("\n\n", "\n".join(rows)).strip("\n")


def unescaped(text: str) -> str:
    """Return the text with HTML's character references resolved, those too that were escaped twice or three times.

    Whole references alone count: `AT&T` and `Q&A` stay.
    """
    for _ in range(3):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return text


def _unmarked(text: str) -> str:
    text = unescaped(text)
    if "<" in text:
        text = _TAG.sub("", text)
    return _CONTROLS.sub("", text)
