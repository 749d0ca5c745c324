"""Who made a scraped story, and who passed it on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copydesk.parse.page.lines import Line, normal
from copydesk.parse.page.selection import Zones
from copydesk.parse.profile import Profiles

_SOURCE = re.compile(
    r"^[(\[]?\s*(?:source|sources|quelle|quellen|fuente|fuentes|fonte|bron|kilde|källa|źródło|zdroj|источник|джерело|kaynak|"
    r"المصدر|מקור|منبع|出典|출처|来源|來源|agency|agencia|agence|agentur|con informaci[oó]n de|avec)\s*[:：]?\s*(.{2,60}?)[)\].]*$",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?:for|für|para|pour|per|for the|of the|of)\s+(?:the |la |die |der |l['’])?([^\n,|]{2,40})$", re.IGNORECASE
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?)?\s*([^\n.|,]{2,60})",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"[(\[/]\s*([^\s()\[\]/][^()\[\]/]{1,30})\s*[)\]]\s*$|(?:^|\s)/([^\s/]{2,12})/?\s*$")
_CLAIM = re.compile(
    r"\b(?:all rights reserved|todos los derechos|alle rechte|tous droits|tutti i diritti).*$", re.IGNORECASE
)
_PARTS = re.compile(r"\s*[|•·/,]\s*|\s+[-–—]\s+|^\s*(?:by|von|por|par|di|da|av|af)\s+", re.IGNORECASE)
SHORT = 100
FEW = 4
"""A line of more parts is a site's navigation."""


@dataclass(frozen=True)
class Origin:
    """A name, and the line that says it."""

    name: str
    line: Line


def agencies(profiles: Profiles) -> frozenset[str]:
    """Return every name of every agency that has a profile, in normal form."""
    return frozenset(normal(name) for profile in profiles.all for name in profile.names())


def maker(zones: Zones, byline: Line | None, known: frozenset[str]) -> Origin | None:
    """Return the agency that the text names as the story's maker: dateline, source line, byline, last words, copyright."""
    if zones.agency and zones.agency_line:
        return Origin(_canonical(zones.agency, known), zones.agency_line)
    around = [*zones.above, *zones.inside, *zones.below]
    for found in (
        *_named([byline] if byline else [], _FOR),
        *_named(around, _SOURCE),
        *_beside_stamps([*zones.above, *zones.body[:2]], known),
        *_trailing(zones.body),
        *_named(around, _COPYRIGHT),
    ):
        if normal(found.name) in known:
            return found
    return None


def copyright_holder(lines: Sequence[Line]) -> Origin | None:
    """Return who holds the page's copyright, as its last copyright line says."""
    for line in reversed(lines):
        found = (
            _COPYRIGHT.search(line.text) if "©" in line.text or "opyright" in line.text or "(c)" in line.text else None
        )
        if found:
            name = _CLAIM.sub("", found[1]).strip(" -–—|.,")
            if name and any(c.isalpha() for c in name) and len(name.split()) <= 8:
                return Origin(name, line)
    return None


def _named(lines: Iterable[Line], pattern: re.Pattern[str]) -> Iterable[Origin]:
    for line in lines:
        found = pattern.search(line.text) if len(line.text) <= 300 else None
        if found:
            yield Origin(_CLAIM.sub("", found[1]).strip(" .-–—"), line)


def _beside_stamps(lines: Iterable[Line], known: frozenset[str]) -> Iterable[Origin]:
    """Read a short line over the story of which an agency's name is one part: `AFP | Nov 21, 2016`, `By Reuters`."""
    for line in lines:
        parts = _PARTS.split(line.text) if len(line.text) <= SHORT else []
        if len(parts) <= FEW:
            yield from (Origin(part.strip(), line) for part in parts if normal(part) in known)


def _trailing(body: Sequence[Line]) -> Iterable[Origin]:
    for line in body[-1:]:
        found = _TRAILING.search(line.text)
        if found:
            yield Origin((found[1] or found[2]).strip(), line)


def _canonical(name: str, known: frozenset[str]) -> str:
    """Return the agency's part of `dpa/lno` and `Reuters - Jane Doe`."""
    for part in re.split(r"\s*[/,;]\s*|\s+[-–—]\s+", name):
        if normal(part) in known:
            return part
    return re.split(r"\s*/\s*", name)[0]
