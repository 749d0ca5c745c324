"""A linear-chain conditional random field (Lafferty et al. 2001) over runs of capitalised words.

Weights are trained by `scripts/train_entities.py`; this module only reads them. Labels are `B-` and `I-` with `PER`, `ORG` or
`LOC`, and `O`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import numpy as np

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
WEIGHTS = Path(str(files("copydesk.enrich.naming"))) / "data" / "tagger.npz"
NEVER = -1e4


@dataclass(frozen=True)
class Tagger:
    """`rows` leads from a feature to its row of `weights`, one column a label; `steps[before][after]` joins labels."""

    rows: dict[str, int]
    weights: Any
    steps: list[list[float]]

    def tag(self, runs: list[list[list[str]]]) -> list[list[int]]:
        """Return the best labels, as indices of `LABELS`, for the features of each word of each run."""
        rows: list[int] = []
        starts: list[int] = []
        look = self.rows.get
        for run in runs:
            for features in run:
                starts.append(len(rows))
                # The last row is all zeros, so that no word is without one.
                rows.append(len(self.rows))
                rows += [row for row in map(look, features) if row is not None]
        if not starts:
            return []
        scores = np.add.reduceat(self.weights[rows], starts, axis=0).tolist()
        found, at = [], 0
        for run in runs:
            found.append(best(scores[at : at + len(run)], self.steps))
            at += len(run)
        return found

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """Read the weights."""
        with np.load(BytesIO(path.read_bytes())) as packed:
            weights = packed["weights"].astype(np.float32)
            names = packed["features"].tobytes().decode().split("\n")
            steps = packed["steps"].tolist()
        for before, first in enumerate(LABELS):
            for after, second in enumerate(LABELS):
                if second.startswith("I-") and first[2:] != second[2:]:
                    steps[before][after] = NEVER
        weights = np.vstack([weights, np.zeros((1, len(LABELS)), np.float32)])
        return cls({name: at for at, name in enumerate(names)}, weights, steps)


def best(scores: list[list[float]], steps: list[list[float]]) -> list[int]:
    """Return the sequence of labels with the highest sum (Viterbi 1967); none starts inside a name."""
    span = range(len(LABELS))
    reach = [s + (NEVER if LABELS[i].startswith("I-") else 0.0) for i, s in enumerate(scores[0])]
    back: list[list[int]] = []
    for row in scores[1:]:
        came = [max(span, key=lambda b, a=after: reach[b] + steps[b][a]) for after in span]  # type: ignore[misc]
        reach = [reach[came[after]] + steps[came[after]][after] + row[after] for after in span]
        back.append(came)
    at = max(span, key=reach.__getitem__)
    path = [at]
    for came in reversed(back):
        at = came[at]
        path.append(at)
    return path[::-1]
