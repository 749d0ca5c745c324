"""Who held which office when: the years in which `President Reagan` was one (`holders.tsv`, `offices.tsv`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from copydesk.enrich.knowledge.tables import rows
from copydesk.schemas.article import Span

NAME = r"(?P<name>(?:[^\W\d_a-zß-ÿ][\w.'’-]*|(?:de|da|von|der|van|al|el|ul|la|arap)(?=\s)))(?P<rest>(?:\s(?:[^\W\d_a-zß-ÿ][\w.'’-]*|de|da|von|der|van|al|el|ul|la|arap)){0,4})"
WORD = re.compile(r"(?<!\w)[^\W\d_]+")
FORMER = re.compile(
    r"(?:\b(?:former|then|late|ex|fr[üu]here[rn]?|ehemalige[rn]?|Ex|ancien|ancienne|expresidente|antiguo)[\s-]+(?:[\w.-]+\s){0,2})$"
)


@dataclass(frozen=True)
class Term:
    """One stay in an office; `end` is None while it lasts. `words` are the name's, without case and accents."""

    office: str
    words: frozenset[str]
    surname: str
    start: date
    end: date | None


@dataclass(frozen=True)
class Mention:
    """A titled name of the text and the terms that it can mean; `former` where the text says that they are over."""

    span: Span
    terms: tuple[Term, ...]
    former: bool

    def fits(self, day: date) -> bool:
        """Whether the words can have been written on that day."""
        if self.former:
            return any(t.end is not None and t.end <= day for t in self.terms)
        return any(t.start <= day and (t.end is None or day <= t.end) for t in self.terms)


def mentions(text: str) -> Iterator[Mention]:
    """Yield every name after a title that the tables know."""
    for found in _titled(text):
        offices = _offices()[re.sub(r"\s+", " ", found["title"].lower())]
        words = _words(found["name"] + found["rest"])
        terms = tuple(t for t in _terms() if t.office in offices and _same(words, t))
        exact = tuple(t for t in terms if t.words == words)
        if terms:
            yield Mention(
                found.span(), exact or terms, bool(FORMER.search(text, max(0, found.start() - 30), found.start()))
            )


def _titled(text: str) -> Iterator[re.Match[str]]:
    """Yield every title with the name behind it. Words are looked up first: few begin a title."""
    titles, end = _titles(), 0
    for word in WORD.finditer(text):
        title = titles.get(word[0].lower())
        found = title.match(text, word.start()) if title and word.start() >= end else None
        if found:
            end = found.end()
            yield found


def _same(words: frozenset[str], term: Term) -> bool:
    return term.surname in words and (words <= term.words or term.words <= words)


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name.replace("’", "'").removesuffix("'s")).encode("ascii", "ignore").decode()
    return frozenset(w for w in re.split(r"[\s.]+", plain.lower()) if w)


@cache
def _offices() -> dict[str, frozenset[str]]:
    return {title: frozenset(offices.split("|")) for title, offices in rows("offices.tsv")}


@cache
def _titles() -> dict[str, re.Pattern[str]]:
    """The titles by their first word, each with the name that follows it."""
    by_first: dict[str, list[str]] = {}
    for title in sorted(_offices(), key=lambda t: -len(t)):
        by_first.setdefault(WORD.findall(title)[0], []).append(re.escape(title).replace(r"\ ", r"\s"))
    of = r"(?:\s(?:de|del|of|des|della|du)\b[^.;\n]{1,40}?,)?"
    return {first: re.compile(rf"(?P<title>(?i:{'|'.join(titles)})){of}\s{NAME}") for first, titles in by_first.items()}


@cache
def _terms() -> tuple[Term, ...]:
    terms = []
    for office, _country, name, start, end in rows("holders.tsv"):
        words = _words(name)
        surname = re.split(r"[\s.]+", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower())[
            -1
        ]
        known_until = date.fromisoformat(end) if end else None
        terms.append(Term(office, words, surname, date.fromisoformat(start), known_until))
    return tuple(terms)
