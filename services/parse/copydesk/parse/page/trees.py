"""Gradient-boosted trees without the library that grew them: arrays of nodes, read with numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

MOST_ROWS = 2_000
"""Rows that are read at once; bounds the memory."""


@dataclass(frozen=True)
class Trees:
    """A forest of one output. Nodes stand in one array, a tree's root at `roots`; a leaf is its own child."""

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]
    depth: int
    bias: float

    def odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log odds for each row."""
        parts = [self._odds(rows[at : at + MOST_ROWS]) for at in range(0, len(rows), MOST_ROWS)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def chances(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability for each row."""
        chances: NDArray[np.float64] = 1 / (1 + np.exp(-self.odds(rows)))
        return chances

    def _odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        node = np.tile(self.roots, (len(rows), 1))
        row = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            below = rows[row, self.feature[node]] <= self.threshold[node]
            node = np.where(below, self.left[node], self.right[node])
        odds: NDArray[np.float64] = self.value[node].sum(axis=1, dtype=np.float64) + self.bias
        return odds


@cache
def trees(name: str) -> Trees:
    """Return the forest that ships under this name (`lines-1` is `lines-1.npz`)."""
    with as_file(files(__package__) / f"{name}.npz") as path, np.load(path) as data:
        return Trees(
            data["feature"],
            data["threshold"].astype(np.float32),
            data["left"].astype(np.int32),
            data["right"].astype(np.int32),
            data["value"].astype(np.float32),
            data["roots"].astype(np.int32),
            int(data["depth"]),
            float(data["bias"]),
        )
