"""The page's headline: what its markings and its headings say, weighed against each other.

Candidates are every heading, the titles of JSON-LD, OpenGraph and the head, and those without the site's name and the
sections strung on them. The weights in `headline.tsv` are a conditional logit's (McFadden 1974), grown by
`scripts/train_page_headlines.py` over pages with known headlines: a text that stands just above the story counts most,
and one that the page's address spells; one that only search engines see counts against itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from copydesk.parse.page.lines import normal
from copydesk.parse.page.metadata.address import likeness, slug
from copydesk.parse.page.metadata.jsonld import Node, texts, types
from copydesk.parse.page.metadata.tags import Tags
from copydesk.parse.plain import line

LONGEST = 400
SITE_LONGEST = 70
JUST_ABOVE = 25
"""Blocks above the story's first within which a text counts as standing just above it."""
FAR = 80
"""Blocks between a heading and the story from which on they hardly belong together."""
SPELT, SPELT_PARTLY = 0.95, 0.6
"""From which likeness on the address spells a text, and from which on the likest of all texts counts for something."""
_STRUNG = re.compile(r"\s+[|–—·•«»<>:/~-]{1,2}\s+|\s*[|ㅣ｜]\s*|\s*：\s*|\s+::\s+|:\s+|-(?=[^\s-]{1,12}$)")
_PIPE = re.compile(r"\s[|]\s|[ㅣ｜]")
_DASH = re.compile(r"\s[–—-]\s")


@dataclass(frozen=True)
class Heading:
    """A heading that the page shows: its level, its text, and how many blocks before the story's first it stands."""

    level: int
    text: str
    before: int | None = None
    linked: bool = False
    """Whether all of it is a link, as a site's name or a teaser is."""


@dataclass(frozen=True)
class Candidate:
    """A text that may be the headline, and which marks speak for it."""

    text: str
    marks: frozenset[str]


@dataclass(frozen=True)
class Around:
    """What else a page says that tells its headline: the site's name, the page's address, and the lines above the story.

    `above` are the lines that stand just above the story and are no links, in normal form.
    """

    site: str | None = None
    link: str | None = None
    above: frozenset[str] = frozenset()


def score(candidate: Candidate) -> float:
    """Return the sum of what the candidate's marks count."""
    told = weights()
    return sum(told.get(mark, 0.0) for mark in candidate.marks)


@cache
def weights() -> Mapping[str, float]:
    """Return what each mark counts; `other` in a mark is a text that is no `h1` of the page."""
    rows = files(__package__).joinpath("headline.tsv").read_text(encoding="utf-8").splitlines()
    return {mark: float(weight) for mark, weight in (row.split("\t") for row in rows if not row.startswith("#"))}


def candidates(story: Node, tags: Tags, headings: Sequence[Heading], around: Around) -> list[Candidate]:
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
    title = frozenset(normal(tags.title or "").split())
    for key, found in marks.items():
        found |= {*_looks(key, shown[key], around), *_together(found, news=news)}
        if any(other != key and f" {other} " in f" {key} " for other in sure):
            found.add("longer")
        if found & {"h1", "h2"} and not found & {"og", "ld", "title", "tw", "cut"} and not title & set(key.split()):
            found.add("strange")
    for key, mark in (*_spelt(shown, around.link), *_placed(headings)):
        marks[key].add(mark)
    return [Candidate(shown[key], frozenset(found)) for key, found in marks.items()]


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


def _looks(key: str, text: str, around: Around) -> Iterator[str]:
    if around.site and key == normal(around.site):
        yield "site"
    if len(key.split()) >= 4 or (not key.isascii() and len(key) >= 10):
        yield "words"
    if key in around.above:
        yield "above"
    if _PIPE.search(text):
        yield "pipe"
    if _DASH.search(text):
        yield "dash"


def _spelt(shown: Mapping[str, str], link: str | None) -> Iterator[tuple[str, str]]:
    """Which texts the page's address spells, and which of them it spells best."""
    words = slug(link)
    fits = {key: likeness(text, words) for key, text in shown.items()} if words else {}
    best = max(fits.values(), default=0.0)
    for key, fit in fits.items():
        if fit >= SPELT:
            yield key, "spelt"
        if best >= SPELT_PARTLY and fit > best - 0.02:
            yield key, "spelt best"


def _placed(headings: Sequence[Heading]) -> Iterator[tuple[str, str]]:
    """Headings that are all links, or stand far from the story, wherever they stand."""
    places: dict[str, list[Heading]] = {}
    for heading in headings:
        if key := normal(line(heading.text)[:LONGEST]):
            places.setdefault(key, []).append(heading)
    for key, same in places.items():
        if all(heading.linked for heading in same):
            yield key, "linked"
        if min((abs(heading.before) for heading in same if heading.before is not None), default=FAR + 1) > FAR:
            yield key, "far"


def _together(found: set[str], *, news: bool) -> Iterator[str]:
    """Marks that stand for several at once."""
    if "h1" in found:
        yield from (["h1 ld"] if "ld" in found else [])
        yield from (["h1 og"] if found & {"og", "cut"} else [])
        yield from (["h1 title"] if found & {"title", "cut"} else [])
    else:
        yield from (["og title"] if {"og", "title"} <= found else [])
        yield from (["og other"] if "og" in found else [])
        yield from (["ld other"] if "ld" in found else [])
        yield from (["news other"] if news and "ld" in found else [])
    if "h2" in found:
        yield from (["h2 marked"] if found & {"title", "cut", "og", "ld"} else [])
        yield from (["h2 title"] if found & {"title", "cut"} else [])
    yield from (["news"] if news and "ld" in found else [])
    yield from (["news og"] if news and "og" in found else [])
