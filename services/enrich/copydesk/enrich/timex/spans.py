"""Meanings of units and numbers: shifts (`three days ago`), durations, sets, quarters, decades, words like `now`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from copydesk.enrich.timex.number import number
from copydesk.enrich.timex.reading import Parts, Reading, Resolved
from copydesk.enrich.timex.reference import Point, made, shifted

BEFORE = ("before", "after", "avant", "après", "antes", "prima", "dopo")
EVENT = re.compile(r"\s+(?!and\b|but\b|when\b|or\b|y\b|et\b|e\b)[^\W\d_]")
CLOCK = {"H": "H", "MI": "M", "S": "S"}
YEARS = {"DE": 10, "CE": 100}


def ref(parts: Parts, _reading: Reading) -> Resolved:
    """`now`, `recently`, `the future`."""
    return Resolved("DATE", f"{parts.option('to')}_REF")


def relative(parts: Parts, reading: Reading) -> Resolved | None:
    """`last week`, `this year`, `next quarter`: the unit that `which` (or the rule's option) says."""
    unit = _unit(parts)
    which = parts.number("which")
    count = which if which is not None else int(parts.option("which", "0"))
    today = reading.today
    if today is None or unit in CLOCK:
        return None
    if unit == "WE":
        return _as_date(shifted(today, _weekend(count, today, parts, reading), "WE"))
    point = shifted(today, count, unit)
    return _as_date(point, fiscal=bool(parts.text("fiscal")))


def _weekend(count: int, today: date, parts: Parts, reading: Reading) -> int:
    """Weeks from today to the weekend meant: `this` one comes, `the` one was, unless the verb lies ahead."""
    if count != 0:
        return min(count, 0) if count < 0 else 0
    over = today.weekday() < 4 and reading.direction(*parts.span) <= 0
    return -1 if over and (not parts.text("which") or today.weekday() < 2) else 0


def shift(parts: Parts, reading: Reading) -> Resolved | None:
    """`three days ago`, `two weeks later`, `in zwei Wochen`: from today, or with base=previous from the last date."""
    unit, count = _unit(parts), _count(parts)
    sign = int(parts.option("sign", "1"))
    base = _base(parts, reading)
    if base is None:
        return None
    if unit in CLOCK or _of_an_event(parts, reading):
        return _duration(count, unit)
    if count is None:
        return Resolved("DATE", "PAST_REF" if sign < 0 else "FUTURE_REF")
    grain = {"DE": "Y", "CE": "Y", "FN": "W"}.get(unit, unit)
    times = YEARS.get(unit, 2 if unit == "FN" else 1)
    if unit == "Y" and count != int(count):
        grain, times = "M", 12
    point = shifted(base.day, sign * count * times, grain)
    if point and base.unit in ("M", "Q", "Y") and parts.option("base") and grain in ("Y", "M"):
        point = Point(point.day, base.unit if grain == "Y" else "M")
    return _as_date(point)


def same(parts: Parts, reading: Reading) -> Resolved | None:
    """`that day`, `the same year`, `the next morning`: the last date named, at that unit, shifted by the rule."""
    part = parts.value("daypart")
    unit = "D" if part else _unit(parts)
    if _of_an_event(parts, reading):
        return None
    named = reading.previous_day if unit == "D" else reading.previous
    if (
        named
        and reading.anchor
        and not reading.narrative
        and named.day > reading.anchor
        and reading.direction(*parts.span) <= 0
    ):
        named = None  # what was the day before something to come was the day before the story
    base = named or (Point(reading.anchor) if reading.anchor else None)
    if base is None or unit in CLOCK:
        return None
    point = shifted(base.day, int(parts.option("shift", "0")), unit)
    if point and part:
        return Resolved("TIME", f"{point.value}T{part}", point)
    return _as_date(point)


def duration(parts: Parts, _reading: Reading) -> Resolved | None:
    """`three days`, `16-hour`, `several months`, `weeks`, `the past year`."""
    unit = _unit(parts)
    if unit == "WE":
        return Resolved("DURATION", "P1WE") if parts.text("n") else None
    return _duration(_count(parts) if parts.text("n") or parts.option("n") else None, unit)


def every(parts: Parts, _reading: Reading) -> Resolved | None:
    """`daily`, `every two weeks`, `each Monday`, `per year`."""
    weekday = parts.number("weekday") if parts.text("weekday") else parts.number("weekdays")
    if weekday is not None:
        return Resolved("SET", f"XXXX-WXX-{weekday + 1}")
    if parts.text("daypart"):
        return Resolved("SET", f"XXXX-XX-XXT{parts.value('daypart')}")
    if parts.value("set"):
        return Resolved("SET", str(parts.value("set")))
    count = _count(parts) if parts.text("n") or parts.option("n") else 1.0
    found = _duration(count, _unit(parts))
    return Resolved("SET", found.value) if found else None


def quarter(parts: Parts, reading: Reading) -> Resolved | None:
    """`the third quarter`, `the first half of 1990`: of the year named, else of the one that lies that way."""
    letter, nth = parts.option("letter", "Q"), parts.number("ordinal")
    year, today = parts.number("year"), reading.today
    if nth is None or not 1 <= nth <= (4 if letter == "Q" else 2):
        return None
    months = 3 if letter == "Q" else 6
    if year is None:
        if today is None:
            return None
        which = parts.number("which")
        ahead = today.month < (nth - 1) * months + 1 and which is None and reading.direction(*parts.span) <= 0
        year = today.year + (which or 0) - (1 if ahead else 0)
    start = made(year, (nth - 1) * months + 1)
    return Resolved("DATE", f"{year:04}-{letter}{nth}", Point(start, "Q") if start else None)


def decade(parts: Parts, reading: Reading) -> Resolved | None:
    """`the 1990s`, `the '60s`, `the eighties`: of the text's century, the twentieth where nothing else is near."""
    digits = "".join(c for c in parts.text("decade") + parts.text("decade_fr") if c.isdigit()) or str(
        parts.value("decade_word") or ""
    )
    if len(digits) == 2:
        today = reading.today
        digits = ("20" if today and int(digits) < 20 <= today.year - 2000 else "19") + digits
    if len(digits) != 4:
        return None
    start = made(int(digits))
    return Resolved("DATE", digits[:3], Point(start, "Y") if start else None)


def century(parts: Parts, _reading: Reading) -> Resolved | None:
    """`the 19th century`; before Christ with the mark of TIMEX2."""
    nth = parts.number("ordinal") or parts.number("roman") or parts.number("int")
    if not nth or nth > 21:
        return None
    if parts.text("bc"):
        return Resolved("DATE", f"BC{nth - 1:02}")
    return Resolved("DATE", f"{nth - 1:02}")


def era(parts: Parts, _reading: Reading) -> Resolved | None:
    """`264 BC`, `AD 79`."""
    year = parts.number("int")
    if not year:
        return None
    start = made(year) if not parts.text("bc") else None
    return Resolved("DATE", f"BC{year:04}" if parts.text("bc") else f"{year:04}", Point(start, "Y") if start else None)


def fiscal(parts: Parts, _reading: Reading) -> Resolved | None:
    """`fiscal 1990`, `Geschäftsjahr 2001`."""
    year = parts.number("year")
    return Resolved("DATE", f"FY{year}") if year else None


def week_of(parts: Parts, reading: Reading) -> Resolved | None:
    """`the week of March 6`."""
    month, day, today = parts.number("month"), parts.number("day"), reading.today
    year = parts.number("year") or (today.year if today else None)
    at = made(year, month, day) if year and month and day else None
    return _as_date(Point(at, "W")) if at else None


def _of_an_event(parts: Parts, reading: Reading) -> bool:
    """Whether it counts from an event that the text names next: `ten days before the vote`."""
    end = parts.span[1]
    return reading.text[max(0, end - 6) : end].endswith(BEFORE) and bool(EVENT.match(reading.text, end))


def _unit(parts: Parts) -> str:
    for name in ("unit", "period", "units", "unit_adjective", "weekendword", "weekend"):
        if found := parts.value(name):
            return str(found)
    return parts.option("unit")


def _base(parts: Parts, reading: Reading) -> Point | None:
    if parts.option("base") == "previous" and reading.previous:
        return reading.previous_day or reading.previous if _unit(parts) in ("D", "W") else reading.previous
    today: date | None = reading.today
    return Point(today) if today else None


def _count(parts: Parts) -> float | None:
    if parts.option("n"):
        return float(parts.option("n"))
    return number(parts.text("n"), parts.known.classes["number"])


def _as_date(point: Point | None, *, fiscal: bool = False) -> Resolved | None:
    if point is None:
        return None
    if point.unit == "W":
        point = Point(point.day - timedelta(days=point.day.weekday()), "W")
    return Resolved("DATE", ("FY" if fiscal else "") + point.value, point)


def _duration(count: float | None, unit: str) -> Resolved | None:
    if count is None:
        vague = {"DE": "DE", "CE": "CE", "FN": "W"}.get(unit, unit)
        return Resolved("DURATION", f"PTX{CLOCK[unit]}" if unit in CLOCK else f"PX{vague}")
    if unit == "FN":
        count, unit = count * 2, "W"
    count, unit = count * YEARS.get(unit, 1), {"DE": "Y", "CE": "Y"}.get(unit, unit)
    if unit == "Q":
        count, unit = count * 3, "M"
    whole, part = int(count), round((count - int(count)) * (60 if unit in CLOCK else 12))
    shown = f"{count:g}" if part and unit not in ("H", "Y") else str(whole)
    if unit in CLOCK:
        return Resolved("DURATION", f"PT{shown}{CLOCK[unit]}" + (f"{part}M" if part and unit == "H" else ""))
    return Resolved("DURATION", f"P{shown}{unit}" + (f"{part}M" if part and unit == "Y" else ""))
