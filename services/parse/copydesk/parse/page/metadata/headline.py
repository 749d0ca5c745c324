"""The page's headline: what its markings and its headings say, weighed against each other.

Candidates are every heading, the titles of JSON-LD, OpenGraph and the head, and those without the site's name and the
sections strung on them. The weights are a conditional logit's (McFadden 1974) over pages with known headlines, rounded:
a text that stands just above the story counts most, one that only search engines see counts against itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata.jsonld import Node, texts, types
from copydesk.parse.page.metadata.tags import Tags
from copydesk.parse.plain import line

LONGEST = 400
SITE_LONGEST = 70
JUST_ABOVE = 25
"""Blocks above the story's first within which a text counts as standing just above it."""
WEIGHTS = {
    "h1": 0.6, "h2": -0.85, "first": 0.5, "near": 0.7, "near2": 0.4, "ld": 0.45, "og": 1.4, "tw": 0.15, "title": -0.6,
    "cut": 0.35, "site": -1.0, "words": 0.75, "few": -0.4, "above": 1.3, "h1 alone": 0.25, "h1 ld": -0.65, "h1 og": 0.95,
    "h1 title": -0.2, "og title": -0.5, "ld other": 1.0, "og other": 1.1, "news": 0.8, "news other": 1.5, "longer": -0.4,
}  # fmt: skip
"""What each mark of a candidate counts; `other` is a text that is no `h1` of the page."""
_STRUNG = re.compile(r"\s+[|–—·•«»<>:/~-]{1,2}\s+|\s*[|ㅣ｜]\s*|\s*：\s*|\s+::\s+|:\s+|-(?=[^\s-]{1,12}$)")


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


def headline(
    story: Node, tags: Tags, headings: Sequence[Heading], site: str | None, above: frozenset[str] = frozenset()
) -> Candidate | None:
    """Return the likeliest headline with the marks that speak for it; None where the page has no title at all.

    `above` are the lines that stand just above the story and are no links, in normal form.
    """
    return max(candidates(story, tags, headings, site, above), key=score, default=None)


def score(candidate: Candidate) -> float:
    """Return the sum of the candidate's marks."""
    return sum(WEIGHTS[mark] for mark in candidate.marks)


def candidates(
    story: Node, tags: Tags, headings: Sequence[Heading], site: str | None, above: frozenset[str]
) -> list[Candidate]:
    """Return what may be the headline, the same text under several marks once."""
    marks: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    for mark, text in (*_of_headings(headings), *_of_markings(story, tags)):
        text = line(text)[:LONGEST]
        if key := normal(text):
            marks.setdefault(key, set()).add(mark)
            shown.setdefault(key, text)
    sure = [key for key, found in marks.items() if found & {"h1", "ld"}]
    news = any("newsarticle" in name for name in types(story))
    for key, found in marks.items():
        found |= set(_looks(key, site, above)) | set(_together(found, news=news))
        if any(other != key and f" {other} " in f" {key} " for other in sure):
            found.add("longer")
    return [Candidate(shown[key], frozenset(found & WEIGHTS.keys())) for key, found in marks.items()]


def _of_headings(headings: Sequence[Heading]) -> Iterator[tuple[str, str]]:
    firsts = [heading for heading in headings if heading.level == 1 and normal(heading.text)]
    yield from (("h1" if heading.level == 1 else "h2", heading.text) for heading in headings)
    yield from (("first", heading.text) for heading in firsts[:1])
    over = [(heading.before, heading) for heading in headings if heading.before is not None and heading.before >= 0]
    for level, mark, reach in ((1, "near", 10_000), (2, "near2", JUST_ABOVE)):
        nearest = [(before, h.text) for before, h in over if h.level == level and before <= reach]
        yield from ((mark, text) for _, text in sorted(nearest)[:1])


def _of_markings(story: Node, tags: Tags) -> Iterator[tuple[str, str]]:
    for text in texts(story.get("headline"))[:1]:
        yield "ld", text
    for mark, value in (("og", tags.first("og:title")), ("tw", tags.first("twitter:title")), ("title", tags.title)):
        if value:
            yield mark, value
            yield from (("cut", part) for part in unstrung(value))


def unstrung(title: str) -> Iterator[str]:
    """Yield what may be left of a title without the site's name and the sections that are strung on it."""
    for mark in _STRUNG.finditer(title[:LONGEST]):
        before, after = title[: mark.start()], title[mark.end() :]
        if len(before) >= 8 and len(after) <= SITE_LONGEST:
            yield before
        if len(after) >= 8 and len(before) <= SITE_LONGEST // 2:
            yield after


def strung_parts(title: str, headline: str) -> Iterator[str]:
    """Yield what is strung on the headline in the page's title: the site's name, and perhaps a section before it."""
    key = normal(headline)
    marks = list(_STRUNG.finditer(title[:LONGEST]))
    for mark in reversed(marks):
        before, after = title[: mark.start()], title[mark.end() :]
        if normal(before).startswith(key) and normal(after):
            yield after.strip()
        elif normal(after) == key and normal(before):
            yield before.strip()


def _looks(key: str, site: str | None, above: frozenset[str]) -> Iterator[str]:
    words = key.split()
    if site and key == normal(site):
        yield "site"
    if len(words) >= 4 or (not key.isascii() and len(key) >= 10):
        yield "words"
    if len(words) <= 2 and key.isascii():
        yield "few"
    if key in above:
        yield "above"


def _together(found: set[str], *, news: bool) -> Iterator[str]:
    """Marks that stand for several at once."""
    if "h1" in found:
        yield from (["h1 alone"] if not found & {"og", "title", "ld", "cut"} else [])
        yield from (["h1 ld"] if "ld" in found else [])
        yield from (["h1 og"] if found & {"og", "cut"} else [])
        yield from (["h1 title"] if found & {"title", "cut"} else [])
    else:
        yield from (["og title"] if {"og", "title"} <= found else [])
        yield from (["og other"] if "og" in found else [])
        yield from (["ld other"] if "ld" in found else [])
        yield from (["news other"] if news and "ld" in found else [])
    yield from (["news"] if news and "ld" in found else [])
