"""Which of the places of a name is meant: by what the text says beside it, by heads, and by the places named with it.

Each name's candidates start from their size; then every name's likely places draw those of the others near them (the
minimality of Leidner 2007, made soft), states and countries draw what lies in them, over a few rounds. One name means one
place throughout a text, except where the text itself says otherwise (`Paris, Texas`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import numpy as np
from copydesk.enrich.knowledge.gazetteer import Known, fold
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.intp]

ROUNDS = 4
MOST_CANDIDATES = 60
"""Candidates of one name that are weighed; the least populous beyond are left out."""
MOST_TOGETHER = 900
"""Candidates of a text that are weighed together; beyond, each name keeps fewer."""
NEAR = 95.0
"""Kilometres in which nearness falls to a third."""
SIZE, OF_COUNTRIES, OF_STATES, OWN_NAME, SAID = 0.5, 1.3, 0.7, 1.0, 30.0
"""What speaks for a place by itself: each power of ten of heads, being a country, a state, its own name, being singled out by the text."""
NEARNESS, COUNTY, STATE, COUNTRY, SIDE_BY_SIDE = 2.2, 3.0, 1.4, 0.7, 0.35
"""How much two places speak for each other: beside each other, one in the county, state or country that the other is; and the part
of that where both merely lie in the same one."""
GAIN, BEND, HEAT = 3.75, 2.4, 3.0
"""How much all the others count, how soon further ones count less, how sharply the best is preferred."""
EARTH = 6371.0


@dataclass(frozen=True)
class Toponym:
    """A name with its candidates; `said` are those that the words beside it allow, `weight` how often it stands."""

    name: str
    candidates: tuple[Known, ...]
    said: frozenset[int] = frozenset()
    """Indices of candidates that the text itself singles out."""
    weight: float = 1.0


def resolve(toponyms: list[Toponym]) -> list[tuple[int, float]]:
    """Return for each toponym the index of its place among its candidates, and how sure that is (0 to 1)."""
    if not toponyms:
        return []
    most = max(4, min(MOST_CANDIDATES, MOST_TOGETHER // len(toponyms)))
    kept = [keep(t, most) for t in toponyms]
    places = [t.candidates[i] for t, indices in zip(toponyms, kept, strict=True) for i in indices]
    owner = np.repeat(np.arange(len(toponyms)), [len(k) for k in kept])
    base = np.array(
        [prior(t.candidates[i], t.name) for t, indices in zip(toponyms, kept, strict=True) for i in indices]
    )
    base += SAID * np.array([i in t.said for t, indices in zip(toponyms, kept, strict=True) for i in indices])
    shares = settle(base, pull(places, owner), owner, np.array([t.weight for t in toponyms])[owner])
    found, at = [], 0
    for indices in kept:
        best = max(range(len(indices)), key=lambda i, at=at: shares[at + i])  # type: ignore[misc]
        found.append((indices[best], float(shares[at + best])))
        at += len(indices)
    return found


def keep(toponym: Toponym, most: int) -> list[int]:
    """Return the indices of the candidates that are weighed."""
    indices = list(range(min(most, len(toponym.candidates))))
    return indices + [i for i in sorted(toponym.said) if i >= len(indices)]


def prior(place: Known, name: str) -> float:
    """Return how likely a place is without context, on a scale of logarithms.

    Its own name speaks for it more than one that it bears in some other language or bore once.
    """
    heads = log10(place.population + 30)
    bonus = (
        OF_COUNTRIES if place.kind in {"country", "water", "region"} else OF_STATES if place.kind == "admin1" else 0.0
    )
    return SIZE * heads + bonus + (OWN_NAME if fold(place.name) == fold(name) else 0.0)


def pull(places: list[Known], owner: Indices) -> Numbers:
    """Return how much each candidate speaks for each other one: nearness, lying inside, lying in the same country."""
    latitude = np.radians(np.array([p.latitude for p in places], np.float64))
    longitude = np.radians(np.array([p.longitude for p in places], np.float64))
    half = np.sin((latitude[:, None] - latitude) / 2) ** 2
    half += np.cos(latitude)[:, None] * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
    distance = 2 * EARTH * np.arcsin(np.sqrt(np.minimum(1, half)))
    small = np.array([p.kind in {"city", "admin2"} for p in places])
    force = NEARNESS * np.exp(-distance / NEAR) * (small[:, None] & small)
    force += containment(places, owner)
    force[owner[:, None] == owner] = 0
    result: Numbers = force
    return result


def containment(places: list[Known], owner: Indices) -> Numbers:
    """Return the part of `pull` that divisions and countries have."""
    codes: dict[str, int] = {}
    country = np.array([codes.setdefault(p.country, len(codes)) for p in places])
    state = np.array(
        [codes.setdefault(p.country + "." + p.admin1, len(codes)) if p.admin1 else -1 - i for i, p in enumerate(places)]
    )
    county = np.array(
        [
            codes.setdefault(f"{p.country}.{p.admin1}.{p.admin2}", len(codes)) if p.admin2 else -1 - i
            for i, p in enumerate(places)
        ]
    )
    is_state = np.array([p.kind == "admin1" for p in places])
    is_county = np.array([p.kind == "admin2" for p in places])
    is_country = np.array([p.kind == "country" for p in places])
    known = np.array([bool(p.country) for p in places])
    same_state = state[:, None] == state
    same_country = (country[:, None] == country) & known
    # Many states in a text are a country's news, and none of them says where the other places are.
    states = max(1, len(set(owner[is_state].tolist())))
    in_state = np.where(is_state[:, None] | is_state, STATE / states, STATE * SIDE_BY_SIDE)
    in_county = np.where(is_county[:, None] | is_county, COUNTY, COUNTY * SIDE_BY_SIDE)
    in_country = np.where(is_country[:, None] | is_country, COUNTRY, COUNTRY * SIDE_BY_SIDE)
    same_county = county[:, None] == county
    found: Numbers = (
        np.where(same_state, in_state, 0.0)
        + np.where(same_county, in_county, 0.0)
        + np.where(same_country, in_country, 0.0)
    )
    return found


def settle(base: Numbers, force: Numbers, owner: Indices, weight: Numbers) -> Numbers:
    """Return each candidate's share of its name after the rounds."""
    shares = share(base, owner)
    for _ in range(ROUNDS):
        drawn = force * (shares * weight)[None, :]
        # The strongest candidate of each other name speaks for it; many names speak more than one, but not without end.
        columns = np.zeros((len(base), int(owner[-1]) + 1))
        np.maximum.at(columns.T, owner, drawn.T)
        shares = share(base + saturate(columns), owner)
    return shares


def saturate(columns: Numbers) -> Numbers:
    """Add up what the other names say; each further one counts less."""
    added: Numbers = GAIN * np.log1p(columns.sum(axis=1) / BEND)
    return added


def share(score: Numbers, owner: Indices) -> Numbers:
    """Softmax within each name."""
    top = np.full(int(owner[-1]) + 1, -np.inf)
    np.maximum.at(top, owner, score)
    raised = np.exp(HEAT * (score - top[owner]))
    total = np.zeros(len(top))
    np.add.at(total, owner, raised)
    shares: Numbers = raised / total[owner]
    return shares
