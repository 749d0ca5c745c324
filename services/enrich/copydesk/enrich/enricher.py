"""What an enricher says of itself, and the list of all that are known, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

from copydesk.enrich import enrichers
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.runtime.plugins import scan
from copydesk.schemas.article import Article

Findings = Mapping[str, Any]
"""Values for the article's fields that the enricher gives; fields that it found nothing for are left out."""


MOST_TEXT = 200_000
"""Code points of a body that names, quotes and times are read from; one longer is a list or a record of proceedings, and
its head says what it is. So a text of any size and kind takes seconds."""


@dataclass(frozen=True)
class Enricher:
    """A pure function over an article: what it needs filled, what it fills, and how.

    `find` reads the article and the knowledge, and nothing else. It never raises for a text that it cannot make out: it
    answers with less. A rule that knows only some languages stays silent for the others.
    """

    name: str
    version: str
    needs: frozenset[str]
    gives: frozenset[str]
    find: Callable[[Article, Knowledge], Findings]

    @property
    def label(self) -> str:
        """`name@version`, as provenance and evidence state it."""
        return f"{self.name}@{self.version}"


@cache
def known() -> tuple[Enricher, ...]:
    """Every enricher of this installation, each after those that give what it needs."""
    found = scan(enrichers, "ENRICHER", Enricher, "copydesk.enrichers")
    after = {e.name: {o.name for o in found if o.name != e.name and o.gives & e.needs} for e in found}
    by_name = {e.name: e for e in found}
    try:
        return tuple(by_name[name] for name in TopologicalSorter(after).static_order())
    except CycleError as error:
        raise ValueError(f"enrichers need each other in a circle: {error.args[1]}") from error
