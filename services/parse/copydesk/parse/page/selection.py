"""Which lines of a scraped text are the story."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from copydesk.parse.page.anchors import (
    claims_rights,
    dateline,
    end_mark,
    is_address,
    is_agency_line,
    is_rule,
    is_sign_off,
    source_line,
)
from copydesk.parse.page.chances import line_chances
from copydesk.parse.page.crumbs import is_crumbs
from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import Line, normal
from copydesk.parse.page.masthead import is_byline, is_paragraph, is_prose
from copydesk.parse.page.stamps import is_stamp
from copydesk.parse.page.teasers import chrome, inline, label, tags

THRESHOLD = 0.45
HOPELESS = 0.2
"""A sentence between the story's first and last line is left out only where it is less likely than this."""

MOST_DOUBTED = 0.3
"""Share of words in doubtful lines up to which a text without any sign of a page is a story and nothing else."""
HEAD_LINES, HEADLINES = 12, 2
"""Lines of the longest head that is looked for between where a story seems to start and its first sentence, and of one that
nothing but its place tells."""
FEW_WORDS, SHORT = 40, 160
"""Words, and code points, of lines that pages put around stories."""
_STOP = re.compile(r"[.!?…:;,。！？।]['\"”’»)]*$")
_CUT_SHORT = re.compile(r"(?:\.\.\.|…)$")
MOST_LINES = 20_000
"""A longer text is no page: all of it is the story, for weighing every line takes a second for each 10,000."""


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
    chances = line_chances(lines) if len(lines) <= MOST_LINES else np.ones(len(lines))
    story = [
        chance >= (HOPELESS if is_prose(line.text) else THRESHOLD) or is_sign_off(line.text)
        for line, chance in zip(lines, chances, strict=True)
    ]
    if not any(story):
        best = float(chances.max())
        story = [chance >= best * 0.6 for chance in chances]
    sure = [chance >= THRESHOLD for chance in chances]
    below = _below_masthead(lines, sure, agencies)
    sure = [False] * below + sure[below:]
    start, agency, agency_line = _start(lines, sure, agencies)
    if bare(lines[start:], sure[start:]):
        story = sure = sure[:start] + [True] * (len(lines) - start)
    end, mark = _end(lines, sure, start, agencies)
    if agency_line is not None and end < len(lines) and (mark is not None or end_mark(lines[end].text, agencies)):
        story = story[:start] + [True] * (end - start) + story[end:]
    if agency is None and mark is not None:
        agency, agency_line = mark
    body: list[Line] = []
    inside: list[Line] = []
    for at in range(start, end):
        line = lines[at]
        led = at > start and label(lines[at - 1].text) and not is_prose(line.text)
        (body if story[at] and not led and not _cut(line, agencies) else inside).append(line)
    return Zones(list(lines[:start]), body, inside, list(lines[end:]), agency, agency_line, agencies)


def bare(lines: Sequence[Line], story: Sequence[bool]) -> bool:
    """Whether nothing but a story is there: no line speaks of anything else, and few of the words look as if they did."""
    words = [len(line.key.split()) for line in lines]
    doubted = sum(count for count, kept in zip(words, story, strict=True) if not kept)
    return doubted <= MOST_DOUBTED * sum(words) and not any(_is_sign(line) for line in lines)


def _is_sign(line: Line) -> bool:
    """Whether the line is one that pages put around stories."""
    text, words = line.text, line.key.split()
    if len(words) < FEW_WORDS:
        told = cues("legal").count(line.key, words) > 1 or any(
            cues(kind).count(line.key, words) for kind in ("consent", "paywall")
        )
        if told or (len(words) <= 6 and cues("chrome").count(line.key, words)):
            return True
    if len(text) > SHORT:
        return _CUT_SHORT.search(text) is not None
    named = label(text) or chrome(text) or inline(text) is not None or cues("related").begin(words) > 0
    return named or claims_rights(text) or is_stamp(text) or _CUT_SHORT.search(text) is not None


def _cut(line: Line, agencies: frozenset[str]) -> bool:
    """Whether the line is no story wherever it stands."""
    teaser = inline(line.text) is not None or label(line.text) or chrome(line.text) or bool(tags(line.text))
    stamped = is_stamp(line.text) and any(cues(kind).begin(line.key.split()) for kind in ("published", "updated"))
    drawn = claims_rights(line.text) or is_rule(line.text) or is_address(line.text)
    return teaser or stamped or drawn or end_mark(line.text, agencies) is not None


