"""A dateline's place on the map: by its name and the state or country printed after it, else the best known one."""

from __future__ import annotations

import math
import re
from functools import cache
from itertools import islice

from copydesk.enrich.dateline.line import PARTICLES
from copydesk.enrich.knowledge.gazetteer import Gazetteer, Known, fold
from copydesk.enrich.knowledge.tables import rows
from copydesk.schemas.article import Place

CITY_ENOUGH = 100_000
"""Heads from which on a city stands for the name that it shares with its state: `NEW YORK`, `WASHINGTON`."""

NAMED_BONUS = 2.0
"""What a state or country named in the story outweighs, in powers of ten of the population."""

CLEAR, METROPOLIS = 50, 1_000_000
"""A city so many times larger than the next of its name, or of so many heads, needs no second look."""

OWN_NAME = 100
"""How much more a city's own name speaks for it than one that it bears in another language or bore once."""

SEATS = {"united nations": "New York City"}
"""Datelines that name a body, and the city of its seat."""

IN_BRACKETS = re.compile(r"(?P<name>.+?)\s*\((?P<region>.+)\)")
RUN = re.compile(r"[^\W\d_a-zß-ÿ][\w'’-]+(?:\s[^\W\d_a-zß-ÿ][\w'’-]+){0,2}")
DOTTED = re.compile(r"(?:\w\.)+\w?\.?")
"""`U.S.` in capitals."""
LOOK_UP = 80


def placed(name: str, region: str | None, gazetteer: Gazetteer, story: str = "") -> Place:
    """Return the place with country and coordinates where the gazetteer has it, else with what was printed.

    Of several places of a name the one in the region printed after it counts, else one whose state or country the story
    names, else the most populous.
    """
    if (more := IN_BRACKETS.fullmatch(name)) and not region and not gazetteer.find(name):
        name, region = more["name"], more["region"]
    spellings = (
        SEATS.get(name.casefold(), name),
        name.partition("/")[0],
        re.sub(r"^ST\.?\s", "Saint ", name, flags=re.IGNORECASE),
    )
    known = next((list(found) for s in spellings if (found := gazetteer.find(s))), [])
    country, state = _region(region, known, gazetteer) if region else (None, None)
    if country:
        known = [k for k in known if k.country == country]
    if state:
        known = [k for k in known if k.admin1 == state] or [k for k in known if not k.admin1]
    known.sort(
        key=lambda k: -k.population * (OWN_NAME if fold(k.name) == fold(name) else 1) if k.kind == "city" else -math.inf
    )
    best = _best(known, gazetteer, story, decided=bool(country))
    shown = _written(name, best)
    if best is None:
        return Place(name=shown, country=country)
    return Place(
        name=shown,
        country=best.country,
        latitude=best.latitude,
        longitude=best.longitude,
        geonameid=best.geonameid or None,
    )


def _best(known: list[Known], gazetteer: Gazetteer, story: str, *, decided: bool) -> Known | None:
    """A country or state only where no large city bears its name: stories are filed from cities."""
    if not known:
        return None
    cities = [k for k in known if k.kind == "city"]
    first = known[0]
    if first.kind != "city":
        own = [c for c in cities if c.country == first.country]
        return own[0] if own and (own[0].population >= CITY_ENOUGH or first.kind != "country") else first
    most = cities[0].population
    if decided or len(cities) < 2 or most > METROPOLIS or most > CLEAR * max(1, cities[1].population):
        return first
    named = _named(story, gazetteer)
    return max(
        cities,
        key=lambda c: (
            math.log10(c.population + 10) + NAMED_BONUS * ((c.country, c.admin1) in named or (c.country, "") in named)
        ),
    )


def _named(story: str, gazetteer: Gazetteer) -> set[tuple[str, str]]:
    """The countries and states that the head of the story names."""
    found: set[tuple[str, str]] = set()
    for run in {m.group() for m in islice(RUN.finditer(story[:2_000]), LOOK_UP)}:
        for words in {run, *run.split()}:
            for place in gazetteer.find(words)[:2]:
                if place.kind == "country":
                    found.add((place.country, ""))
                elif place.kind == "admin1":
                    found.add((place.country, place.admin1))
    return found


def _region(region: str, known: list[Known], gazetteer: Gazetteer) -> tuple[str | None, str | None]:
    """The country (ISO 3166-1) and state (ISO 3166-2 code) that the words after the place name."""
    for part in reversed(region.split(",")):
        form = part.replace(".", "").strip().casefold()
        state = _states().get(form)
        if state and any((k.country, k.admin1) == state for k in known):
            return state
        countries = [k.country for k in gazetteer.find(part) if k.kind == "country"]
        if countries:
            return countries[0], None
        if state:
            return state
    return None, None


@cache
def _states() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for form, country, code, _name in rows("regions.tsv"):
        found.setdefault(form, (country, code))
    return found


def _written(name: str, known: Known | None) -> str:
    """The name in upper and lower case: as the gazetteer has it where it is the same name, else by its words."""
    if known and known.name.casefold() == name.casefold():
        return known.name
    if not name.isupper() and not name.islower():
        return name
    words = re.split(r"([\s-]+)", name.lower())
    return "".join(
        w if i and w in PARTICLES else w.upper() if DOTTED.fullmatch(w) else w[:1].upper() + w[1:]
        for i, w in enumerate(words)
    )
