"""Until when an embargo holds, out of the words that state it."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from copydesk.enrich.knowledge.calendar import calendar

READ = 200
"""Code points behind the word for embargo in which its time stands."""
FARTHEST = timedelta(days=400)

_CLOCK = re.compile(
    r"(?<![\d.,:/])(?:(?P<hour>[01]?\d|2[0-4])\s?(?:[:.h]|\bh\b)\s?(?P<minute>[0-5]\d)(?!\d|[.,]\d)|(?P<packed>(?:[01]\d|2[0-4])[0-5]\d)(?=\s?(?:hrs?|hours|h\b|gmt|utc|z\b|bst|ce?s?t|m[es]s?z|[ecmp][sd]?t\b|uhr|uur))|"
    r"(?P<whole>[01]?\d|2[0-4])(?=\s?(?:a\.?m|p\.?m|uhr|h\b|horas|uur|gmt|utc|o.clock)))"
    r"\s?(?P<half>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\b(?:(?P<name>[A-Z]{1,5})(?P<shift>[+-]\d{1,2})?)\b|(?P<offset>[+-]\d{2}:?\d{2})")
_NUMERIC = re.compile(r"(?<!\d)(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./]?(?P<year>\d{4}|\d{2})?(?!\d)")
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:\.|st|nd|rd|th|er|º)?\s(?:de\s|of\s)?(?P<month>[^\W\d_]{3,12})\.?,?(?:\s(?:de\s)?(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    r"\b(?P<month>[^\W\d_]{3,12})\.?\s(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d|:)(?:,?\s(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")


def until(text: str, *, language: str, seen: datetime | None, zone: str | None) -> datetime | None:
    """Return when the embargo that `text` states ends, in UTC; None where day, hour or zone cannot be made out.

    `seen` is when the story was sent, by which weekdays, `tomorrow` and dates without a year are read; `zone` the IANA
    name of the zone of its local times.
    """
    said = text[:READ]
    clock = _hour(said)
    if clock is None:
        return None
    minutes, end = clock
    region = _zone(said[end : end + 12]) or _region(zone)
    if region is None:
        return None
    local = seen.astimezone(region) if seen else None
    day = _day(said, language, local.date() if local else None)
    if day is None:
        if local is None or _more_digits(said[:end], said[end:]):
            return None
        day = local.date() if minutes >= local.hour * 60 + local.minute else local.date() + timedelta(days=1)
    moment = datetime(day.year, day.month, day.day, tzinfo=region) + timedelta(minutes=minutes)
    return moment.astimezone(UTC) if seen is None or abs(moment - seen) < FARTHEST else None


def _more_digits(before: str, after: str) -> bool:
    """Tell whether the line holds a number beside the hour: a date that was not understood must not become today's."""
    return any(c.isdigit() for c in after.partition("\n")[0]) or sum(c.isdigit() for c in before) > 4


def _hour(said: str) -> tuple[int, int] | None:
    """Minutes since midnight, and where the clock's text ends."""
    for found in _CLOCK.finditer(said):
        packed = found["packed"]
        hour = int(packed[:2] if packed else found["hour"] or found["whole"])
        minute = int(packed[2:] if packed else found["minute"] or 0)
        if half := (found["half"] or "").lower():
            if hour > 12:
                continue
            hour = hour % 12 + (12 if half.startswith("p") else 0)
        return hour * 60 + minute, found.end()
    for found in _WORD.finditer(said):
        if (minutes := _words()["clock"].get(found[0].lower())) is not None:
            return minutes, found.end()
    return None


def _zone(after: str) -> tzinfo | None:
    for found in _ZONE.finditer(after):
        if found["offset"]:
            sign = -1 if found["offset"][0] == "-" else 1
            digits = found["offset"][1:].replace(":", "")
            return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
        minutes = _words()["zone"].get(found["name"])
        if minutes is not None:
            return timezone(timedelta(minutes=minutes, hours=int(found["shift"] or 0)))
    return None


def _region(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _day(said: str, language: str, seen: date | None) -> date | None:
    """The day that the words name: a date, else a weekday or a word like `tomorrow`, counted from the day of sending."""
    months, weekdays = calendar().months, calendar().weekdays
    for pattern in (_ISO, _DAY_MONTH, _MONTH_DAY, _NUMERIC):
        for found in pattern.finditer(said):
            month = int(found["month"]) if found["month"].isdecimal() else months.number(found["month"], language)
            if month and (day := _dated(found["year"], month, int(found["day"]), seen)):
                return day
    if seen is None:
        return None
    for found in _WORD.finditer(said):
        word = found[0].lower()
        if (ahead := _words()["day"].get(word)) is not None:
            return seen + timedelta(days=ahead)
        if (number := weekdays.number(word, language)) is not None:
            return seen + timedelta(days=(number - seen.weekday()) % 7)
    return None


def _dated(year: str | None, month: int, day: int, seen: date | None) -> date | None:
    """The date; without a year the one that is next to the day of sending."""
    if year is None and seen is None:
        return None
    stated = [int(year) + (2000 if len(year) == 2 else 0)] if year else []
    years = stated or ([seen.year, seen.year + 1, seen.year - 1] if seen else [])
    days = [found for y in years if (found := _valid(y, month, day))]
    return min(days, key=lambda d: abs(d - seen) if seen else timedelta(), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _words() -> dict[str, dict[str, int]]:
    return tomllib.loads((files("copydesk.enrich.marks") / "embargo.toml").read_text(encoding="utf-8"))
