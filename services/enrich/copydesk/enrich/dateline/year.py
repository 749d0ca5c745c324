"""The year of a dateline that prints none: every year is weighed by what stamps and text say, and the best one taken.

What counts, in nats (differences of log likelihood, set by hand and checked on the tests' stories): the stamps of the
wire; the weekday that the dateline or the lead names; the years that the text looks back on or ahead to; who holds an
office. A story is written after the events that it looks back on, and soon after the latest of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from copydesk.enrich.dateline.day import Day
from copydesk.enrich.knowledge.calendar import calendar
from copydesk.enrich.knowledge.holders import Mention, mentions
from copydesk.schemas.article import Article

EARLIEST = 1851
"""Reuters opened its office in London in that year."""

READ = 20_000
"""Code points of the body that are weighed."""
LEAD = 700
"""Code points in which the weekday of what happened is looked for."""

ENOUGH = 0.6
"""Share of all the likelihood that a year needs to be taken."""

WORTH_NAMING = 0.02
YEAR = re.compile(
    r"(?<![\d.,$€£/-])\b(1[89]\d\d|20\d\d)\b(?![\d%]|[.,]\d|\s?(?:people|men|women|dollars|dlrs|tonnes|pct|percent|troops|km))"
)
AHEAD = re.compile(
    r"\b(?:fiscal|FY|budget|financial year|by|until|till|will|would|due|expected?s?|plan\w*|next|through|target\w*|from|hoped?|bis|wird|soll\w*|werden"
    r"|ab|hasta|para|será|d'ici|jusqu'en|sera|prévu\w*|entro|sarà)\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"\b(?:since|after|seit|nach|desde|depuis|après|dal|sinds)\b(?:[^.;\n]|(?<=[A-Z])\.){0,60}$", re.IGNORECASE
)
SAID = re.compile(
    r"\b(?:said|says|told|announced|reported|killed|died|agreed|sagte|teilte|erklärte|dijo|anunció|a annoncé|ha detto)\b"
    r"(?:\s\w+){0,2}?\s(?:on\s|am\s|el\s|late\s|here\s)*$|\b(?:on|am|el)\s$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Guess:
    """The dates that the dateline can mean, the likeliest first, each with its share of the likelihood."""

    ranked: tuple[tuple[date, float], ...]

    @property
    def day(self) -> date | None:
        """The date, where one outweighs the others."""
        return self.ranked[0][0] if self.ranked and self.ranked[0][1] >= ENOUGH else None


def infer(day: Day, article: Article, text: str, language: str) -> Guess:
    """Weigh every year in which that day exists and which the stamps allow; no candidates where nothing bounds it."""
    stamp, how_close = _stamp(article)
    found = tuple(mentions(text[:READ]))
    past, since, ahead = _years(text[:READ])
    named = next(_weekdays(text[:LEAD], language), None)
    if stamp is None and not found and past is None:
        return Guess(())
    last = stamp.year if stamp else (past or 0) + 40 if past else date.max.year // 4
    weights: dict[date, float] = {}
    for year in range(EARLIEST, min(last, 2099) + 2):
        when = _date(year, day)
        if when is None or (stamp and when > stamp + timedelta(days=1)):
            continue
        weights[when] = (
            _by_stamp(when, stamp, how_close)
            + _by_weekday(when, day, named)
            + _by_years(year, past, since, ahead)
            + _by_holders(when, found)
        )
    return Guess(_shares(weights))


def month_of(day: Day, article: Article) -> date | None:
    """Return the last such day of any month before the stamps, where the line prints no month; None without a stamp."""
    stamp, _ = _stamp(article)
    if stamp is None:
        return None
    days = (stamp + timedelta(days=1 - back) for back in range(62))
    return next((when for when in days if when.day == day.day), None)


def _shares(weights: dict[date, float]) -> tuple[tuple[date, float], ...]:
    top = max(weights.values(), default=0.0)
    exps = {when: math.exp(weight - top) for when, weight in weights.items()}
    total = sum(exps.values())
    ranked = sorted(((when, share / total) for when, share in exps.items()), key=lambda pair: -pair[1])
    return tuple(pair for pair in ranked if pair[1] >= WORTH_NAMING)


def _date(year: int, day: Day) -> date | None:
    try:
        return date(year, day.month, day.day)
    except ValueError:
        return None


def _stamp(article: Article) -> tuple[date | None, float]:
    """The earliest stamp, and how much it says when it falls on the dateline's day: a time of receipt says less."""
    made = [t.date() for t in (article.firstcreated, article.versioncreated, article.published) if t]
    if made:
        return max(made), 8.0
    received = article.provenance.received if article.provenance else None
    return (received.date(), 3.0) if received else (None, 0.0)


def _by_stamp(when: date, stamp: date | None, how_close: float) -> float:
    if stamp is None:
        return 0.0
    days = (stamp - when).days
    return max(-6.0, -days / 2000) + _closeness(days, how_close)


def _closeness(days: int, how_close: float) -> float:
    return how_close if days <= 3 else how_close * 0.6 if days <= 31 else how_close * 0.25 if days <= 366 else 0.0


def _by_weekday(when: date, day: Day, named: tuple[int, bool] | None) -> float:
    """By the dateline's own weekday, else by the first that the lead names: a story is told within days."""
    if day.weekday is not None:
        return 0.0 if when.weekday() == day.weekday else -8.0
    if named is None:
        return 0.0
    weekday, said = named
    behind = (when.weekday() - weekday) % 7
    if said:
        return (0.0, -1.2, -3.0)[behind] if behind < 3 else -4.0
    return (0.0, -0.9, -2.0)[behind] if behind < 3 else -2.5


def _weekdays(lead: str, language: str) -> Iterator[tuple[int, bool]]:
    weekdays = calendar().weekdays
    for word in re.finditer(r"\b[^\W\d_]{4,}\b", lead):
        number = weekdays.number(word.group(), language)
        if number is not None:
            yield number, bool(SAID.search(lead, 0, word.start()))


def _years(text: str) -> tuple[int | None, bool, int | None]:
    """The latest year that the text looks back on, whether it says `since` then, and the first that it looks ahead to."""
    past: int | None = None
    since = False
    ahead: int | None = None
    for found in YEAR.finditer(text):
        year, before = int(found[1]), text[max(0, found.start() - 90) : found.start()]
        if AHEAD.search(before) and not SINCE.search(before):
            ahead = min(ahead or year, year)
        elif past is None or year >= past:
            since = bool(SINCE.search(before)) or (since and year == past)
            past = year
    return past, since, ahead


def _by_years(year: int, past: int | None, since: bool, ahead: int | None) -> float:
    weight = 0.0
    if past is not None:
        behind = year - past
        ahead_of_it = -6.0 if since or behind < -1 else -2.5
        weight += ahead_of_it if behind < 0 else (-2.5 if since else -0.3) if behind == 0 else max(-4.0, -0.12 * behind)
    if ahead is not None:
        weight += -2.5 if year > ahead else -0.05 * (ahead - year)
    return weight


def _by_holders(when: date, found: tuple[Mention, ...]) -> float:
    if not found:
        return 0.0
    return max(-12.0, sum(0.0 if mention.fits(when) else -5.0 for mention in found))
