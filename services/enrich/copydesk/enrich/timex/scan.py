"""Finding the time expressions of a text, in order, each resolved against what was read before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from copydesk.enrich.timex import days, spans
from copydesk.enrich.timex.grammar import DIGIT, FIRST, Grammar, grammar
from copydesk.enrich.timex.lexicon import Lexicon
from copydesk.enrich.timex.reading import Parts, Reading, Resolved
from copydesk.enrich.timex.reference import Point, made
from copydesk.schemas.article import Span

WORD = re.compile(r"(?<![^\W_])(?:[^\W\d_]+|\d)")
MEANINGS: dict[str, Callable[[Parts, Reading], Resolved | None]] = {
    "calendar": days.calendar,
    "weekday": days.weekday,
    "daypart": days.daypart,
    "holiday": days.holiday,
    "season": days.season,
    "ref": spans.ref,
    "relative": spans.relative,
    "shift": spans.shift,
    "same": spans.same,
    "duration": spans.duration,
    "every": spans.every,
    "quarter": spans.quarter,
    "decade": spans.decade,
    "century": spans.century,
    "era": spans.era,
    "fiscal": spans.fiscal,
    "week_of": spans.week_of,
    "day_of_month": days.day_of_month,
    "none": lambda _parts, _reading: None,
}
EXPLICIT = re.compile(r"(?<![\d.,$€£-])\b(1[0-9]\d\d|20\d\d)\b(?![.,]\d|%)")
PAIR = re.compile(
    r"\s?(?:[-–]|,?\s(?:and|to|through|or|und|bis|y|a|et|au)\s)\s?(?P<day>[12]\d|3[01]|[1-9])(?![\d%]|[.,:]\d|\s?[-–]|\s[^\W\d_]{3,}s\b)"
)
HISTORY = 5
"""Years named in a text, most of them more than two years before it, from which on it is read as history."""


@dataclass(frozen=True)
class Time:
    """One expression: its span, TIMEX3 type and value, and the meaning and language of the rule that found it."""

    span: Span
    type: str
    value: str
    rule: str


def times(text: str, language: str, anchor: date | None, *, dated: bool = False) -> Iterator[Time]:
    """Yield the time expressions; nothing for a language without a grammar.

    `anchor` is the day that the text was written on, None where nobody knows; `dated` says that a dateline gave it,
    so that the text is news whatever years it names.
    """
    rules = grammar(language)
    if rules is None:
        return
    reading = Reading(text, rules.lexicon, anchor, narrative=not dated and tells_history(text, anchor, rules.lexicon))
    if reading.narrative and (first := EXPLICIT.search(text)):
        reading.previous = Point(date(int(first[1]), 1, 1), "Y")
    end = 0
    for word in WORD.finditer(text):
        if word.start() < end or (word[0].lower() not in rules.by_first and not word[0].isdigit()):
            continue
        found = _at(rules, text, word.start(), word.group(), reading)
        if found is None:
            continue
        end = found.span[1]
        yield found
        if second := _second_day(found, reading):
            end = second.span[1]
            yield second


def _at(rules: Grammar, text: str, start: int, word: str, reading: Reading) -> Time | None:
    first = DIGIT if word[0].isdigit() else word.lower()
    if first == DIGIT and rules.is_mere_number(text, start):
        return None
    matched = rules.at(text, start, first)
    if matched is None:
        return None
    parts = Parts(matched[0].rule, matched[1], rules.lexicon)
    if parts.span[0] > start and (inner := WORD.match(text, parts.span[0])):
        # What only had to stand before the extent must not hide a longer expression that begins there.
        first = DIGIT if inner.group()[0].isdigit() else inner.group().lower()
        longer = rules.at(text, inner.start(), first)
        if longer and longer[1].end() > parts.span[1]:
            matched = longer
    pattern, found = matched
    parts = Parts(pattern.rule, found, rules.lexicon)
    if not plausible(parts, text):
        return None
    resolved = _resolved(pattern.rule.meaning, parts, reading)
    if resolved is None:
        return None
    if resolved.point and not _aside(resolved.point, parts.span[0], reading):
        reading.pass_by(resolved.point)
    return Time(
        _trimmed(text, parts.span, rules.lexicon),
        resolved.type,
        resolved.value,
        f"{rules.lexicon.language}.{pattern.rule.meaning}",
    )


def _resolved(meaning: str, parts: Parts, reading: Reading) -> Resolved | None:
    """What the expression means, None where it leads out of the calendar (`last Monday` on the first day of year 1)."""
    try:
        return MEANINGS[meaning](parts, reading)
    except OverflowError:
        return None


def _aside(point: Point, start: int, reading: Reading) -> bool:
    """Whether a narrative goes on from where it was: at the end of a range, and after `the treaty of 1877`."""
    if not reading.narrative or not reading.previous:
        return False
    text = reading.text[max(0, start - 12) : start].lower().rstrip()
    before = FIRST.findall(text)
    if text.endswith(("-", "–", "—")) or (before and before[-1] in reading.known.until):
        return True
    back = point.unit == "Y" and point.day.year < reading.previous.day.year
    return back and bool(before) and before[-1] in reading.known.asides


def _second_day(first: Time, reading: Reading) -> Time | None:
    """The other day of a pair: `25` of `April 24 and 25`, where the first ended on its day's number."""
    text, at = reading.text, first.span[1]
    more = PAIR.match(text, at) if text[at - 1].isdigit() and first.type == "DATE" else None
    base = reading.previous_day
    if not more or not base or first.value != base.value or not text[max(0, at - 2) : at].strip().isdigit():
        return None
    day = made(base.day.year, base.day.month, int(more["day"]))
    if day is None or day <= base.day or int(re.findall(r"\d+", text[max(0, at - 2) : at])[-1]) != base.day.day:
        return None
    reading.pass_by(Point(day))
    return Time(more.span("day"), "DATE", day.isoformat(), first.rule)


