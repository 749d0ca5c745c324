"""News agencies by the names that datelines and credits give them (`agencies.tsv`, written for this)."""

from __future__ import annotations

import re
from functools import cache

from copydesk.enrich.knowledge.tables import rows

SIGNED_ALONE = re.compile(r"[^\W\d_][\w .&-]{0,30}")


@cache
def _known() -> dict[str, str]:
    known = {}
    for short, full, _country in rows("agencies.tsv"):
        known[short.casefold()] = known[full.casefold()] = full
    return known


def agency(name: str) -> str | None:
    """Return the full name of the agency, or of the first of several (`dpa/AFP`, `TT-AFP`, `dpa/lby`); else None."""
    for part in [name, *re.split(r"\s*[/–,]\s*|-| - | news\b", name, flags=re.IGNORECASE)]:
        if found := _known().get(part.casefold().strip(" .")):
            return found
    return None


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): zone for name, zone in rows("local_times.tsv")}


def local_zone(provider: str | None) -> str | None:
    """Return the IANA zone that an agency's notes mean where they name none; None where it writes for many countries."""
    return _zones().get((provider or "").casefold())
