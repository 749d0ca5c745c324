"""How many events to give to the work at once: as many as it does in a fraction of a second, beside what each call costs anyway.

A call costs something however few events it has: the round trips of a transaction, an answer of the broker. With a slow store
that alone is longer than the target; fewer events in a call would then only make it slower, one by one. So the cost of a call is
told from that of an event, by the line through the latest calls (least squares, older calls counting less and less), and only
the events' share is held to the target.
"""

from __future__ import annotations

from dataclasses import dataclass

TARGET_S = 0.5
"""The events of a call should not take longer: it holds up a rebalance, a stop and every batch behind it."""
MOST = 1000
BEGIN = 10
LONGEST_S = 3.0
"""A call that took longer is never made larger just to see what it costs."""
MEMORY = 0.7
"""What the calls before count, beside the latest."""
SPREAD = 0.06
"""By what share of their mean the sizes of the calls must vary for a line through them to mean anything."""
CHEAPEST = 0.02
"""An event is never believed to cost less than this share of its part of the whole: noise may make it look free."""


@dataclass
class Pace:
    """Learns what a call and what an event take."""

    events: int = BEGIN
    """How many events the next call should be given: at least one."""
    _size: float = 0.0
    _seconds: float = 0.0
    _variance: float = 0.0
    _covariance: float = 0.0

    def learn(self, events: int, seconds: float) -> None:
        """Take in what the last call took."""
        self._take_in(events, seconds)
        share = self._seconds / self._size
        known = self._variance > (SPREAD * self._size) ** 2
        each = max(min(self._covariance / self._variance, share), CHEAPEST * share) if known else share
        wanted = TARGET_S / max(each, 1e-9)
        if not known and seconds < LONGEST_S:
            wanted = max(wanted, 1.3 * events + 1)  # perhaps it costs no more: see what a larger call takes
        self.events = max(1, min(MOST, int(wanted), 2 * max(self.events, events)))

    def _take_in(self, events: int, seconds: float) -> None:
        if not self._size:
            self._size, self._seconds = float(events), seconds
            return
        more, longer = events - self._size, seconds - self._seconds
        self._size += (1 - MEMORY) * more
        self._seconds += (1 - MEMORY) * longer
        self._variance = MEMORY * (self._variance + (1 - MEMORY) * more * more)
        self._covariance = MEMORY * (self._covariance + (1 - MEMORY) * more * longer)
