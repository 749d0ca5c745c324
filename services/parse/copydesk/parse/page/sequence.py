"""The second look: what the first model's chances say of a line's neighbours and of the story as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
from copydesk.parse.page.features import Matrix, best_stretch, shifted
from numpy.typing import NDArray

REACH = 5
"""Neighbours on either side whose chances are shown."""
WIDTHS = (3, 8)


def second(chances: NDArray[np.float64], lengths: NDArray[np.float32]) -> Matrix:
    """Return one row a line out of the first model's chances; `lengths` are the lines' lengths in words."""
    clipped = np.clip(chances, 1e-4, 1 - 1e-4)
    odds = np.log(clipped / (1 - clipped))
    gain = np.where(odds > 0, odds * np.minimum(lengths, 40) / 10, odds * 0.5)
    start, end = best_stretch(gain)
    at = np.arange(len(chances))
    mass = np.concatenate([[0.0], np.cumsum(chances * lengths)])
    column = chances[:, None].astype(np.float32)
    columns: list[NDArray[Any]] = [chances]
    columns += [shifted(column, by)[:, 0] for by in range(-REACH, REACH + 1) if by]
    columns += [
        ((at >= start) & (at < end)).astype(float),
        np.clip(at - start, -20, 20),
        np.clip(at - end, -20, 20),
        mass[:-1] / (mass[-1] or 1.0),
        np.log1p(mass[:-1]),
        np.log1p(mass[-1] - mass[1:] + 1e-9),
        np.full(len(chances), np.log1p(mass[-1])),
        np.maximum.accumulate(chances),
        np.maximum.accumulate(chances[::-1])[::-1],
    ]
    columns += [_mean(chances, at, width) for width in WIDTHS]
    return np.stack(columns, axis=1).astype(np.float32)


def _mean(chances: NDArray[np.float64], at: NDArray[np.int64], width: int) -> NDArray[np.float64]:
    total = np.concatenate([[0.0], np.cumsum(chances)])
    low, high = np.maximum(0, at - width), np.minimum(len(chances), at + width + 1)
    means: NDArray[np.float64] = (total[high] - total[low]) / (high - low)
    return means
