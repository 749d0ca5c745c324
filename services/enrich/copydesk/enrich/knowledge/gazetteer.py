"""Places of the world by name: GeoNames' places of 500 people and more, US post towns, counties, states, regions, countries.

Built by `scripts/build_gazetteer.py`; sources and licences stand in `data/README.md` beside this file. Names live in a
trie on disk, everything else in columns, so that half a million names cost a few megabytes and load in milliseconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, Self

import marisa_trie
import numpy as np

DATA = Path(str(files("copydesk.enrich.knowledge"))) / "data"
KINDS = ("city", "country", "admin1", "admin2", "region", "water")
"""What a place is; `admin1` is a state or province, `admin2` a county, `region` an area that is neither."""

MARKS = re.compile("[\u0300-\u036f]")
DOTS = re.compile(r"[.’‘'`ʼ]")
JOINS = re.compile(r"[-‐‑–\s_]+")
SAINT = re.compile(r"\bsainte?\b")


class Known(NamedTuple):
    """One place: coordinates in degrees (WGS 84), population in heads (0 where unknown), `kind` one of `KINDS`.

    `admin1` is GeoNames' code of the state or province (for the US its postal abbreviation), `admin2` the county's name.
    """

    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    geonameid: int | None
    admin1: str
    kind: str
    admin2: str = ""


def fold(name: str) -> str:
    """Return the form by which names are looked up: no case, accents of Latin letters, dots or hyphens; `St` for `Saint`."""
    if name.isascii():
        flat = name.lower()
    else:
        flat = unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFKD", name.casefold())))
    flat = JOINS.sub(" ", DOTS.sub("", flat)).strip()
    return SAINT.sub("st", flat) if "saint" in flat else flat


@dataclass(frozen=True)
class Gazetteer:
    """Places by name without case; several places share a name, the most populous first."""

    names: Any
    """The trie of folded names; a name's id leads to `starts`, and that to its `rows`."""
    columns: dict[str, Any]
    labels: list[str]
    cache: dict[str, tuple[Known, ...]] = field(default_factory=dict, compare=False)

    def find(self, name: str) -> tuple[Known, ...]:
        """Return every place of that name or alternate name: countries first, then the most populous."""
        if (known := self.cache.get(name)) is None:
            if len(self.cache) > 50_000:
                self.cache.clear()
            known = self.cache[name] = tuple(self.places(fold(name)))
        return known

    def has(self, name: str) -> bool:
        """Whether any place has that name."""
        return fold(name) in self.names

    def opens(self, word: str) -> bool:
        """Whether the name of any place of several words begins with that word."""
        flat = fold(word)
        return not flat or next(iter(self.names.iterkeys(f"{flat} ")), None) is not None

    @cached_property
    def countries(self) -> dict[str, Known]:
        """Every country by its ISO 3166-1 alpha-2 code."""
        rows = np.flatnonzero(self.columns["kind"] == KINDS.index("country")).tolist()
        return {place.country: place for place in map(self.place, rows)}

    def places(self, key: str) -> Iterator[Known]:
        """Every place of a folded name."""
        at = self.names.get(key)
        if at is None:
            return
        starts = self.columns["starts"]
        for row in self.columns["rows"][starts[at] : starts[at + 1]].tolist():
            yield self.place(row)

    def place(self, row: int) -> Known:
        """The place of a row of the columns."""
        column = self.columns
        return Known(
            self.labels[column["name"][row]],
            self.labels[column["country"][row]],
            round(float(column["latitude"][row]), 4),
            round(float(column["longitude"][row]), 4),
            int(column["population"][row]),
            int(column["geonameid"][row]) or None,
            self.labels[column["admin1"][row]],
            KINDS[column["kind"][row]],
            self.labels[column["admin2"][row]],
        )

    @classmethod
    def load(cls, folder: Path = DATA) -> Self:
        """Read the files that `scripts/build_gazetteer.py` wrote."""
        names = marisa_trie.Trie()
        names.mmap(str(folder / "places.marisa"))
        with np.load(BytesIO((folder / "places.npz").read_bytes())) as packed:
            columns = {name: packed[name] for name in packed.files}
        labels = columns.pop("labels").tobytes().decode().split("\n")
        return cls(names, columns, labels)
