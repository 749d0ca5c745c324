"""What the tree says of each block: the part of the block model's input that a text without mark-up does not have."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from copydesk.parse.page.dom.blocks import FLAGS, GROUPS, Block, Context
from copydesk.parse.page.features import PROSE_WORDS, Matrix, shifted
from numpy.typing import NDArray

TAGS = (
    "p",
    "li",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "td",
    "figcaption",
    "blockquote",
    "section",
    "article",
    "dd",
    "pre",
    "label",
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
RELATED, BODY = list(GROUPS).index("related"), list(GROUPS).index("body")
NEIGHBOURLY = 5
"""How many of a block's own numbers, from the first, are also shown for its neighbours."""
UP = 4
"""How many levels above a block's own element are measured."""


@dataclass(slots=True)
class _Mass:
    """What one element holds, over all of its blocks."""

    words: float = 0.0
    prose: float = 0.0
    linked: float = 0.0
    blocks: int = 0


def looks(blocks: Sequence[Block], lengths: NDArray[np.float32]) -> Matrix:
    """Return one row a block; `lengths` are the blocks' lengths in words."""
    masses: dict[int, _Mass] = defaultdict(_Mass)
    kinds: Counter[str] = Counter()
    signs = [_sign(block.context) for block in blocks]
    for block, words, sign in zip(blocks, lengths, signs, strict=True):
        prose = float(words) if words >= PROSE_WORDS and block.linked < 0.5 * len(block.text) else 0.0
        kinds[sign] += int(prose)
        at: Context | None = block.context
        while at is not None:
            mass = masses[id(at)]
            mass.words += float(words)
            mass.prose += prose
            mass.linked += float(words) * block.linked / len(block.text)
            mass.blocks += 1
            at = at.parent
    everything = max(1.0, sum(kinds.values()))
    rows = np.array(
        [_row(block, masses, kinds[sign] / everything, everything) for block, sign in zip(blocks, signs, strict=True)],
        dtype=np.float32,
    )
    around = [shifted(rows[:, :NEIGHBOURLY], by) for by in (-2, -1, 1, 2)]
    return np.hstack([rows, np.array(_order(blocks, signs), dtype=np.float32), *around])


def _order(blocks: Sequence[Block], signs: Sequence[str]) -> list[list[float]]:
    """How the block follows the one before: in the same element, of the same kind, under how many titles and articles."""
    rows: list[list[float]] = []
    titles, articles, article = 0, 0, 0
    for at, block in enumerate(blocks):
        context = block.context
        before = blocks[at - 1].context if at else None
        after = blocks[at + 1].context if at + 1 < len(blocks) else None
        titles += context.tag == "h1" or (context.parent is not None and context.parent.tag == "h1")
        own = _article(context)
        if own != article:
            articles, article = articles + (own != 0), own
        rows.append(
            [
                float(before is not None and before.parent is context.parent),
                float(after is not None and after.parent is context.parent),
                float(at > 0 and signs[at - 1] == signs[at]),
                float(at + 1 < len(signs) and signs[at + 1] == signs[at]),
                float(min(6, titles)),
                float(min(6, articles)),
            ]
        )
    return rows


def _article(context: Context | None) -> int:
    """Return a mark of the outermost `article` around the block, 0 where there is none."""
    found = 0
    while context is not None:
        found = id(context) if context.tag == "article" else found
        context = context.parent
    return found


def _row(block: Block, masses: dict[int, _Mass], kind: float, everything: float) -> list[float]:
    context, size = block.context, len(block.text)
    row = [
        block.linked / size,
        kind,
        float(context.tag in HEADINGS or (context.parent is not None and context.parent.tag in HEADINGS)),
        float(context.near[RELATED]),
        float(context.near[BODY]),
        min(8.0, block.links),
        block.strong / size,
        float(block.has_time),
        float(context.hidden),
        float(context.body),
        float(context.depth),
        float(block.text.count("\n")),
        *(float(context.tag == tag) for tag in TAGS),
        *(float(context.flags >> bit & 1) for bit in range(len(FLAGS))),
        *(float(n) for n in context.near),
    ]
    at: Context | None = context
    for _ in range(UP):
        if at is None:
            row += [-1.0, -1.0, -1.0, -1.0]
            continue
        mass = masses[id(at)]
        row += [
            mass.prose / everything,
            mass.linked / max(1.0, mass.words),
            mass.prose / max(1.0, mass.words),
            math.log1p(mass.blocks),
        ]
        at = at.parent
    return row


def _sign(context: Context) -> str:
    """The kind of element that a block stands in: its name and class, and its parent's."""
    parent = context.parent
    own = f"{context.tag}.{(context.element.get('class') or '')[:60]}"
    return own if parent is None else f"{own}<{parent.tag}.{(parent.element.get('class') or '')[:60]}"
