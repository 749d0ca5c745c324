"""What the page's own markings say of each block: the headline's place, the text that its JSON-LD holds, its description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from copydesk.parse.page.dom.blocks import Block
from copydesk.parse.page.features import Matrix
from copydesk.parse.page.lines import normal

HEADINGS = frozenset({"h1", "h2", "h3"})
_WORD = re.compile(r"\w+")
FAR = 30.0


@dataclass(frozen=True)
class Hints:
    """What is known of a page before its blocks are weighed."""

    headline: str | None = None
    description: str | None = None
    body: str | None = None
    """The text that JSON-LD gives as the article's body."""


def hint_rows(blocks: Sequence[Block], hints: Hints) -> Matrix:
    """Return one row a block; -1 stands for what the page does not state."""
    at = headline_at(blocks, hints.headline)
    title = set(normal(hints.headline or "").split())
    described = _grams(hints.description)
    stated = _grams(hints.body)
    rows = []
    for index, block in enumerate(blocks):
        words = _WORD.findall(block.text.casefold())
        grams = list(zip(words, words[1:], words[2:], strict=False))
        rows.append(
            [
                max(-FAR, min(FAR, index - at)) if at is not None else -FAR - 1,
                float(at is not None and index == at),
                sum(word in title for word in words) / (len(words) or 1) if title else -1.0,
                _share(grams, described),
                _share(grams, stated),
                float(bool(stated)),
            ]
        )
    return np.array(rows, dtype=np.float32)


def headline_at(blocks: Sequence[Block], headline: str | None) -> int | None:
    """Return the index of the block that shows the headline: the highest heading, else the last such block before prose."""
    key = normal(headline or "")
    if not key:
        return None
    same = [
        at
        for at, block in enumerate(blocks)
        if len(block.text) < len(key) * 2 + 20 and _matches(normal(block.text), key)
    ]
    for tag in ("h1", "h2"):
        for at in same:
            if _under(blocks[at], tag):
                return at
    return same[0] if same else None


def _matches(shown: str, key: str) -> bool:
    return shown == key or (len(shown) > 15 and (key.startswith(shown) or shown.startswith(key)))


def _under(block: Block, tag: str) -> bool:
    context = block.context
    return context.tag == tag or (context.parent is not None and context.parent.tag == tag)


def _grams(text: str | None) -> set[tuple[str, str, str]]:
    words = _WORD.findall((text or "").casefold())
    return set(zip(words, words[1:], words[2:], strict=False))


def _share(grams: Sequence[tuple[str, str, str]], known: set[tuple[str, str, str]]) -> float:
    if not known:
        return -1.0
    return sum(gram in known for gram in grams) / len(grams) if grams else 0.0
