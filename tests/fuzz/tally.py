"""What became of the inputs of a door."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts, and a line for each thing that must not be."""

    inputs: int = 0
    refused: int = 0
    accepted: int = 0
    crashed: list[str] = field(default_factory=list)
    hung: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add what another door counted."""
        self.inputs += other.inputs
        self.refused += other.refused
        self.accepted += other.accepted
        self.crashed += other.crashed
        self.hung += other.hung

    def __str__(self) -> str:
        """Say it as the last line of a run does."""
        return (
            f"inputs {self.inputs} refused {self.refused} accepted {self.accepted} "
            f"crashed {len(self.crashed)} hung {len(self.hung)}"
        )
