"""Where quotation marks open and close: “…” „…“ ”…” «…» »…« "…" ``…'' ''…'' ‘…’ '…', nested, and over paragraphs.

A quotation that is not closed by the end of its paragraph goes on where the next paragraph begins with an opening mark, as
newspapers write it; else it ends with its paragraph. Marks within a quotation belong to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copydesk.enrich.text.sentences import paragraphs

MARK = re.compile(r"``|''|[\"“”„‟«»「」『』]")
SINGLE_MARK = re.compile(r"(?<![\w’'])['‘‚](?=\w)")
SINGLE_END = re.compile(r"(?<=[\w,.!?…\"”])['’](?!\w)")
NO_QUOTE = re.compile(r"['’‘](?:\d\ds?\b|em\b|til\b|tis\b|twas\b|cause\b|n['’])", re.IGNORECASE)
BEFORE_OPEN = " \t\r\n\u00a0\u202f([{-–—―/:;,=>"
AFTER_CLOSE = " \t\r\n\u00a0\u202f)]}-–—―/:;,.!?…<"
SINGLE = "'‘‚"
CORNERS = "「」『』"
OPENING = {"„", "``", "「", "『"}
GUILLEMETS = "«»"
LONGEST_SINGLE = 1000


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between quotation marks: `start` and `end` with its marks, `inner` (a span) without them."""

    start: int
    end: int
    inner: tuple[int, int]
    closed: bool = True


@dataclass(slots=True)
class _Open:
    start: int
    mark: str
    depth: int = 1


def quotations(text: str) -> list[Quotation]:
    """Return the outermost quotations of a text, in order; single marks count only where the text has no others."""
    return _read(text, MARK) or _read(text, SINGLE_MARK)


def _read(text: str, pattern: re.Pattern[str]) -> list[Quotation]:
    outward = _guillemets_point_outward(text)
    found: list[Quotation] = []
    opened: _Open | None = None
    last = 0
    for start, end in paragraphs(text):
        if opened and not _goes_on(text, start, opened, outward=outward):
            found.append(_ended(text, opened, last))
            opened = None
        opened = _paragraph(text, (start, end), opened, found, pattern, outward=outward)
        last = end
    if opened:
        found.append(_ended(text, opened, last))
    return [q for q in found if text[q.inner[0] : q.inner[1]].strip()]


def _guillemets_point_outward(text: str) -> bool:
    """Whether the text writes «so» and not »so«, by the first of them."""
    return text.find("«") < text.find("»") if "«" in text else False


def _goes_on(text: str, start: int, opened: _Open, *, outward: bool) -> bool:
    mark = MARK.match(text, start)
    return mark is not None and _kind(mark.group()) == _kind(opened.mark) and _opens(text, mark, None, outward=outward)


def _kind(mark: str) -> str:
    if mark in CORNERS:
        return "corner"
    return "single" if mark in SINGLE else "guillemet" if mark in GUILLEMETS else "double"


def _paragraph(
    text: str,
    span: tuple[int, int],
    opened: _Open | None,
    found: list[Quotation],
    pattern: re.Pattern[str],
    *,
    outward: bool,
) -> _Open | None:
    """Read one paragraph's marks; return the quotation that it leaves open."""
    at, end = span
    closer = barren = 0
    if opened:  # the mark repeated at the paragraph's head
        at, opened.depth = at + 1, 1
    while mark := pattern.search(text, at, end):
        at = mark.end()
        if not opened:
            if mark.group() in SINGLE:
                at, barren = _single(text, mark, (barren, end), found)
            elif _opens(text, mark, None, outward=outward):
                opened, closer = _Open(mark.start(), mark.group()), 0
        elif _kind(mark.group()) == _kind(opened.mark):
            if text[mark.start() - 1] == "\n":  # repeated at the head of a line
                continue
            opens = _opens(text, mark, opened, outward=outward)
            opened.depth += 1 if opens else -1
            closer = closer if opens else mark.end()
            if opened.depth == 0:
                found.append(_quotation(text, opened, mark.start(), mark.end()))
                opened = None
    if opened and opened.depth > 1 and closer:  # nested marks that do not pair: the last that closes is its end
        found.append(_quotation(text, opened, closer - 1, closer))
        return None
    return opened


def _opens(text: str, mark: re.Match[str], opened: _Open | None, *, outward: bool) -> bool:
    """Whether a double mark opens, by its shape, by what is open and by the space around it."""
    sign = mark.group()
    if sign in OPENING:
        return True
    if sign in CORNERS:
        return False
    if sign == "''":  # closes ``; by itself it may be an apostrophe behind another
        return False
    if sign in GUILLEMETS:
        return (sign == "«") == outward
    before = mark.start() == 0 or text[mark.start() - 1] in BEFORE_OPEN
    after = mark.end() == len(text) or text[mark.end()] in AFTER_CLOSE
    if sign == "“" and (opened is None or opened.mark != "„"):
        return not (opened and after and not before)
    if sign == "“":
        return False
    if sign == "”":
        return opened is None and before and not after
    return before and not after if opened is not None else before or not after


def _single(text: str, mark: re.Match[str], within: tuple[int, int], found: list[Quotation]) -> tuple[int, int]:
    """Read a quotation between single marks; where there is none, the mark was an apostrophe.

    Return where to read on, and up to where no mark closes one, so that nothing is searched twice.
    """
    barren, end = within
    if NO_QUOTE.match(text, mark.start()):
        return mark.end(), barren
    limit = min(end, mark.end() + LONGEST_SINGLE)
    for close in SINGLE_END.finditer(text, max(mark.end(), barren), limit):
        before, after = text[close.start() - 1], text[close.end() : close.end() + 2]
        if before == "s" and after[:1] == " " and after[1:].islower():  # the workers' union
            continue
        found.append(Quotation(mark.start(), close.end(), (mark.end(), close.start())))
        return close.end(), barren
    return mark.end(), limit


def _ended(text: str, opened: _Open, end: int) -> Quotation:
    return Quotation(opened.start, end, _bare(text, opened.start + len(opened.mark), end), closed=False)


def _quotation(text: str, opened: _Open, inner_end: int, end: int) -> Quotation:
    return Quotation(opened.start, end, _bare(text, opened.start + len(opened.mark), inner_end))


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the space inside the marks."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
