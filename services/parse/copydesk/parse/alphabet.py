"""Which one-byte encoding a text in Latin letters is in, by the words that its bytes make.

Half of the bytes above ASCII are letters in every such encoding, so that none of them is ever wrong by its bytes alone: what
Prague sends as `že` reads as `¾e` in Paris. The words of `words/accented.tsv` tell them apart.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files

_ACCENTED = re.compile(rb"[A-Za-z]{0,30}[\x80-\xff][A-Za-z\x80-\xff]{0,30}")
_WORD = re.compile(r"[^\W\d_]+")
SURE = 3
"""How many times the words of the encoding that is thought of an encoding has to make, to be believed instead."""


def better_than(supposed: str, sample: bytes, least: int) -> str | None:
    """Return the Python codec by which the sample makes more words than by the one supposed, None where none does.

    It has to make at least `least` words with an accent, and three times as many as the other.
    """
    tokens = Counter(_ACCENTED.findall(sample))
    made = {encoding: _made(tokens, encoding, words) for encoding, words in _lexicon().items()}
    best = max(made, key=lambda encoding: (made[encoding], encoding == supposed, _letters(tokens, encoding)))
    other = best != supposed and made[best] >= max(least, SURE * made.get(supposed, 0))
    return best if other else None


def _made(tokens: Counter[bytes], encoding: str, words: frozenset[str]) -> int:
    return sum(
        count
        for token, count in tokens.items()
        if any(word in words for word in _WORD.findall(token.decode(encoding, "replace").casefold()))
    )


def _letters(tokens: Counter[bytes], encoding: str) -> int:
    """How many of the characters above ASCII are letters: it decides between encodings that make the same words."""
    return sum(
        count
        for token, count in tokens.items()
        for character in token.decode(encoding, "replace")
        if character > "\x7f" and character.isalpha()
    )


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    """The words of each encoding."""
    found: dict[str, set[str]] = {}
    table = files("copydesk.parse.words").joinpath("accented.tsv").read_text(encoding="utf-8")
    for row in table.splitlines():
        if not row.startswith("#"):
            _, encodings, words = row.split("\t")
            for encoding in encodings.split():
                found.setdefault(encoding, set()).update(words.split())
    return {encoding: frozenset(words) for encoding, words in found.items()}
