"""The day that a dateline names: `April 7`, `7. April 2008`, `4 abr`, `2008. április 4.`, `7.4.2008`, `4月4日`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copydesk.enrich.knowledge.calendar import calendar
from copydesk.schemas.article import Span

WORD = r"[^\W\d_][^\W\d_]+"
FORMS = [
    re.compile(rf"\b(?P<year>(?:1[6-9]|20)\d\d)\.?\s+(?P<month>{WORD})\.?\s+(?P<day>\d{{1,2}})\b\.?"),
    re.compile(rf"(?P<month>{WORD})\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>(?:1[6-9]|20)\d\d)\b)?"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|°|ª|\.)?\s*(?:de\s+|of\s+)?(?P<month>{WORD})\b\.?(?:,?\s+(?:de\s+|del\s+)?(?P<year>(?:1[6-9]|20)\d\d)\b)?"),
    re.compile(r"\b(?P<year>(?:1[6-9]|20)\d\d)-(?P<m>\d\d)-(?P<day>\d\d)\b"),
    re.compile(r"\b(?P<day>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:\s?(?P<year>(?:1[6-9]|20)\d\d)\b)?"),
    re.compile(r"(?:(?P<year>(?:1[6-9]|20)\d\d)年)?(?P<m>\d{1,2})月(?P<day>\d{1,2})日"),
]  # fmt: skip
WEEKDAY = re.compile(rf"\b{WORD}\b\.?")


@dataclass(frozen=True)
class Day:
    """A day as printed: month (0 where none is) and day of the month, year and weekday (Monday 0) where they stand there."""

    span: Span
    month: int
    day: int
    year: int | None = None
    weekday: int | None = None


def find_day(text: str, language: str) -> Day | None:
    """Return the first day that the text names, with a weekday beside it taken in; None where there is none."""
    months = calendar().months
    for form in FORMS:
        for found in form.finditer(text):
            parts = found.groupdict()
            month = int(parts["m"]) if parts.get("m") else months.number(parts.get("month") or "", language)
            day = int(parts["day"])
            if month and 1 <= month <= 12 and 1 <= day <= 31:
                year = int(parts["year"]) if parts["year"] else None
                return _with_weekday(text, Day(found.span(), month, day, year), language)
    return None


def _with_weekday(text: str, day: Day, language: str) -> Day:
    weekdays = calendar().weekdays
    for word in WEEKDAY.finditer(text):
        number = weekdays.number(word.group(), language)
        near = 0 <= day.span[0] - word.end() <= 3 or 0 <= word.start() - day.span[1] <= 3
        if number is not None and near:
            span = (min(day.span[0], word.start()), max(day.span[1], word.end()))
            return Day(span, day.month, day.day, day.year, number)
    return day
