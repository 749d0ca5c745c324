"""A linear-chain conditional random field (Lafferty et al. 2001) over runs of capitalised words.

Weights are trained by `scripts/train_entities.py`; this module only reads them. Labels are `B-` and `I-` with `PER`, `ORG`
`LOC` or `MISC` (works, events, awards, products), and `O`. All runs of a text are decoded at once, word by word, so that the cost is that of the longest run.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Self

import numpy as np
from copydesk.enrich.naming.features import Features
from numpy.typing import NDArray

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC")
KINDS = ("PER", "ORG", "LOC", "MISC")
WEIGHTS = Path(str(files("copydesk.enrich.naming"))) / "data" / "tagger.npz"
NEVER = -1e4
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Tagger:
    """`rows` leads from a feature to its row of `weights`, one column a label; `steps[before, after]` joins labels."""

    rows: dict[str, int]
    weights: NDArray[np.float32]
    steps: Numbers

    def tag(self, runs: list[Features]) -> list[tuple[list[int], list[list[float]]]]:
        """Return for each run the best labels, as indices of `LABELS`, and every word's chances of each label."""
        if not runs:
            return []
        # The longest run first, so that each step has to do with the first few only.
        order = sorted(range(len(runs)), key=lambda i: -len(runs[i].words))
        scores, lengths = self.scores([runs[i] for i in order])
        best, chances = viterbi(scores, lengths, self.steps), marginals(scores, lengths, self.steps)
        found = {
            at: (best[i, :n].tolist(), chances[i, :n].tolist())
            for i, (at, n) in enumerate(zip(order, lengths, strict=True))
        }
        return [found[at] for at in range(len(runs))]

    def scores(self, runs: list[Features]) -> tuple[Numbers, list[int]]:
        """Return what the features say: runs × words of the longest × labels."""
        rows: list[int] = []
        starts: list[int] = []
        look, none = self.rows.get, len(self.rows)
        for run in runs:
            # The last row is all zeros, so that no word is without one.
            whole = [none, *[row for row in map(look, run.whole) if row is not None]]
            for features in run.words:
                starts.append(len(rows))
                rows += [row for row in map(look, features) if row is not None]
                rows += whole
        flat = np.add.reduceat(self.weights[rows], starts, axis=0)
        lengths = [len(run.words) for run in runs]
        padded = np.zeros((len(runs), max(lengths), len(LABELS)))
        padded[np.arange(max(lengths)) < np.array(lengths)[:, None]] = flat
        return padded, lengths

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """Read the weights."""
        with np.load(BytesIO(path.read_bytes())) as packed:
            weights = packed["weights"].astype(np.float32)
            names = packed["features"].tobytes().decode().split("\n")
            steps = packed["steps"].astype(np.float64)
        for before, first in enumerate(LABELS):
            for after, second in enumerate(LABELS):
                if second.startswith("I-") and first[2:] != second[2:]:
                    steps[before, after] = NEVER
        weights = np.vstack([weights, np.zeros((1, len(LABELS)), np.float32)])
        return cls({name: at for at, name in enumerate(names)}, weights, steps)


START = np.array([NEVER if label.startswith("I-") else 0.0 for label in LABELS])
"""No run starts inside a name."""


def reaching(lengths: list[int]) -> list[int]:
    """Return for each word's place how many runs, longest first, have a word there."""
    return [sum(n > at for n in lengths) for at in range(lengths[0])]


def viterbi(scores: Numbers, lengths: list[int], steps: Numbers) -> NDArray[np.intp]:
    """Return the sequences of labels with the highest sums (Viterbi 1967); the runs stand longest first."""
    count, longest, _ = scores.shape
    final = scores[:, 0] + START
    back = np.zeros((count, longest, len(LABELS)), np.intp)
    active = reaching(lengths)
    for at in range(1, longest):
        n = active[at]
        ways = final[:n, :, None] + steps
        back[:n, at] = ways.argmax(axis=1)
        final[:n] = ways.max(axis=1) + scores[:n, at]
    path = np.zeros((count, longest), np.intp)
    label = final.argmax(axis=1)
    for at in range(longest - 1, -1, -1):
        n = active[at]
        path[:n, at] = label[:n]
        label[:n] = back[np.arange(n), at, label[:n]]
    return path


def marginals(scores: Numbers, lengths: list[int], steps: Numbers) -> Numbers:
    """Return the chances of each label of each word (forward and backward sums); the runs stand longest first."""
    longest = scores.shape[1]
    forward, backward = np.zeros_like(scores), np.zeros_like(scores)
    active = reaching(lengths)
    forward[:, 0] = scores[:, 0] + START
    for at in range(1, longest):
        n = active[at]
        forward[:n, at] = log_sum(forward[:n, at - 1, :, None] + steps, 1) + scores[:n, at]
    for at in range(longest - 2, -1, -1):
        n = active[at + 1]
        backward[:n, at] = log_sum(steps + (backward[:n, at + 1] + scores[:n, at + 1])[:, None, :], 2)
    both = forward + backward
    both -= both.max(axis=2, keepdims=True)
    chances: Numbers = np.exp(both)
    chances /= chances.sum(axis=2, keepdims=True)
    return chances


def log_sum(values: Numbers, axis: int) -> Numbers:
    """Logarithm of the sum of exponentials."""
    top = values.max(axis=axis, keepdims=True)
    summed: Numbers = np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
    return summed
