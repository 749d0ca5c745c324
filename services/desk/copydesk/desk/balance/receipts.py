"""Doubled effects, and receipts beside rows: each stored version has one receipt of each sink, and each receipt its row."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from copydesk.desk.balance.articles import Rows
from copydesk.desk.balance.columns import Columns
from copydesk.desk.balance.marks import Numbers, among, unique


@dataclass
class Receipts:
    """Records of `article.published`."""

    records: Columns = field(default_factory=lambda: Columns("sink", "event", "content", "at", "place"))
    """`at` is when the sink had it, in microseconds; `content` the fingerprint of the whole receipt."""
    sinks: list[str] = field(default_factory=list)
    """Names by number."""

    def sink(self, name: str) -> int:
        """Return the sink's number."""
        if name not in self.sinks:
            self.sinks.append(name)
        return self.sinks.index(name)

    def doubled(self) -> Numbers:
        """Return a place for each version and sink that has receipts of different content."""
        records = self.records
        order = np.lexsort((records["content"], records["event"], records["sink"]))
        sink, event, content = (records[name][order] for name in ("sink", "event", "content"))
        same = (sink[1:] == sink[:-1]) & (event[1:] == event[:-1])
        differ = np.flatnonzero(same & (content[1:] != content[:-1]))
        places = records["place"][order][1:][differ]
        _, once = np.unique(np.stack([sink[1:][differ], event[1:][differ]]), axis=1, return_index=True)
        return places[once]


@dataclass(frozen=True)
class Unmatched:
    """What one sink's receipts and the rows do not have in common."""

    sink: str
    rows: Numbers
    """Numbers of the rows without a receipt."""
    receipts: Numbers
    """Places of the receipts without a row."""


def beside_rows(receipts: Receipts, rows: Rows, excused: Numbers, since: int) -> list[Unmatched]:
    """Hold each sink's receipts beside the rows.

    Fingerprints of events in `excused` (still in flight, or dead) need none. A sink is held to what was stored since its first
    receipt, since it may be newer than the store; receipts from before `since` (microseconds) to nothing.
    """
    found = []
    for number, name in enumerate(receipts.sinks):
        records = receipts.records
        own = (records["sink"] == number) & (records["at"] >= since)
        if not own.any() or name == "held":
            continue
        events, at = records["event"][own], records["at"][own]
        due = rows.known & (rows.stored >= max(since, int(at.min())))
        missing = np.flatnonzero(due & ~among(rows.event, events) & ~among(rows.event, unique(excused)))
        rowless = records["place"][own][~among(events, rows.event)]
        found.append(Unmatched(name, missing, rowless))
    return found
