"""Dates and times as pages print them: `Aktualisiert am 14.02.2019, 09:12 Uhr`, `September 10, 2012 | 6:30 am`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import normal

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[./年년]\s?(\d{1,2})\s?[./月월]\s?(\d{1,2})(?:\s?[日일])?(?![\d.])")
_DAY_FIRST = re.compile(r"(?<![\d.])(\d{1,2})([./-])\s?(\d{1,2})\2\s?((?:19|20)\d\d|\d\d)(?!\d)")
_NAMED_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.|,)?[\s-]*(?:de |d['’]|of |al )?([^\W\d_]{2,15})\.?(?:,| de | del |[\s-])*((?:19|20)\d\d)(?!\d)"
)
_NAMED_MONTH_FIRST = re.compile(r"([^\W\d_]{2,15})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d.:])([01]?\d|2[0-3])(?:[:h.時시]\s?([0-5]\d)(?::[0-5]\d)?\s?분?)(?:\s*([apAP])\.?\s?[mM]\b\.?)?"
    r"(?:\s*(?:Uhr|uur|hrs?|h\b|น\.))?(?:\s*\(?(UTC|GMT|Z|[A-Z]{2,4}T|MEZ|MESZ|IST|JST|KST)\b\)?)?(?:\s*([+-]\d\d):?(\d\d))?(?![\d])"
)
_HOUR = re.compile(r"(?<![\d.:])(1[0-2]|0?\d)\s*([ap])\.?\s?m\b\.?(?:\s*\(?(UTC|GMT|[A-Z]{2,4}T)\b\)?)?", re.IGNORECASE)
OFFSETS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "SAST": 2,
    "PKT": 5, "PHT": 8, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "AWST": 8, "NZST": 12, "NZDT": 13,
    "BRT": -3, "ART": -3,
}  # fmt: skip
"""Hours east of Greenwich of the zone names that pages print; those with several meanings (IST) are left out."""
FIRST_YEAR, LAST_YEAR = 1800, 2200
"""Years outside are placeholders (`0001-01-01`) or no years."""
LONGEST_LINE = 160
"""A line longer than this, in code points, is no stamp."""


@dataclass(frozen=True)
class Stamp:
    """A date, perhaps with a time, and what the text says it is the date of."""

    day: date
    clock: time | None = None
    """With an offset where the text stated one."""
    updated: bool = False
    start: int = 0
    end: int = 0

    def moment(self, zone: str | None) -> datetime:
        """Return the instant in UTC; `zone`, an IANA name, where the stamp states none. A bare day is its midnight, UTC."""
        if self.clock is None:
            return datetime.combine(self.day, time(), UTC)
        if self.clock.tzinfo is not None:
            return datetime.combine(self.day, self.clock).astimezone(UTC)
        return datetime.combine(self.day, self.clock, ZoneInfo(zone or "UTC")).astimezone(UTC)


def stamps(text: str, language: str | None = None, *, month_first: bool = False) -> Iterator[Stamp]:
    """Yield the dates of the text in order, each with the clock time that follows or precedes it."""
    days = sorted(_days(text, language, month_first), key=lambda found: (found[1], -found[2]))
    kept: list[tuple[date, int, int]] = []
    for day, start, end in days:
        if not kept or start >= kept[-1][2]:
            kept.append((day, start, end))
    at = 0
    for index, (day, start, end) in enumerate(kept):
        until = kept[index + 1][1] if index + 1 < len(kept) else len(text)
        clock = _clock(text[end : min(until, end + 40)])
        if clock is None and index == 0:
            clock = _clock(text[max(at, start - 30) : start])
        yield Stamp(day, clock, _updated(text[at:start]), start, end)
        at = end


def is_stamp(text: str, language: str | None = None) -> bool:
    """Whether the line is a date and little else."""
    if len(text) > LONGEST_LINE or not any(c.isdigit() for c in text):
        return False
    found = list(stamps(text, language))
    if not found:
        return False
    rest = text
    for stamp in reversed(found):
        rest = rest[: stamp.start] + " " + rest[stamp.end :]
    rest = _HOUR.sub(" ", _CLOCK.sub(" ", rest))
    return len(" ".join(_unsaid(normal(rest).split()))) <= 24


def _unsaid(words: list[str]) -> list[str]:
    """The words without those that say what a date is the date of."""
    left, at = [], 0
    while at < len(words):
        taken = max(cues(kind).begin(words[at:]) for kind in ("updated", "published", "byline"))
        left += words[at : at + 1] if not taken else []
        at += taken or 1
    return left


def _days(text: str, language: str | None, month_first: bool) -> Iterator[tuple[date, int, int]]:
    for pattern in (_ISO, _YEAR_FIRST):
        for found in pattern.finditer(text):
            yield from _day(found, int(found[1]), int(found[2]), int(found[3]))
    for found in _DAY_FIRST.finditer(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        turned = second > 12 or (month_first and found[2] == "/" and first <= 12)
        day, month = (second, first) if turned else (first, second)
        yield from _day(found, year if year > 99 else 2000 + year, month, day)
    for found in _NAMED_DAY_FIRST.finditer(text):
        yield from _day(found, int(found[3]), month_number(found[2], language), int(found[1]))
    for found in _NAMED_MONTH_FIRST.finditer(text):
        yield from _day(found, int(found[3]), month_number(found[1], language), int(found[2]))


def _day(found: re.Match[str], year: int, month: int | None, day: int) -> Iterator[tuple[date, int, int]]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return
    try:
        yield date(year, month or 0, day), found.start(), found.end()
    except ValueError:
        return


def _clock(text: str) -> time | None:
    found = _CLOCK.search(text)
    if found is None:
        hour = _HOUR.search(text)
        return _time(int(hour[1]), 0, hour[2], hour[3], None) if hour else None
    offset = timedelta(hours=int(found[5]), minutes=int(found[6])) if found[5] else None
    return _time(int(found[1]), int(found[2]), found[3], found[4], offset)


def _time(hour: int, minute: int, half: str | None, zone: str | None, offset: timedelta | None) -> time | None:
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.casefold() == "p" else 0)
    if offset is None and zone and zone.upper() in OFFSETS:
        offset = timedelta(hours=OFFSETS[zone.upper()])
    if offset is not None and abs(offset) < timedelta(days=1):
        return time(hour, minute, tzinfo=timezone(offset))
    return time(hour, minute)


def _updated(before: str) -> bool:
    words = normal(before[-40:]).split()
    return any(cues("updated").begin(words[at:]) for at in range(len(words)))


def month_number(name: str, language: str | None = None) -> int | None:
    """Return the month of the name, in the language where names differ, else in most languages."""
    choices = _months().get(name.casefold().strip("."), {})
    if not choices:
        return None
    if language:
        for month, languages in choices.items():
            if language.split("-")[0] in languages:
                return month
    return max(choices, key=lambda month: len(choices[month]))


@cache
def _months() -> dict[str, dict[int, frozenset[str]]]:
    names: dict[str, dict[int, frozenset[str]]] = {}
    for row in files(__package__).joinpath("months.tsv").read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            name, month, languages = row.split("\t")
            names.setdefault(name, {})[int(month)] = frozenset(languages.split())
    return names
