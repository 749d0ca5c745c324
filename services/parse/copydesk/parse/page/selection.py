"""Which lines of a scraped text are the story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from copydesk.parse.page.anchors import dateline, end_mark, is_sign_off, source_line
from copydesk.parse.page.lines import Line, normal
from copydesk.parse.page.masthead import is_prose
from copydesk.parse.page.teasers import chrome, inline, label


@dataclass(frozen=True)
class Zones:
    """The lines of the text: above the story, the story, cut out of its middle, and behind it."""

    above: list[Line]
    body: list[Line]
    inside: list[Line]
    below: list[Line]
    agency: str | None = None
    """The agency of the dateline, the source line or the end mark."""
    agency_line: Line | None = None
    agencies: frozenset[str] = frozenset()
    """The agencies that are known, and those that the text's datelines name; in normal form."""


def zones(lines: Sequence[Line], agencies: frozenset[str]) -> Zones:
    """Part the story from what stands around it. Anchors of an agency's copy weigh more than the look of a line."""
    lines = _parted(lines, agencies)
    agencies |= _agencies_of(lines, agencies)
    story = [is_prose(line.text) or is_sign_off(line.text) for line in lines]
    start, agency, agency_line = _start(lines, story, agencies)
    end, mark = _end(lines, story, start, agencies)
    if agency is None and mark is not None:
        agency, agency_line = mark
    body: list[Line] = []
    inside: list[Line] = []
    for at in range(start, end):
        line = lines[at]
        cut = inline(line.text) is not None or label(line.text) or chrome(line.text) or end_mark(line.text, agencies)
        (inside if cut or not (story[at] or _belongs(story, at, start, end)) else body).append(line)
    return Zones(list(lines[:start]), body, inside, list(lines[end:]), agency, agency_line, agencies)


def _agencies_of(lines: Sequence[Line], agencies: frozenset[str]) -> frozenset[str]:
    """The agencies that the text's own datelines name."""
    found = (dateline(line.text, agencies) for line in lines)
    return frozenset(normal(dated.agency) for dated in found if dated)


def _parted(lines: Sequence[Line], agencies: frozenset[str]) -> list[Line]:
    """Break a line in two where a republisher's lead is glued in front of the dateline."""
    parted: list[Line] = []
    for line in lines:
        found = dateline(line.text, agencies)
        if found and found.start:
            parted += [line.saying(line.text[: found.start]), line.saying(line.text[found.start :])]
        else:
            parted.append(line)
    return parted


def _start(
    lines: Sequence[Line], story: Sequence[bool], agencies: frozenset[str]
) -> tuple[int, str | None, Line | None]:
    first = next((at for at, prose in enumerate(story) if prose), 0)
    agency, agency_line = None, None
    for at, line in enumerate(lines):
        found = dateline(line.text, agencies)
        if found and len(line.text) > found.end - found.start + 20:
            return at, found.agency, line
        if source := source_line(line.text, agencies):
            agency, agency_line = source[0], line
        if at > first + 12:
            break
    return first, agency, agency_line


def _end(
    lines: Sequence[Line], story: Sequence[bool], start: int, agencies: frozenset[str]
) -> tuple[int, tuple[str, Line] | None]:
    """Where the story ends: at the sign-off, the end mark, or before the first label of teasers that no prose follows."""
    end = 1 + max((at for at in range(start, len(lines)) if story[at]), default=start)
    for at in range(start + 1, len(lines)):
        if is_sign_off(lines[at].text):
            while at + 1 < len(lines) and is_sign_off(lines[at + 1].text):
                at += 1
            return at + 1, None
        mark = end_mark(lines[at].text, agencies)
        if mark and at - start >= 2:
            named = normal(mark) in agencies
            return at, (mark, lines[at]) if named else None
        if label(lines[at].text) and _list_follows(story, at):
            return min(end, at), None
    return end, None


def _list_follows(story: Sequence[bool], at: int) -> bool:
    """Whether no two paragraphs of prose follow each other any more."""
    rest = story[at + 1 :]
    return not any(a and b for a, b in pairwise(rest))


def _belongs(story: Sequence[bool], at: int, start: int, end: int) -> bool:
    return at == start or (any(story[max(start, at - 2) : at]) and any(story[at + 1 : min(end, at + 3)]))
