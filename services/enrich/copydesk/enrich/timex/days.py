"""Meanings of calendar words: dates in full and in part, weekdays, parts of the day, clock times, feasts, seasons."""

from __future__ import annotations

import re
from datetime import date, timedelta

from copydesk.enrich.knowledge.calendar import calendar as names
from copydesk.enrich.timex.reading import FUTURE, UNKNOWN, Parts, Reading, Resolved
from copydesk.enrich.timex.reference import Point, feast, made

SOON, FAR, YEARLY = 90, 240, 330
"""Days: what lies within SOON ahead, and the same day a year before lies FAR behind, is meant to come whatever the verb."""


ENDS_THERE = re.compile(r"[,.;:)]|\s(?:and|at|the|a|he|she|they|it|to|in|when|but|by|with)\b|$")
RANGE = re.compile(
    r"\.?\s?(?:[-–—/]|,?\s(?:and|or|to|until|till|through|und|bis|et|au|y|a|al)\s)\s?(?:\d{1,2}\.?\s(?:de\s)?)?"
    r"(?P<month>[^\W\d_]{3,10})\.?\s(?:\d{1,2},\s)?(?:de\s)?(?P<year>1\d\d\d|20\d\d)\b"
)


def calendar(parts: Parts, reading: Reading) -> Resolved | None:
    """A date from year, month, day, weekday, of which some may be missing, with a clock time or part of the day."""
    point = _point(parts, reading)
    return _timed(point, parts) if point else None


def weekday(parts: Parts, reading: Reading) -> Resolved | None:
    """A weekday by name, perhaps with `last` or `next` (`which`), a part of the day or a clock time."""
    today, number = reading.today, parts.number("weekday")
    if today is None or number is None:
        return None
    which = parts.number("which") if parts.text("which") else parts.number("which_after")
    behind = (today.weekday() - number) % 7
    if reading.narrative and which is None:
        day = today + timedelta(days=(number - today.weekday()) % 7)
    elif which is None or which == 0:
        ahead = reading.direction(*parts.span) == FUTURE
        day = today + timedelta(days=-behind if not ahead or behind == 0 else 7 - behind)
    else:
        day = today - timedelta(days=behind or 7) if which < 0 else today + timedelta(days=7 - behind)
    return _timed(Point(day + timedelta(days=int(parts.option("shift", "0")))), parts)


def daypart(parts: Parts, reading: Reading) -> Resolved | None:
    """`tonight`, `this morning`, `yesterday evening`, `midnight`, `at 10 a.m.`: of today, shifted by the rule."""
    today = reading.today
    if reading.previous and reading.previous.unit == "D" and parts.option("base") == "previous":
        today = reading.previous.day
    if today is None:
        return None
    if reading.narrative and parts.number("day_word") == 0:
        return Resolved("DATE", "PRESENT_REF")
    shift = int(parts.option("shift", "0")) + (parts.number("day_word") or 0)
    return _timed(Point(today + timedelta(days=shift)), parts)


def day_of_month(parts: Parts, reading: Reading) -> Resolved | None:
    """`on the 14th`: of the month named last, else of the story's; nothing where a noun follows (`the 14th floor`)."""
    day = parts.number("day")
    base = reading.previous.day if reading.previous and reading.previous.unit in "DM" else reading.today
    if not base or not day or not ENDS_THERE.match(reading.text, parts.span[1]):
        return None
    at = made(base.year, base.month, day)
    return _timed(Point(at), parts) if at else None


def holiday(parts: Parts, reading: Reading) -> Resolved | None:
    """A feast by name, of the year named or of the one that lies in the verb's direction."""
    spec, today = str(parts.value("holiday") or ""), reading.today
    year = parts.number("year")
    if year is None and today is None:
        return None
    around = [year] if year else [today.year + n for n in (-1, 0, 1)] if today else []
    days = [day for y in around if (day := feast(spec, y))]
    which = parts.number("which")
    day = days[0] if year or not today else _chosen(days, today, which or reading.direction(*parts.span))
    return _timed(Point(day), parts) if day else None


