"""The page's headline: what its markings and its headings say, weighed against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata.jsonld import Node, texts
from copydesk.parse.page.metadata.tags import Tags
from copydesk.parse.plain import line

SITE_MARK = re.compile(r"\s+[|–—·•«»<>:/~-]{1,2}\s+|\s*[|ㅣ｜]\s*|\s*：\s*|\s+::\s+")
LONGEST = 400
WEIGHTS = {
    "h1": 2.6,
    "ld": 2.4,
    "og": 1.6,
    "tw": 0.4,
    "title": 0.6,
    "cut": 1.0,
    "h2": 0.5,
    "first": 0.4,
    "near": 1.2,
    "site": -4.0,
    "words": 0.5,
    "part": -0.5,
}
"""What each mark of a candidate counts."""


@dataclass(frozen=True)
class Heading:
    """A heading that the page shows: its level, its text, and how many blocks before the story's first it stands."""

    level: int
    text: str
    before: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A text that may be the headline, and which marks speak for it."""

    text: str
    marks: frozenset[str]


def headline(story: Node, tags: Tags, headings: Sequence[Heading], site: str | None) -> Candidate | None:
    """Return the likeliest headline with the marks that speak for it; None where the page has no title at all."""
    found = candidates(story, tags, headings, site)
    return max(found, key=score, default=None)


def score(candidate: Candidate) -> float:
    """Return the sum of the candidate's marks."""
    return sum(WEIGHTS[mark] for mark in candidate.marks)


def candidates(story: Node, tags: Tags, headings: Sequence[Heading], site: str | None) -> list[Candidate]:
    """Return what may be the headline, the same text under several marks once."""
    marks: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    for mark, text in _said(story, tags, headings, site):
        text = line(text)[:LONGEST]
        key = normal(text)
        if key:
            marks.setdefault(key, set()).add(mark)
            shown.setdefault(key, text)
    site_key = normal(site or "")
    for key, found in marks.items():
        if site_key and key == site_key:
            found.add("site")
        if len(key.split()) >= 3 or (not key.isascii() and len(key) >= 8):
            found.add("words")
        if any(other != key and f" {key} " in f" {other} " and marks[other] & {"h1", "ld"} for other in marks):
            found.add("part")
    return [Candidate(shown[key], frozenset(found)) for key, found in marks.items()]


def _said(story: Node, tags: Tags, headings: Sequence[Heading], site: str | None) -> Iterator[tuple[str, str]]:
    first = True
    nearest = max((h.before for h in headings if h.before is not None and h.before >= 0 and h.level == 1), default=None)
    nearest = min(
        (h.before for h in headings if h.before is not None and h.before >= 0 and h.level == 1), default=nearest
    )
    for heading in headings:
        if heading.level == 1 and normal(heading.text):
            yield "h1", heading.text
            if first:
                yield "first", heading.text
                first = False
            if heading.before is not None and heading.before == nearest:
                yield "near", heading.text
        elif heading.level == 2:
            yield "h2", heading.text
    for text in texts(story.get("headline"))[:1]:
        yield "ld", text
    for name, mark in (("og:title", "og"), ("twitter:title", "tw")):
        if value := tags.first(name):
            yield mark, value
            for cut in uncut(value, site):
                yield mark, cut
    if tags.title:
        yield "title", tags.title
        for cut in uncut(tags.title, site):
            yield "cut", cut


def uncut(title: str, site: str | None) -> Iterator[str]:
    """Yield the title without the site's name and the sections that are strung on it."""
    site_key = normal(site or "")
    marks = list(SITE_MARK.finditer(title))
    for mark in marks:
        rest = title[mark.end() :]
        if len(title[: mark.start()]) >= 8 and (len(rest) <= 60):
            yield title[: mark.start()]
    if marks and site_key and normal(title[: marks[0].start()]) == site_key:
        yield title[marks[0].end() :]