def _agencies_of(lines: Sequence[Line], agencies: frozenset[str]) -> frozenset[str]:
    """The agencies that the text's own datelines name."""
    found = (dateline(line.text, agencies) for line in lines)
    return frozenset(normal(dated.agency) for dated in found if dated)


def _parted(lines: Sequence[Line], agencies: frozenset[str]) -> list[Line]:
    """Break a line where a republisher's lead is glued in front of the dateline; join a dateline to the line it opens."""
    parted: list[Line] = []
    for line in lines:
        if parted and (alone := dateline(parted[-1].text, agencies)) and alone.end == len(parted[-1].text):
            parted[-1] = parted[-1].saying(f"{parted[-1].text} {line.text}")
            continue
        found = dateline(line.text, agencies)
        if found and found.start:
            parted += [line.saying(line.text[: found.start]), line.saying(line.text[found.start :])]
        else:
            parted.append(line)
    return parted


def _start(
    lines: Sequence[Line], story: Sequence[bool], agencies: frozenset[str]
) -> tuple[int, str | None, Line | None]:
    """Where the story starts: at its dateline, if no more than a lead stands above it, else at its first line."""
    first = next((at for at, prose in enumerate(story) if prose), 0)
    agency, agency_line = None, None
    before = _shares(lines, story)
    for at, line in enumerate(lines):
        found = dateline(line.text, agencies)
        if found and len(line.text) > found.end - found.start + 20 and before[at] <= 0.34:
            return at, found.agency, line
        if source := source_line(line.text, agencies):
            agency, agency_line = source[0], line
        if at > first + 12:
            break
    return first, agency, agency_line


def _below_masthead(lines: Sequence[Line], story: Sequence[bool], agencies: frozenset[str]) -> int:
    """Where the story starts, if a head stands where it seemed to: a headline, or more lines with a stamp, a byline or the like.

    In a text of a few lines the models take the head for part of the story.
    """
    start = next((at for at, kept in enumerate(story) if kept), 0)
    first = next((at for at, line in enumerate(lines) if at >= start and is_paragraph(line.text)), start)
    head = lines[start:first] if first - start <= HEAD_LINES else []
    untold = 0 < len(head) <= HEADLINES and not any(_STOP.search(line.text) for line in head)
    return first if untold or any(_heads(line.text, agencies) for line in head) else start


def _heads(text: str, agencies: frozenset[str]) -> bool:
    """Whether the line is one that stands over stories."""
    return is_stamp(text) or is_byline(text) or is_crumbs(text) or chrome(text) or is_agency_line(text, agencies)


def _end(
    lines: Sequence[Line], story: Sequence[bool], start: int, agencies: frozenset[str]
) -> tuple[int, tuple[str, Line] | None]:
    """Where the story ends: at the sign-off, the end mark, or before the first label of teasers that no prose follows.

    Sign-offs and marks in the first half of the text part something else.
    """
    end = 1 + max((at for at in range(start, len(lines)) if story[at]), default=start)
    before = _shares(lines, story)
    for at in range(start + 1, len(lines)):
        if is_sign_off(lines[at].text) and before[at + 1] >= 0.5:
            while at + 1 < len(lines) and is_sign_off(lines[at + 1].text):
                at += 1
            return at + 1, None
        mark = end_mark(lines[at].text, agencies)
        if mark and at - start >= 2 and before[at] >= 0.6:
            named = normal(mark) in agencies
            return at, (mark, lines[at]) if named else None
        if label(lines[at].text) and _list_follows(lines, story, at):
            return min(end, at), None
        if (
            claims_rights(lines[at].text)
            and before[at] >= 0.5
            and not any(is_prose(line.text) for line in lines[at + 1 : end])
        ):
            return min(end, at), None
    return end, None


def _shares(lines: Sequence[Line], story: Sequence[bool]) -> list[float]:
    """Which share of the story's code points stands before each line; one longer than the lines."""
    total, shares = 0, [0.0]
    for line, kept in zip(lines, story, strict=True):
        total += len(line.text) if kept else 0
        shares.append(float(total))
    return [share / (total or 1) for share in shares]


def _list_follows(lines: Sequence[Line], story: Sequence[bool], at: int) -> bool:
    """Whether the story is over: no paragraph of it within three lines, and no two that follow each other."""
    rest = [
        kept and is_prose(line.text) and not line.text.endswith(("…", "..."))
        for line, kept in zip(lines[at + 1 :], story[at + 1 :], strict=True)
    ]
    return not any(rest[:3]) and not any(a and b for a, b in pairwise(rest))
