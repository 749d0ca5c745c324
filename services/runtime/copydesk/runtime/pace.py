"""How many events to give to the work at once: as many as it does in a fraction of a second."""

from __future__ import annotations

from dataclasses import dataclass

TARGET_S = 0.5
"""A call should not last longer: it holds up a rebalance, a stop and every batch behind it."""
MOST = 1000


@dataclass
class Pace:
    """Learns what an event takes. Begins with little, as if each took 50 ms."""

    seconds_an_event: float = 0.05

    @property
    def events(self) -> int:
        """How many events the next call should be given: at least one."""
        return max(1, min(MOST, int(TARGET_S / max(self.seconds_an_event, 1e-6))))

    def learn(self, events: int, seconds: float) -> None:
        """Take in what the last call took."""
        self.seconds_an_event = (self.seconds_an_event + seconds / events) / 2
