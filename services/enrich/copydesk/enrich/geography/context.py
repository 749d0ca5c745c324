"""What the words beside a place name say of it: `Paris, Texas`, `Geauga and Medina counties`, `Newark, OH`."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.enrich.geography.mentions import Found
from copydesk.enrich.geography.resolution import Toponym
from copydesk.enrich.knowledge.gazetteer import Gazetteer, Known, fold
from copydesk.enrich.text.tokens import Token

POSTAL = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "DC",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
    ]
)


def within(place: Known, area: Known) -> bool:
    """Whether a place lies in a country, state or county."""
    if place.country != area.country or place == area:
        return False
    if area.kind == "country":
        return True
    if area.kind == "admin1":
        return place.admin1 == area.admin1
    return area.kind == "admin2" and place.admin1 == area.admin1 and place.admin2 == area.admin2


def areas(found: Sequence[Token], place: Found, by_first: dict[int, Found]) -> tuple[Known, ...]:
    """Return the areas that the text names right after a place: `, Ohio`, `(Texas)`, `, Licking County`, `, OH`."""
    at = place.last + 1
    if at + 1 >= len(found) or found[at].text not in {",", "("}:
        return ()
    following = by_first.get(at + 1)
    if following and not following.nationality:
        return tuple(c for c in following.candidates if c.kind in {"country", "admin1", "admin2"})
    return ()


def postal(found: Sequence[Token], place: Found) -> str:
    """Return the state of `Newark, OH`, else nothing."""
    at = place.last + 1
    if at + 1 < len(found) and found[at].text == "," and found[at + 1].text in POSTAL:
        return found[at + 1].text
    return ""


def counties(found: Sequence[Token], place: Found, gazetteer: Gazetteer) -> tuple[Known, ...]:
    """Return the counties where it stands before `counties`: `Geauga and Medina counties`."""
    at = place.last + 1
    while (
        at < len(found)
        and at < place.last + 12
        and (found[at].text in {",", "and", "or", "&"} or found[at].text[:1].isupper())
    ):
        at += 1
    if at > place.last + 1 and at < len(found) and found[at].text == "counties":
        return tuple(k for k in gazetteer.find(place.name + " County") if k.kind == "admin2")
    return ()


def toponyms(found: Sequence[Token], places: list[Found], gazetteer: Gazetteer) -> tuple[list[Toponym], list[int]]:
    """Return the distinct names with what the text says of each, and for each mention the index of its name."""
    by_first = {p.first: p for p in places}
    groups: dict[tuple[str, int], list[Found]] = {}
    keys = []
    said: dict[tuple[str, int], set[int]] = {}
    for place in places:
        candidates = counties(found, place, gazetteer) or place.candidates
        if candidates is not place.candidates:
            place = Found(place.first, place.last, place.start, place.end, place.name, candidates)
        key = (fold(place.name), candidates[0].geonameid or 0 if place.nationality else len(candidates))
        groups.setdefault(key, []).append(place)
        keys.append(key)
        allowed = areas(found, place, by_first)
        state = postal(found, place)
        said.setdefault(key, set()).update(
            i
            for i, c in enumerate(candidates)
            if any(within(c, area) for area in allowed) or (state and c.country == "US" and c.admin1 == state)
        )
    order = {key: at for at, key in enumerate(groups)}
    made = [
        Toponym(members[0].name, members[0].candidates, frozenset(said[key]), min(2.0, 1 + 0.25 * (len(members) - 1)))
        for key, members in groups.items()
    ]
    return made, [order[key] for key in keys]
