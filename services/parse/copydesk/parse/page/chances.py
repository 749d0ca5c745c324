"""How likely each line of a text, and each block of a page, is part of the story: two models, the second looking again.

The weights are those of gradient-boosted trees that `scripts/train_page_models.py` grows; `trees.py` reads them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from copydesk.parse.page.dom.blocks import Block
from copydesk.parse.page.dom.looks import looks
from copydesk.parse.page.features import Matrix, features
from copydesk.parse.page.lines import Line
from copydesk.parse.page.sequence import second
from copydesk.parse.page.trees import trees
from numpy.typing import NDArray


def line_chances(lines: Sequence[Line]) -> NDArray[np.float64]:
    """Return for each line of a text without mark-up how likely it is part of the story, from 0 to 1."""
    return _twice(features(lines), "lines")


def block_rows(blocks: Sequence[Block]) -> Matrix:
    """Return the model's input, one row a block."""
    text = features([Line(at, block.text.replace("\n", " ")) for at, block in enumerate(blocks, 1)])
    return np.hstack([text, looks(blocks, lengths(text))]) if len(blocks) else text


def block_chances(blocks: Sequence[Block]) -> NDArray[np.float64]:
    """Return for each block of a page how likely it is part of the story, from 0 to 1."""
    return _twice(block_rows(blocks), "blocks")


def lengths(rows: Matrix) -> NDArray[np.float32]:
    """Return the lengths in words out of the rows that `features` made."""
    words: NDArray[np.float32] = np.expm1(rows[:, 0])
    return words


def _twice(rows: Matrix, name: str) -> NDArray[np.float64]:
    if not len(rows):
        return np.zeros(0)
    first = trees(f"{name}-first").chances(rows)
    return trees(f"{name}-second").chances(np.hstack([rows, second(first, lengths(rows))]))
