"""Bylines: `By A and B, Associated Press`, `Von A, dpa`, `Por A`, at the story's head or as the wire's own field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.enrich.credit.names import is_desk, names
from copydesk.enrich.credit.signoff import Found, clauses, initials

BY = re.compile(
    r"^[\s*_–—-]*(?P<by>(?:story |text |words |reported |tekst |text |texte |texto |testo )?(?:by|von|vom|par|por|di|da|de|del|door|av|af)|"
    r"(?:dal nostro (?:inviato|corrispondente))|(?:from|de notre (?:correspondante?|envoyée? spéciale?)))[\s:]+"
    r"(?P<names>[^\n]{3,160}?)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
STOPS = re.compile(r"\s*(?:[;|]|\s[-–—]\s|(?<=\w{3})\.\s|\bphotos?\b|\bfotos?\b)", re.IGNORECASE)
HEAD = 400
TITLE_LINE = re.compile(
    r"\s*\n\s*[^\n]{0,60}\b(?:Writers?|Correspondents?|Reporter|Photographer|Editor)s?\s*$",
    re.IGNORECASE | re.MULTILINE,
)


def bylines(text: str, dateline_at: int | None) -> Iterator[Found]:
    """Yield the names of a byline at the head of the body, before the dateline where it has one."""
    head = text[: dateline_at or HEAD] if dateline_at != 0 else ""
    for line in list(BY.finditer(head))[:2]:
        if line.start() > HEAD // 2 and not head[: line.start()].endswith("\n"):
            continue
        listed = line["names"]
        if _sentence(listed):
            continue
        for name, span in names(listed, line.start("names")):
            yield ("desk" if is_desk(name) else "reporter", name, span)


def field(byline: str) -> Iterator[Found]:
    """Yield the credits that the wire's own byline field states; names alone are reporters."""
    if signed := list(initials(byline, 0)):
        yield from signed
        return
    found = BY.match(byline.strip())
    said = list(clauses(byline, 0))
    if not found and said:
        yield from said
        return
    listed = found["names"] if found else byline
    stop = STOPS.search(listed)
    first = listed[: stop.start()] if stop else listed
    for name, span in names(first, found.start("names") if found else 0):
        yield ("desk" if is_desk(name) else "reporter", name, span)
    if stop:
        yield from clauses(listed[stop.start() :].lstrip(" ;|–-"), 0)


def _sentence(listed: str) -> bool:
    """Whether the words are prose: they end on a full stop and most of them are small."""
    words = re.findall(r"[^\W\d_]+", listed)
    return sum(1 for w in words if w[0].islower()) > 0.5 * max(1, len(words))
