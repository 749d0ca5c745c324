"""What stands above a scraped story: breadcrumb, site, headline, lead, byline, stamps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.parse.page.anchors import is_agency_line
from copydesk.parse.page.crumbs import breadcrumb, glued, is_crumbs
from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import Line, normal
from copydesk.parse.page.stamps import is_stamp
from copydesk.parse.page.teasers import chrome, inline, label

_SITE = re.compile(r"\s+[|–—·•-]\s+|\s*[|»]\s*")
_STOP = re.compile(r"[.!?…。！？]['\"”’»)]*$")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
UNSPACED_SENTENCE = 20
"""Characters of the shortest sentence in a script without spaces."""
LONGEST_HEADLINE = 250
REACH = 60
"""How many lines above the story are looked at."""


@dataclass(frozen=True)
class Masthead:
    """What was found above the story, each with the line it came from."""

    headline: Line | None = None
    section: tuple[str, ...] = ()
    section_line: Line | None = None
    site: str | None = None
    site_line: Line | None = None
    lead: Line | None = None
    subheadline: Line | None = None
    byline: Line | None = None


def masthead(above: Sequence[Line], body: Sequence[Line], agencies: frozenset[str] = frozenset()) -> Masthead:
    """Read the lines above the story; `body` are the story's own, `agencies` the names that are known, in normal form."""
    near = list(above[-REACH:])
    headline = _headline(near, body)
    if headline is None:
        return Masthead()
    at = near.index(headline)
    headline, names, glue = glued(near, headline)
    crumbs = breadcrumb(near[:at], headline.key)
    below = [line for line in near[at + 1 :] if line.key != headline.key]
    site = _site(near[:at], headline) or _lone_site(near[:at], headline) or _named_site(near[:at], below)
    lead = next((line for line in below if is_prose(line.text)), None)
    section, section_line = crumbs if crumbs[0] and not _is_site_name(crumbs[0][0]) else (names, glue)
    if not section and site is not None and site[1]:
        section, section_line = (site[1],), site[2]
    return Masthead(
        headline=headline,
        section=section,
        section_line=section_line,
        site=site[0] if site else None,
        site_line=site[2] if site else None,
        lead=lead,
        subheadline=_subheadline(below, lead),
        byline=next((line for line in below if is_byline(line.text)), None)
        or next((line for line in below if is_agency_line(line.text, agencies)), None),
    )


def is_prose(text: str) -> bool:
    """Whether the line is a sentence or more, and not a label, a button, a stamp or a byline."""
    return len(text.split()) >= 8 and _STOP.search(text) is not None and not is_stamp(text) and inline(text) is None


def is_paragraph(text: str) -> bool:
    """Whether the line is a sentence or more, in scripts without spaces too."""
    unspaced = not text.isascii() and len(_UNSPACED.findall(text)) >= UNSPACED_SENTENCE
    return is_prose(text) or (
        unspaced and any(c in text for c in "。！？।") and not is_stamp(text) and inline(text) is None
    )


def is_byline(text: str) -> bool:
    """Whether the line says who wrote the story: `By Jane Doe for the Associated Press`."""
    words = normal(text).split()
    taken = cues("byline").begin(words)
    rest = text.split()[taken:]
    return bool(0 < taken < len(words) <= 14 and not _STOP.search(text) and rest and rest[0][:1].isupper())


def _headline(near: Sequence[Line], body: Sequence[Line]) -> Line | None:
    said = {word for line in body[:8] for word in line.key.split() if len(word) > 3}
    repeated: dict[str, int] = {}
    for line in near:
        repeated[line.key] = repeated.get(line.key, 0) + 1
    best, most = None, 0.0
    for at, line in enumerate(near):
        if not _may_be_headline(line.text):
            continue
        words = [word for word in line.key.split() if len(word) > 3]
        score = 4.0 * sum(word in said for word in words) / max(len(words), 4) + min(len(words), 8) / 4
        score += 1.5 * (repeated[line.key] > 1)
        score += 1.5 * any(o.key.endswith(line.key) and len(o.key) > len(line.key) + 2 for o in near)
        score -= 2.0 * bool(_STOP.search(line.text)) + 0.06 * (len(near) - at)
        if score > most:
            best, most = line, score
    return best


def _may_be_headline(text: str) -> bool:
    if not 8 <= len(text) <= LONGEST_HEADLINE and not (len(text) >= 4 and not text.isascii()):
        return False
    if len(text) > LONGEST_HEADLINE or is_stamp(text) or chrome(text) or label(text) or is_byline(text):
        return False
    return inline(text) is None and not is_crumbs(text) and "©" not in text


def _site(before: Sequence[Line], headline: Line) -> tuple[str, str | None, Line] | None:
    """The site's name in `Story - The Gazette` or `The Gazette — Asia`, and the section beside it."""
    for line in before[:3]:
        parts = [part.strip() for part in _SITE.split(line.text) if part.strip()]
        if not 2 <= len(parts) <= 3 or len(line.text) > 200 or any(len(p) < 2 for p in parts):
            continue
        if any(cues("home").be(normal(part)) for part in parts):
            continue
        names = [part for part in parts if normal(part) != headline.key]
        if len(names) < len(parts):
            return names[-1], names[0] if len(names) > 1 else None, line
        if all(
            len(p.split()) <= 5 and p[0].isupper() and not any(c.isdigit() for c in p) for p in parts
        ) and not chrome(line.text):
            return parts[0], parts[1], line
    return None


def _lone_site(before: Sequence[Line], headline: Line) -> tuple[str, str | None, Line] | None:
    """The first line of a text with few lines above its story, where it looks like a name: `The Dominion Courier`."""
    if not 2 <= len(before) <= 12:
        return None
    line = before[0]
    words = line.text.split()
    named = 2 <= len(words) <= 5 and words[0][0].isupper() and words[-1][0].isupper()
    plain = all(c.isalpha() or c in " .&'’-" for c in line.text)
    if (
        not (named and plain)
        or chrome(line.text)
        or label(line.text)
        or cues("home").begin(line.key.split())
        or line.key in headline.key
        or headline.key in line.key
    ):
        return None
    return line.text, None, line


def _named_site(before: Sequence[Line], below: Sequence[Line]) -> tuple[str, str | None, Line] | None:
    """The first line near the headline that is a newspaper's name, told by a word of it: `The Valley Courier`."""
    return next(((line.text, None, line) for line in (*before, *below) if _is_site_name(line.text)), None)


def _is_site_name(text: str) -> bool:
    words = text.split()
    if not 2 <= len(words) <= 5 or len(text) > 40 or chrome(text) or label(text) or cues("section").be(normal(text)):
        return False
    capital = all(word[0].isupper() or len(word) <= 3 for word in words) and not any(c.isdigit() for c in text)
    return capital and any(cues("masthead").be(normal(word)) for word in (words[0], words[-1], *words[1:2]))


def _subheadline(below: Sequence[Line], lead: Line | None) -> Line | None:
    for line in below:
        if line is lead:
            return None
        if len(line.text.split()) >= 5 and _may_be_headline(line.text) and not _STOP.search(line.text):
            return line
    return None
