"""A text as it is read: what `today` is, what was named last, and whether it tells history or news."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from copydesk.enrich.timex.grammar import value
from copydesk.enrich.timex.lexicon import Lexicon, Rule, Value
from copydesk.enrich.timex.reference import Point

PAST, UNKNOWN, FUTURE = -1, 0, 1
SENTENCE_END = re.compile(r"[.!?;](?=[\s\"”’'»)]|$)|\n\s*\n")
ATTRIBUTION = re.compile(r"[\"“”«»]|''|,\s(?:[\w.'’-]+\s){1,5}(?:said|says|told|sagte|dijo|dit)\b")
"""Where the words of somebody end: `as soon as Tuesday, Castro said` tells nothing of Tuesday's direction."""

AFTER = 1.5
"""A verb behind the expression counts as if it were that much further away."""

WINDOW = 90
"""Code points on each side in which a verb tells the direction."""


@dataclass
class Reading:
    """The state of reading one text; `previous` moves on with every date that is found."""

    text: str
    known: Lexicon
    anchor: date | None
    narrative: bool = False
    previous: Point | None = None
    previous_day: Point | None = None

    def pass_by(self, point: Point) -> None:
        """Take note of a date that was read: the next ones may count from it."""
        self.previous = point
        if point.unit == "D":
            self.previous_day = point

    @property
    def today(self) -> date | None:
        """The day that relative words count from: in a narrative the last one named, else the story's own."""
        if self.narrative and self.previous:
            return self.previous.day
        return self.anchor

    def direction(self, start: int, end: int) -> int:
        """Whether the expression lies ahead or behind, as the verb nearest to it in its sentence tells."""
        if self.text.startswith(("'s", "’s"), end):
            return PAST  # `Friday's ruling` has been given
        before = SENTENCE_END.split(self.text[max(0, start - WINDOW) : start])[-1]
        after = ATTRIBUTION.split(SENTENCE_END.split(self.text[end : end + WINDOW])[0])[0]
        nearest, way = WINDOW * 2.0, UNKNOWN
        for name, sign in (("future", FUTURE), ("past", PAST)):
            cue = self.known.cues[name]
            away = [len(before) - m.end() for m in cue.finditer(before)] + [
                m.start() * AFTER for m in cue.finditer(after)
            ]
            if away and min(away) < nearest:
                nearest, way = min(away), sign
        return way


@dataclass(frozen=True)
class Parts:
    """What a rule caught: words by class name, and where the whole stands."""

    rule: Rule
    found: re.Match[str]
    known: Lexicon

    @property
    def span(self) -> tuple[int, int]:
        """The extent, without words that only had to stand before it."""
        start = self.found.start("extent") if "extent" in self.found.re.groupindex else -1
        return (start if start >= 0 else self.found.start()), self.found.end()

    def text(self, name: str) -> str:
        """The words caught under that name, empty where there are none."""
        return (self.found[name] or "") if name in self.found.re.groupindex else ""

    def value(self, name: str) -> Value | None:
        """What they mean, by the lexicon."""
        text = self.text(name)
        return value(self.known, name, text) if text else None

    def number(self, name: str) -> int | None:
        """A value that is a whole number, or plain digits."""
        text = self.text(name)
        if text.isdigit():
            return int(text)
        found = self.value(name)
        return int(found) if found is not None else None

    def option(self, name: str, default: str = "") -> str:
        """An option of the rule."""
        return self.rule.options.get(name, default)


@dataclass(frozen=True)
class Resolved:
    """A TIMEX3 type and value; `point` is where on the calendar it lies, for what follows to count from."""

    type: str
    value: str
    point: Point | None = None
