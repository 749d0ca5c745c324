"""Plain text: a story as somebody pasted or scraped it, with or without the page's chrome around it."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.parse.charset import decode, repaired
from copydesk.parse.format import Format
from copydesk.parse.page.lines import split
from copydesk.parse.page.scraped import scraped
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article

_MARKUP = (b"<?xml", b"<!DOCTYPE", b"<!doctype")
"""XML of a vocabulary that no format knows is no story to be guessed at."""
_CONTROLS = bytes([*range(9), *range(14, 27)])


def recognise(raw: Raw) -> float:
    """Anything without control bytes may be text; every other format knows its own better."""
    if raw.head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(_MARKUP):
        return 0.0
    return 0.05 if len(raw.head.translate(None, _CONTROLS)) == len(raw.head) else 0.0


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the one story of the text. Refusal `empty` where there is none."""
    decoded = decode(raw.data, usual=profiles.feed.encoding if profiles.feed else None)
    mended = repaired(decoded.text)
    if mended.text.startswith("<?xml"):
        raise Refusal("unknown-format", "text: it is XML of an unknown kind")
    lines = split(mended.text)
    if not lines:
        raise Refusal("empty", "text: nothing but white space")
    yield scraped(lines, profiles, [*decoded.notes, *mended.notes])


FORMAT = Format("text", "1.0", ("text/plain",), recognise, read)
