"""A text as paragraphs and sentences, by their places.

A sentence ends at `.`, `!`, `?` or `…` with the quotation marks and brackets that close right behind it, where a space
follows and what comes next may begin a sentence; abbreviations, initials and ordinals are what the language's file says.
A paragraph's end always ends a sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache

from copydesk.enrich.text.language import Language, language, primary
from copydesk.enrich.text.tokens import keeps_stop

Span = tuple[int, int]
"""`[start, end)` in code points, without the space around."""

PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n\s*")
ENDER = re.compile(r"(?:[.!?…؟۔]+|[。！？]+)(?:[\u00a0\u202f]?»|[\"”“’')\]«›‹*]+)*")  # fmt: skip
FRENCH_ENDER = re.compile(r"[\u00a0\u202f ]?[.!?…]+(?:[\u00a0\u202f ]?»|[\"”’')\]]+)*")
OPENERS = " \t\r\n\u00a0\u202f\"“”„‟‘’'`«»‹›([¿¡—–-•*"
LAST_WORD = re.compile(r"[^\s\"“”„‘’«»()\[\]]*$")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
DASH = re.compile(r"\s*[-–—]")
FULL_WIDTH = "。！？"
LOOK_BACK = 40


@lru_cache(maxsize=4)
def paragraphs(text: str) -> tuple[Span, ...]:
    """Return the spans of the paragraphs, which blank lines part."""
    found, at = [], len(text) - len(text.lstrip())
    for gap in PARAGRAPH_END.finditer(text, at):
        found.append((at, gap.start() - _space_before(text, at, gap.start())))
        at = gap.end()
    end = len(text.rstrip())
    if at < end:
        found.append((at, end))
    return tuple(found)


def _space_before(text: str, start: int, end: int) -> int:
    at = end
    while at > start and text[at - 1].isspace():
        at -= 1
    return end - at


@lru_cache(maxsize=4)
def sentences(text: str, tag: str | None = None) -> tuple[Span, ...]:
    """Return the spans of the sentences of a text in a language (BCP 47 tag). The last few texts are remembered."""
    known = language(tag)
    pattern = FRENCH_ENDER if primary(tag) == "fr" else ENDER
    return tuple(s for p in paragraphs(text) for s in _of_paragraph(text, p, pattern, known))


def _of_paragraph(text: str, span: Span, pattern: re.Pattern[str], known: Language) -> list[Span]:
    at, end = span
    found = []
    for ender in pattern.finditer(text, at, end):
        if ender.end() < end and _ends(text, ender, end, known):
            found.append((at, ender.end()))
            at = ender.end()
            while at < end and text[at].isspace():
                at += 1
    if at < end:
        found.append((at, end))
    return found


def _ends(text: str, ender: re.Match[str], limit: int, known: Language) -> bool:
    """Whether the sentence ends at that mark, which is not the paragraph's last."""
    if ender.group()[0] in FULL_WIDTH:
        return True
    if not text[ender.end()].isspace():
        return False
    at = ender.end()
    while at < limit and text[at] in OPENERS:
        at += 1
    if at >= limit or text[at].islower():
        return False
    return not ender.group().startswith(".") or _full_stop(text, ender, at, known)


def _full_stop(text: str, ender: re.Match[str], after: int, known: Language) -> bool:
    """Whether a full stop ends a sentence, by the word before it and the word after."""
    if len(ender.group()) > 1:  # several marks, or a closing quotation mark
        return True
    before = LAST_WORD.search(text, max(0, ender.start() - LOOK_BACK), ender.start())
    last = before.group().rpartition("-")[2] if before else ""
    following = WORD.match(text, after)
    starts = following is not None and following.group().lower() in known.starters
    if last.lower() in known.titles:
        return False
    if keeps_stop(last, known) or "." in last.strip("."):
        return starts and not DASH.match(text, ender.end())
    if last.isdigit() and len(last) <= 2 and known.ordinal_stop:
        return starts
    return True
