"""Whether a run holds, and the lines that say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.chaos.measure import Happened, longest

A_SECOND, DOCUMENTS, KINDS, WITHIN_S = 20.0, 3000, 5, 180
"""What a run must do: so many documents a second; in three minutes so many documents and kinds of fault."""
GOALS = {"kill": 15.0, "outage": 20.0}
"""Longest stall in seconds."""
GROWTH_MIB = 128
"""A worker may come to so much more memory than it had once it was warm; a backlog waits in Kafka, not in memory."""
SHOWN = 10


@dataclass
class Findings:
    """What a run came to."""

    seed: int
    seconds: float
    documents: int
    faults: Sequence[Happened]
    lost: Sequence[str]
    doubled: Sequence[str]
    different: Sequence[str]
    failures: list[str] = field(default_factory=list)
    """What else did not hold."""

    @property
    def kinds(self) -> int:
        """How many kinds of fault were done."""
        return len({fault.kind for fault in self.faults})


def failures(found: Findings) -> Iterator[str]:
    """Yield each reason for which the run does not hold."""
    for name in ("lost", "doubled", "different"):
        listed: Sequence[str] = getattr(found, name)
        if listed:
            yield f"{len(listed)} {name}: {'; '.join(listed[:SHOWN])}{' …' if len(listed) > SHOWN else ''}"
    if found.documents < A_SECOND * found.seconds:
        yield f"{found.documents / found.seconds:.1f} documents/s; {A_SECOND:.0f} are the least"
    if found.seconds >= WITHIN_S and found.documents < DOCUMENTS:
        yield f"{found.documents} documents; {DOCUMENTS} are the least"
    if found.seconds >= WITHIN_S and found.kinds < KINDS:
        yield f"{found.kinds} kinds of fault; {KINDS} are the least"
    yield from found.failures


def missed_goals(found: Findings) -> Iterator[str]:
    """Yield each goal that was missed; they depend on the machine, so that none fails the run."""
    for measure, goal in GOALS.items():
        if (seconds := longest(found.faults, measure)) > goal:
            yield f"longest stall after {'a kill' if measure == 'kill' else 'an outage'}: {seconds:.1f} s; the goal is {goal:.0f} s"


def by_kind(faults: Sequence[Happened]) -> Iterator[tuple[str, int, float, float]]:
    """Yield each kind of fault, how often it was done, and the median and longest of its stalls, in seconds."""
    stalls: dict[str, list[float]] = defaultdict(list)
    for fault in faults:
        stalls[fault.kind].append(fault.stall)
    for kind, seconds in sorted(stalls.items()):
        yield kind, len(seconds), sorted(seconds)[len(seconds) // 2], max(seconds)


def last_line(found: Findings) -> str:
    """Return the line for machines."""
    return (
        f"chaos: documents {found.documents} faults {len(found.faults)} kinds {found.kinds} lost {len(found.lost)}"
        f" doubled {len(found.doubled)} stall_kill_s {longest(found.faults, 'kill'):.1f}"
        f" stall_outage_s {longest(found.faults, 'outage'):.1f} seed {found.seed}"
    )
