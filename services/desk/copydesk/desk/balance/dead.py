"""What `wire.dead` holds, as the balances need it: which places and which articles are dead, and which were sent again since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from copydesk.desk.balance.marks import Numbers
from copydesk.desk.records import NOWHERE


@dataclass(frozen=True, slots=True)
class Death:
    """One record of `wire.dead` that is a letter."""

    letter: int
    """Fingerprint of the letter's id."""
    stage: str
    place: int
    """Of the record that failed, in the topic that its stage reads; NOWHERE where it was turned away at the door."""
    mark: int
    """Fingerprint of the document (ingest, parse) or the article (enrich, publish); NOWHERE where the letter names none."""
    event: int
    """Fingerprint of the failed event's id; NOWHERE where it has none."""
    cell: int
    attempts: int = 1
    """How often it had failed by then."""


@dataclass
class DeadBook:
    """Letters in the order of their partition, and marks that one was sent again, which undo what stood before them."""

    standing: dict[int, list[Death]] = field(default_factory=dict)
    """By letter: what failed since it was last sent again."""
    again: set[int] = field(default_factory=set)
    """Places of failures that were sent again since: the record that did so stands for them now."""

    def add(self, death: Death) -> None:
        """Take down a failure."""
        before = self.standing.setdefault(death.letter, [])
        if all(each.place != death.place for each in before):
            before.append(death)

    def sent_again(self, letter: int, attempts: int) -> None:
        """Take down that a letter was replayed once it had failed so often: a failure of the replay itself stands."""
        failed = self.standing.pop(letter, [])
        self.again.update(death.place for death in failed if death.attempts <= attempts)
        if left := [death for death in failed if death.attempts > attempts]:
            self.standing[letter] = left

    def of(self, stage: str) -> list[Death]:
        """Return the failures of a stage that were not sent again."""
        return [death for deaths in self.standing.values() for death in deaths if death.stage == stage]


def numbers(values: Iterable[int]) -> Numbers:
    """Return the numbers, NOWHERE left out."""
    return np.array([value for value in values if value != NOWHERE], dtype=np.int64)
