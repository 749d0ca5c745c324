"""People, organisations and places that a provider itself names beside the story."""

from __future__ import annotations

from typing import Literal

from copydesk.parse.jsontree import Node, text
from copydesk.schemas.article import Entity, Evidence

Kind = Literal["person", "organisation", "place"]


def entity(name: str, kind: Kind, why: Evidence, geojson: Node) -> Entity:
    """Return the named person, organisation or place; `geojson` is its point (RFC 7946, section 3.1.2: longitude first)."""
    point = geojson.get("coordinates") if text(geojson, "type") == "Point" else None
    numbers = [float(n) for n in point if isinstance(n, (int, float))] if isinstance(point, list) else []
    on_earth = len(numbers) >= 2 and abs(numbers[0]) <= 180 and abs(numbers[1]) <= 90
    return Entity(
        name=name,
        type=kind,
        longitude=numbers[0] if on_earth else None,
        latitude=numbers[1] if on_earth else None,
        evidence=why,
    )
