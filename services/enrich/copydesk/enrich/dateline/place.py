"""A dateline's place on the map: by its name and the state or country printed after it, else the best known one."""

from __future__ import annotations

import re
from functools import cache

from copydesk.enrich.dateline.line import PARTICLES
from copydesk.enrich.knowledge.gazetteer import Gazetteer, Known
from copydesk.enrich.knowledge.tables import rows
from copydesk.schemas.article import Place


def placed(name: str, region: str | None, gazetteer: Gazetteer) -> Place:
    """Return the place with country and coordinates where the gazetteer has it, else with what was printed."""
    spellings = (name, name.partition("/")[0], re.sub(r"^ST\.?\s", "Saint ", name, flags=re.IGNORECASE))
    known = next((list(found) for s in spellings if (found := gazetteer.find(s))), [])
    country, state = _region(region, gazetteer) if region else (None, None)
    if country:
        known = [k for k in known if k.country == country]
    if state:
        known = [k for k in known if k.admin1 == state] or [k for k in known if not k.admin1]
    shown = _written(name, known[0] if known else None)
    if not known:
        return Place(name=shown, country=country)
    best = known[0]
    return Place(
        name=shown,
        country=best.country,
        latitude=best.latitude,
        longitude=best.longitude,
        geonameid=best.geonameid or None,
    )


def _region(region: str, gazetteer: Gazetteer) -> tuple[str | None, str | None]:
    """The country (ISO 3166-1) and state (ISO 3166-2 code) that the words after the place name."""
    for part in reversed(region.split(",")):
        form = part.replace(".", "").strip().casefold()
        if form in _states():
            return _states()[form]
        countries = [k.country for k in gazetteer.find(part) if k.kind == "country"]
        if countries:
            return countries[0], None
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
    return "".join(w if i and w in PARTICLES else w[:1].upper() + w[1:] for i, w in enumerate(words))
