"""An agency's times in all their shapes, read into UTC.

The zone is the one that the text states; else the one that the caller names (the profile's), and the answer says so; else
there is no answer. Nothing here knows what time it is now.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Order = Literal["dmy", "mdy"]
"""Which number comes first in a date of three short numbers."""

LONGEST = 100
"""Characters of the longest text that can be a time."""
MILLISECONDS_FROM = 100_000_000_000
"""Numbers from here on are milliseconds since 1970, below it seconds (which would be the year 5138)."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years outside are placeholders: `0001-01-01`, `9999-12-31`."""
PLACEHOLDERS = {date(1900, 1, 1), date(1970, 1, 1)}
PIVOT = 70
"""Two-digit years from here on are of the last century."""

ZONE = r"(?P<zone>(?:GMT|UTC|UT)?\s?[+\-−–]\s?\d{1,2}:?(?:\d\d)?|[A-Z]{1,6})?"
HALF = r"(?P<half>[ap]\.?m\.?)?"
CLOCK = re.compile(
    r"(?P<hour>\d\d?)(?:\s?[:.h時时시]\s?(?P<minute>[0-5]\d)(?:[:.](?P<second>[0-6]\d)(?:[.,:](?P<fraction>\d+))?)?)?"
    rf"(?:\s?(?:uhr|h|分|분))?\s?{HALF}\s?{ZONE}\s*",
    re.IGNORECASE,
)
PACKED = re.compile(
    rf"(?P<hour>\d\d)(?P<minute>[0-5]\d)(?P<second>[0-6]\d)?(?:[.,]?(?P<fraction>\d+))?\s?{HALF}\s?{ZONE}\s*",
    re.IGNORECASE,
)
LEAD = re.compile(r"(?:T|[\s,;.\-]+(?:(?:at|um|à|a las|kl\.?|ore|alle|ás|às)\s)?)\s*", re.IGNORECASE)
WEEKDAY = re.compile(r"(?!\d)\w{2,12}\.?,?\s+(?=\S)")
REMARK = re.compile(r"\s*\([^()]*\)\s*$")

_ISO = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d|\d{8}T\d{6}(?![\d.])")
REGION = re.compile(r"\[([A-Za-z_/+\-0-9]{2,40})\]$")
"""RFC 9557: `2018-12-10T11:37:00[Europe/Berlin]`."""

SHORT = r"(?P<first>\d\d?)(?P<mark>[/.\-])(?P<then>\d\d?)(?P=mark)(?P<year>\d{4}|\d\d)(?!\d)"
MONTH = r"(?P<name>[^\W\d_]{3,13})\.?"
DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})(?P<mark>[\-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?!\d)",
        r"(?P<year>(?:19|20|21)\d\d)(?P<month>\d\d)(?P<day>\d\d)",
        rf"(?P<day>\d\d?)(?:\.|er|º|st|nd|rd|th)?[\s\-]*(?:de\s|of\s)?{MONTH},?[\s\-]*(?:de\s)?(?P<year>\d{{4}}|\d\d)(?!\d)",
        r"(?P<year>\d{4})\s?[年년.]\s?(?P<month>\d\d?)\s?[月월.]\s?(?P<day>\d\d?)(?:\s?[日일]|\.?(?!\d))",
        rf"(?P<year>\d{{4}})\.?\s(?:m\.\s)?{MONTH}\s(?P<day>\d\d?)(?:\.|\sd\.)?(?!\d)",
        rf"{MONTH}\s(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})(?!\d)",
        SHORT,
    )
)
WIRE = re.compile(
    rf"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>[0-5]\d)\s*(?P<zone>(?:GMT|UTC)?[+\-]\d{{2,4}}|[A-Z]{{1,4}}(?=\s))?[\s.,]*{MONTH}[\s,]*"
    r"(?P<year>\d{4}|\d\d)",
    re.IGNORECASE,
)
"""IPTC 7901, post-text: `101137 GMT Dez 18`."""
TIME_FIRST = re.compile(
    rf"(?P<hour>\d\d?)[:.](?P<minute>[0-5]\d)(?::(?P<second>[0-6]\d))?\s?{ZONE}[\s\-,]+(?={SHORT}$)", re.IGNORECASE
)
PACKED_SLASHES = re.compile(r"(?P<month>\d\d)/(?P<day>\d\d)/(?P<hour>\d\d)-(?P<minute>[0-5]\d)/(?P<year>\d\d)")
"""EFE's trailers: `10/19/10-43/26`."""
ASCTIME = re.compile(r"(\w{3,9}\.?\s\d\d?)\s+(\d\d?:\d\d(?::\d\d)?(?:\s[A-Z]{1,5})?)\s+(\d{4})", re.IGNORECASE)


@dataclass(frozen=True)
class Read:
    """A time in UTC, and the zone by which it was read where the text stated none."""

    moment: datetime
    assumed: str | None = None


def read_time(value: object, zone: str | None = None, order: Order = "dmy") -> Read | None:
    """Return the time that the value means, None where it means none or no zone is known.

    `value` is text in any of the shapes wires use, or a number of seconds or milliseconds since 1970; `zone` the IANA name
    by which local times are read; `order` how a date of three short numbers is read. A date without a time of day is no
    time: None. A local time that a change of clocks makes double is the first of the two.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _since_1970(value)
    if (
        not isinstance(value, str)
        or not (text := REMARK.sub("", " ".join(value[: LONGEST + 1].split())))
        or len(text) > LONGEST
    ):
        return None
    if quick := _iso(text, zone):
        return quick
    region = REGION.search(text)
    parts = _parts(text[: region.start()] if region else text, order)
    if parts is None:
        return _since_1970(float(text)) if re.fullmatch(r"\d{9,13}(?:\.\d{1,6})?", text) else None
    local, stated = parts
    if region and not stated and (known := zone_named(region[1])):
        return Read(local.replace(tzinfo=known).astimezone(UTC))
    return _placed(local, stated, zone)


def read_date(value: object, order: Order = "dmy") -> date | None:
    """Return the calendar day that the text begins with, whatever follows it."""
    if not isinstance(value, str):
        return None
    text = " ".join(value[:LONGEST].split())
    found = _day(text, order) or _day(WEEKDAY.sub("", text, count=1), order)
    return found[0] if found else None


def month_number(name: str) -> int | None:
    """Return 1 to 12 for a month's name or its abbreviation, in any of the languages of the wires."""
    return _months().get(name.casefold().strip(". "))


