"""HTML: a news page as a browser gets it, its story told from the page's chrome."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from copydesk.parse.format import Format
from copydesk.parse.page.webpage import webpage
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article

_DOCTYPE = re.compile(rb"<!doctype\s+html", re.IGNORECASE)
_ROOT = re.compile(rb"<html[\s>]", re.IGNORECASE)
_PART = re.compile(rb"<(?:head|body|article|main|div|p|h1|meta|title)[\s>]", re.IGNORECASE)


def recognise(raw: Raw) -> float:
    """A doctype or a root of HTML; else several of its elements in the head of the document."""
    head = raw.head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _DOCTYPE.match(head, _after_remarks(head)):
        return 0.9
    if _ROOT.search(head[:1500]):
        return 0.8
    if head[:1] != b"<":
        return 0.0
    if sum(1 for _ in itertools.islice(_PART.finditer(head), 2)) == 2:
        return 0.5
    return 0.3 if _PART.match(head) else 0.0


def _after_remarks(head: bytes) -> int:
    """Return where the XML declaration and the comments at the beginning have ended. Linear."""
    at = 0
    for opened, closed in itertools.chain([(b"<?xml", b"?>")], itertools.repeat((b"<!--", b"-->"))):
        while head[at : at + 1].isspace():
            at += 1
        if head.startswith(opened, at):
            end = head.find(closed, at)
            at = end + len(closed) if end >= 0 else len(head)
        elif opened == b"<!--":
            return at
    return at


def read(raw: Raw, profiles: Profiles) -> Iterator[Article]:
    """Yield the page's story. Refusal `no-article` where it is an index, a wall or an error, `empty` where it shows nothing."""
    if not raw.data.strip():
        raise Refusal("empty", "html: nothing but white space")
    if b"<" not in raw.data:
        raise Refusal("broken", "html: not one tag in it")
    yield webpage(raw, profiles)


FORMAT = Format("html", "1.0", ("text/html", "application/xhtml+xml"), recognise, read)
