"""The tagger decodes what trying every sequence of labels finds to be best."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from copydesk.enrich.naming.tagger import LABELS, START, Tagger, marginals, viterbi

LENGTHS = [3, 2, 1]


@pytest.fixture(scope="module")
def scored() -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(4)
    return chance.normal(size=(3, 3, len(LABELS))) * 3, Tagger.load().steps


def tried(scores: np.ndarray, steps: np.ndarray, length: int) -> tuple[tuple[int, ...], np.ndarray]:
    """The best sequence, and every word's chances, by trying all."""
    best, top, chances = (0,), -np.inf, np.zeros((length, len(LABELS)))
    for sequence in itertools.product(range(len(LABELS)), repeat=length):
        total = START[sequence[0]] + sum(scores[i, label] for i, label in enumerate(sequence))
        total += sum(steps[a, b] for a, b in itertools.pairwise(sequence))
        if total > top:
            best, top = sequence, total
        for i, label in enumerate(sequence):
            chances[i, label] += np.exp(total)
    return best, chances / chances.sum(axis=1, keepdims=True)


def test_the_best_labels_are_those_of_the_best_sequence(scored: tuple[np.ndarray, np.ndarray]) -> None:
    scores, steps = scored
    path = viterbi(scores, LENGTHS, steps)
    for run, length in enumerate(LENGTHS):
        assert tuple(path[run, :length]) == tried(scores[run], steps, length)[0]


def test_the_chances_are_those_of_all_sequences_together(scored: tuple[np.ndarray, np.ndarray]) -> None:
    scores, steps = scored
    found = marginals(scores, LENGTHS, steps)
    for run, length in enumerate(LENGTHS):
        assert np.allclose(found[run, :length], tried(scores[run], steps, length)[1])