def _iso(text: str, zone: str | None) -> Read | None:
    """The usual case, quickly: RFC 3339, and ISO 8601's basic form of it (`20261124T101500+0100`)."""
    if not _ISO.match(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR or moment.date() in PLACEHOLDERS:
        return None
    return Read(moment.astimezone(UTC)) if moment.tzinfo else _placed(moment, None, zone)


def _parts(text: str, order: Order) -> tuple[datetime, str | None] | None:
    """The local time that the text states, and its zone as written."""
    if wire := WIRE.fullmatch(text):
        day = _calendar(wire["year"], month_number(wire["name"]), wire["day"])
        return _at(day, wire) if day else None
    if slashed := PACKED_SLASHES.fullmatch(text):
        day = _calendar(slashed["year"], int(slashed["month"]), slashed["day"])
        return _at(day, slashed) if day else None
    if moved := ASCTIME.search(text):
        text = f"{text[: moved.start()]}{moved[1]} {moved[3]} {moved[2]}{text[moved.end() :]}"
    if first := TIME_FIRST.match(text):
        found = _day(text[first.end() :], order)
        return _at(found[0], first) if found else None
    found = _day(text, order) or _day(WEEKDAY.sub("", text, count=1), order)
    if not found:
        return None
    day, rest = found
    lead = LEAD.match(rest)
    rest = rest[lead.end() :] if lead else rest
    clock = PACKED.fullmatch(rest) or CLOCK.fullmatch(rest)
    return _at(day, clock) if clock else None


def _day(text: str, order: Order) -> tuple[date, str] | None:
    """The day at the head of the text, and what follows it."""
    for pattern in DATES:
        found = pattern.match(text)
        if not found:
            continue
        said = found.groupdict()
        if "first" in said:
            numbers = (said["first"], said["then"])
            number, month = numbers if order == "dmy" else numbers[::-1]
            day = _calendar(said["year"], int(month), number) or _calendar(said["year"], int(number), month)
        else:
            number = month_number(said["name"]) if said.get("name") else int(said["month"])
            day = _calendar(said["year"], number, said["day"])
        if day:
            return day, text[found.end() :]
    return None


def _calendar(year: str, month: int | None, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= PIVOT else 2000
    try:
        found = date(number, month or 0, int(day))
    except ValueError:
        return None
    return found if FIRST_YEAR <= number <= LAST_YEAR and found not in PLACEHOLDERS else None


def _at(day: date, clock: re.Match[str]) -> tuple[datetime, str | None] | None:
    said = clock.groupdict()
    hour, minute = int(said["hour"]), int(said.get("minute") or 0)
    if half := (said.get("half") or "").lower():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif said.get("minute") is None:
        return None
    second = min(int(said.get("second") or 0), 59)  # a leap second is the second before it
    micro = int((said.get("fraction") or "0")[:6].ljust(6, "0"))
    if hour > 24 or (hour == 24 and (minute or second)):
        return None
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - its zone comes next
    return midnight + timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro), said.get("zone")


def _placed(local: datetime, stated: str | None, zone: str | None) -> Read | None:
    if stated and stated.strip():
        offset = _offset(stated)
        return Read(local.replace(tzinfo=offset).astimezone(UTC)) if offset is not None else None
    region = zone_named(zone)
    return Read(local.replace(tzinfo=region).astimezone(UTC), zone) if region else None


def zone_named(name: str | None) -> tzinfo | None:
    """Return the zone of an IANA name, None where there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _offset(stated: str) -> tzinfo | None:
    """The zone of `+0100`, `GMT+1`, `Z`, `MEZ`; None where nobody knows it."""
    text = stated.upper().replace(" ", "").replace("−", "-").replace("–", "-")
    signed = re.fullmatch(r"(?:GMT|UTC|UT)?([+\-])(\d{1,2}?):?(\d\d)?", text)
    if not signed:
        minutes = _abbreviations().get(text)
    else:
        minutes = int(signed[2]) * 60 + int(signed[3] or 0)
        minutes = -minutes if signed[1] == "-" else minutes
    return timezone(timedelta(minutes=minutes)) if minutes is not None and abs(minutes) <= 15 * 60 else None


def _since_1970(number: float) -> Read | None:
    seconds = number / 1000 if number >= MILLISECONDS_FROM else number
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return Read(moment) if FIRST_YEAR <= moment.year <= LAST_YEAR and seconds > 0 else None


@cache
def _months() -> dict[str, int]:
    numbered = tomllib.loads(files("copydesk.parse.words").joinpath("months.toml").read_text(encoding="utf-8"))
    return {name: int(number) for number, names in numbered.items() for name in names}


@cache
def _abbreviations() -> dict[str, int]:
    return {
        name: int(minutes)
        for name, minutes in tomllib.loads(
            files("copydesk.parse.words").joinpath("zones.toml").read_text(encoding="utf-8")
        ).items()
    }
