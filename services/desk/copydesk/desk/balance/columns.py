"""Tables of numbers that grow row by row and are reckoned with column by column: 8 bytes a number."""

from __future__ import annotations

from array import array

import numpy as np
from copydesk.desk.balance.marks import Numbers


class Columns:
    """Columns of 64-bit integers, all of one length."""

    def __init__(self, *names: str) -> None:
        self._columns = {name: array("q") for name in names}
        self._appends = [column.append for column in self._columns.values()]

    def add(self, *values: int) -> None:
        """Append a row, in the order of the columns' names."""
        for append, value in zip(self._appends, values, strict=True):
            append(value)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self._columns.values())))

    def __getitem__(self, name: str) -> Numbers:
        """Return a column. No row may be added while it is held."""
        return np.frombuffer(self._columns[name], dtype=np.int64)


class Cells:
    """Feed and hour, numbered in the order in which they turn up."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int], int] = {}

    def number(self, feed: str, seconds: float) -> int:
        """Return the cell's number. `seconds` is Unix time."""
        return self._numbers.setdefault((feed, int(seconds // 3600)), len(self._numbers))

    def all(self) -> list[tuple[str, int]]:
        """Return feed and hour (hours since 1970) of each cell, by its number."""
        return list(self._numbers)
