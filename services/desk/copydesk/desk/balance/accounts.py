"""An account: things that came in, each with the one term under which it is booked, counted by feed and hour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from copydesk.desk.balance.marks import Flags, Numbers
from copydesk.desk.records import NOWHERE

Kind = Literal[
    "lost by ingest",
    "lost by parse",
    "lost by enrich",
    "lost by publish",
    "repeat of nothing",
    "row without article",
    "row without receipt",
    "receipt without row",
    "two receipts",
    "two rows",
]


class Term(IntEnum):
    """Right-hand sides of both balances; `DIFFERENCE` is what no other term has."""

    DIFFERENCE = 0
    PARSED = 1
    KILLED = 2
    REPEATS = 3
    REFUSED = 4
    DEAD = 5
    IN_FLIGHT = 6
    PUBLISHED = 7
    HELD = 8
    SUPERSEDED = 9

    @property
    def words(self) -> str:
        """As it is printed."""
        return self.name.lower().replace("_", " ")


DOCUMENT_TERMS = (Term.PARSED, Term.KILLED, Term.REPEATS, Term.REFUSED, Term.DEAD, Term.IN_FLIGHT)
ARTICLE_TERMS = (Term.PUBLISHED, Term.HELD, Term.SUPERSEDED, Term.KILLED, Term.DEAD, Term.IN_FLIGHT)

Cell = tuple[str, int]
"""Feed and hour (hours since 1970)."""


@dataclass(frozen=True)
class Difference:
    """One thing that does not add up, by its id."""

    kind: Kind
    id: str
    feed: str
    hour: int
    """Hours since 1970; 0 where nobody knows."""
    about: str
    """Where it was seen last, in words."""


@dataclass
class Account:
    """A row for each thing; `term` may be booked anew while ids are looked at."""

    cell: Numbers
    mark: Numbers
    """Fingerprint of its id."""
    place: Numbers
    """Of the record by which its id is found; NOWHERE where there is none."""
    term: Numbers

    @classmethod
    def of(cls, cell: Numbers, mark: Numbers, place: Numbers | None = None, term: Term = Term.DIFFERENCE) -> Account:
        """Return an account whose rows are all booked under one term."""
        places = np.full(len(mark), NOWHERE, dtype=np.int64) if place is None else place
        return cls(cell, mark, places, np.full(len(mark), term, dtype=np.int64))

    def book(self, which: Flags, term: Term) -> None:
        """Book those rows of `which` that have no term yet."""
        self.term[which & (self.term == Term.DIFFERENCE)] = term

    def open(self) -> Numbers:
        """Return the numbers of the rows that no term has yet."""
        return np.flatnonzero(self.term == Term.DIFFERENCE)

    def counts(self, cells: int) -> Numbers:
        """Return how many rows each cell has under each term: an array of cells by terms."""
        flat = np.bincount(self.cell * len(Term) + self.term, minlength=cells * len(Term))
        return flat.reshape(-1, len(Term))


def joined(accounts: list[Account]) -> Account:
    """Return one account of all rows."""
    return Account(
        *(np.concatenate([getattr(a, name) for a in accounts]) for name in ("cell", "mark", "place", "term"))
    )