def season(parts: Parts, reading: Reading) -> Resolved | None:
    """A season of the year named, or of the one that `last` or the verb says."""
    name, year, today = str(parts.value("season")), parts.number("year"), reading.today
    starts = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[name]
    if year is None and reading.narrative and today and not parts.text("which"):
        unit = reading.previous.unit if reading.previous else "Y"
        year = today.year + (1 if unit != "Y" and today.month - starts >= 6 else 0)
    if year is None:
        if today is None:
            return None
        which = parts.number("which")
        way = which if which is not None else reading.direction(*parts.span)
        year = today.year
        current = today.month // 3 * 3 % 12 == starts % 12
        if way > 0 and today.month > starts + 2 and not current:
            year += 1
        elif (
            way < 0 and (today.month < starts or (current and which is not None)) and not (name == "WI" and which == 0)
        ):
            year -= 1
    month = made(year, starts)
    return Resolved("DATE", f"{year:04}-{name}", Point(month, "M") if month else None)


def _point(parts: Parts, reading: Reading) -> Point | None:
    year, day = parts.number("year"), parts.number("day")
    month = parts.number("month") or parts.number("monthnumber")
    if year is not None and parts.option("short"):
        year += 1900 if year > 50 else 2000
    if parts.text("which") and reading.today and year is None:
        year = reading.today.year + (parts.number("which") or 0)
    if year is None and month is not None and not parts.option("way"):
        year = _year_of_range(month, parts, reading)
    if year is not None and month is None:
        return _at(year, 1, 1, "Y")
    if month is None:
        return None
    if year is not None:
        return _at(year, month, day or 1, "D" if day else "M")
    if day is None:
        return _month_alone(month, parts, reading)
    return _day_alone(month, day, parts, reading)


def _year_of_range(month: int, parts: Parts, reading: Reading) -> int | None:
    """The year that the second end of a range names for both: `July` of `July and August 1943`."""
    more = RANGE.match(reading.text, parts.span[1])
    second = names().months.number(more["month"], parts.known.language) if more else None
    return int(more["year"]) - (second < month) if more and second else None


def _at(year: int, month: int, day: int, unit: str) -> Point | None:
    at = made(year, month, day)
    return Point(at, unit) if at else None


def _month_alone(month: int, parts: Parts, reading: Reading) -> Point | None:
    today = reading.today
    if today is None:
        return None
    which = int(parts.option("way", "0")) or reading.direction(*parts.span)
    if reading.narrative and reading.previous:
        return _at(today.year + (1 if today.month - month >= 8 and reading.previous.unit != "Y" else 0), month, 1, "M")
    behind = (today.month - month) % 12
    months = today.year * 12 + today.month - 1
    soon = behind >= (9 if which == UNKNOWN else 10) and parts.option("way") != "-1"
    if behind and (which == FUTURE or soon):
        months += 12 - behind
    else:
        months -= behind or (12 if parts.option("way") == "-1" else 0)
    return _at(months // 12, months % 12 + 1, 1, "M")


def _day_alone(month: int, day: int, parts: Parts, reading: Reading) -> Point | None:
    today = reading.today
    if today is None:
        return None
    if reading.narrative and reading.previous:
        ahead = today.month - month >= 8 and reading.previous.unit != "Y"
        return _at(today.year + (1 if ahead else 0), month, day, "D")
    days = [at for year in (today.year - 1, today.year, today.year + 1) if (at := made(year, month, day))]
    chosen = _chosen(days, today, int(parts.option("way", "0")) or reading.direction(*parts.span))
    return Point(chosen) if chosen else None


def _chosen(days: list[date], today: date, way: int) -> date | None:
    """Of the same day in three years the one that lies that way; without a way the last, or the next if it is near."""
    behind = [d for d in days if d <= today]
    ahead = [d for d in days if d >= today]
    if not behind or not ahead:
        return behind[-1] if behind else ahead[0] if ahead else None
    until, since = (ahead[0] - today).days, (today - behind[-1]).days
    if way == FUTURE:
        return ahead[0] if until < YEARLY else behind[-1]
    return ahead[0] if until <= SOON and since > FAR else behind[-1]


def _timed(point: Point, parts: Parts) -> Resolved:
    """Add a clock time or a part of the day to a day."""
    hour = parts.number("hour")
    if parts.text("hhmm"):
        hour, minute = int(parts.text("hhmm")[:2]), int(parts.text("hhmm")[2:])
    else:
        minute = parts.number("minute") or 0
    half = parts.value("half")
    if hour is not None:
        hour = hour % 12 + int(half) if half is not None else hour
        zone = "Z" if parts.text("utc") else ""
        return Resolved("TIME", f"{point.value}T{hour:02}:{minute:02}{zone}", point)
    part = (
        parts.value("daypart")
        or parts.value("clockword")
        or parts.value("night")
        or parts.value("sdaypart")
        or parts.option("daypart")
    )
    if part:
        return Resolved("TIME", f"{point.value}T{part}", point)
    return Resolved("DATE", point.value, point)