def _trimmed(text: str, span: Span, known: Lexicon) -> Span:
    start, end = span
    if loose := known.trailing.search(text[start:end]):
        end = start + loose.start()
    while end > start and text[end - 1] in " ,\n":
        end -= 1
    return start, end


def plausible(parts: Parts, text: str) -> bool:
    """Whether the words are a time here: names have their capitals, `may` alone has a preposition, a year is no count."""
    known, caught = parts.known, {k: v for k, v in parts.found.groupdict().items() if v}
    start, end = parts.span
    if parts.rule.meaning == "same" and text.startswith("-", end):
        return False
    if any(name in caught and not caught[name][0].isupper() for name in known.capitals):
        return False
    if any(_titled(parts, name, text) for name in known.small & set(caught)):
        return False
    alone = set(caught) - {"extent"}
    before = text[max(0, start - 24) : start]
    if ("weekday" in alone or "set" in alone) and known.titles.match(text, end) and text[start].isupper():
        return False
    if alone in ({"month"}, {"weekday"}):
        form = next(caught[name] for name in alone).lower().strip(". ")
        if len(form) <= 4 and "month" in alone and form not in known.short_months and text[end - 1] != ".":
            return False
        last = FIRST.findall(before.lower())
        if "weekday" in alone and last and last[-1] in known.nicknames:
            return False
        if form in known.homographs and not (last and _month_after(last[-1], text, end, known)):
            return False
    if alone == {"year"} and parts.rule.meaning == "calendar":
        return _is_year(parts, text, before)
    return not (
        FIRST.fullmatch(text[start]) and text[start].isdigit() and before.rstrip(" ")[-1:] in "$€£¥" and before.strip()
    )


def _month_after(word: str, text: str, end: int, known: Lexicon) -> bool:
    """Whether the word before says that `May` or `March` is the month; `the March of Dimes` is none."""
    after = FIRST.search(text, end, end + 12)
    return word in known.before_homographs or (
        word in known.articles and after is not None and after.group() not in known.after_names
    )


def _titled(parts: Parts, name: str, text: str) -> bool:
    """Whether a word that is written small has a capital, and not because it begins a sentence."""
    at, (start, end) = parts.found.start(name), parts.span
    if not text[at].isupper() or text[start:end].isupper():
        return False
    before = text[max(0, at - 3) : at].rstrip(" \t")
    return at > start or bool(before and before[-1] not in '.!?:\n"“”«»–—-(')


def _is_year(parts: Parts, text: str, before: str) -> bool:
    """A bare number of four digits: not money, not a count of things, not part of a longer number."""
    if re.search(r"[$€£¥#№.,:/][\s]?$|\d[\s,./–-]$|\b(?:No|Nr|n°|nº)\.?\s$", before) and not re.search(
        r"[a-z],\s$|\b(?:1\d|20)\d\d,\s$|\b(?:1\d|20)\d\d\s?[-–/]$", before
    ):
        return False
    if parts.known.not_years.match(text, parts.span[1]):
        return False
    year = int(parts.text("year"))
    return year >= 1900 or bool(re.search(r"(?i)\b[^\W\d_]+\s$", before))


def tells_history(text: str, anchor: date | None, known: Lexicon) -> bool:
    """Whether most of the years that the text names lie well before it and it hardly names weekdays, as news does."""
    head = text[:200_000]
    years = [int(m[1]) for m in EXPLICIT.finditer(head)]
    if len(years) < HISTORY:
        return False
    old = sum(1 for y in years if anchor is None or y < anchor.year - 2)
    recent = sum(1 for _ in known.news.finditer(head))
    weekdays = sum(1 for word in WORD.finditer(head) if word.group().lower() in known.classes["weekday"])
    return old > 0.8 * len(years) and (weekdays + recent) * 4 < len(years)
