"""Points of reference on the calendar: a day and how exactly it is known, with its TIMEX3 value."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

MONTHS = {"M": 1, "Q": 3, "Y": 12, "DE": 120, "CE": 1200}
DAYS = {"D": 1, "W": 7, "WE": 7, "FN": 14}
QUARTER = 3


@dataclass(frozen=True)
class Point:
    """`day` is the first day of it, `unit` its grain: D, W, WE (weekend), M, Q, Y, DE (decade), CE (century)."""

    day: date
    unit: str = "D"

    @property
    def value(self) -> str:
        """The TIMEX3 value: `1999-04-08`, `1999-W14`, `1999-04`, `1999-Q2`, `1999`, `199`, `19`."""
        day = self.day
        week = day.isocalendar()
        forms = {
            "D": f"{day.year:04}-{day.month:02}-{day.day:02}",
            "W": f"{week.year:04}-W{week.week:02}",
            "WE": f"{week.year:04}-W{week.week:02}-WE",
            "M": f"{day.year:04}-{day.month:02}",
            "Q": f"{day.year:04}-Q{(day.month - 1) // QUARTER + 1}",
            "Y": f"{day.year:04}",
            "DE": f"{day.year // 10:03}",
            "CE": f"{day.year // 100:02}",
        }
        return forms[self.unit]


def shifted(day: date, count: float, unit: str) -> Point | None:
    """The point `count` units after the day (before it where negative), at the unit's grain; None beyond year 1 or 9999."""
    try:
        if unit in DAYS:
            return Point(day + timedelta(days=round(count * DAYS[unit])), "W" if unit == "FN" else unit)
        months = day.year * 12 + day.month - 1 + round(count * MONTHS[unit])
        year, month = divmod(months, 12)
        if not MINYEAR <= year <= MAXYEAR:
            return None
        return Point(date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])), unit)
    except (OverflowError, KeyError, ValueError):
        return None


def made(year: int, month: int = 1, day: int = 1) -> date | None:
    """The date, None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def easter(year: int) -> date:
    """Easter Sunday of the western churches (the form of New Scientist, 30 March 1961)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * el) // 433
    month = (h + el - 7 * m + 90) // 25
    return date(year, month, (h + el - 7 * m + 33 * month + 19) % 32)


def feast(spec: str, year: int) -> date | None:
    """The day of a feast: `12/25`; `11/4/3`, the fourth Thursday of November (-1: the last); `easter -2`; `11/1/0 +1`."""
    base, _, offset = spec.partition(" ")
    if base == "easter":
        day: date | None = easter(year)
    else:
        month, nth, *weekday = (int(part) for part in base.split("/"))
        day = _nth(year, month, nth, weekday[0]) if weekday else made(year, month, nth)
    return day + timedelta(days=int(offset or 0)) if day else None


def _nth(year: int, month: int, nth: int, weekday: int) -> date:
    if nth < 0:
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
