"""Runs of words that could be a name: capitalised words and the small words that join them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from copydesk.enrich.text.tokens import Token

JOINERS = frozenset(
    [
        "of",
        "the",
        "and",
        "for",
        "&",
        "'s",
        "’s",
        "in",
        "at",
        "to",
        "on",
        "de",
        "del",
        "de",
        "la",
        "du",
        "des",
        "da",
        "do",
        "dos",
        "das",
        "di",
        "della",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "y",
        "et",
        "und",
        "für",
        "e",
        "i",
        "zu",
        "zum",
        "zur",
        "d'",
        "l'",
        "l’",
        "d’",
        "las",
        "los",
        "el",
        "le",
        "les",
        "la",
        "bin",
        "ben",
        "ibn",
        "abu",
        "al",
    ]
)
MOST_JOINERS = 3
LONGEST = 40
"""Words of a run beyond which it is cut: capitals throughout are a headline or a list, not a name."""
ORDINAL_ENDS = ("st", "nd", "rd", "th", "d")


def named(word: str) -> bool:
    """Whether a word is written as names are: capital first, or after a small prefix (`al-Hakim`, `d'Estaing`, `iPhone`)."""
    if word[:1].isupper():
        return True
    return not word.islower() and word[:1].islower() and any(c.isupper() for c in word[1:])


def numbered(word: str) -> bool:
    """Whether it is an ordinal as in `55th New York`, or a number with letters (`3M`)."""
    return word[:1].isdigit() and word[-1:].isalpha()


@lru_cache(maxsize=1 << 16)
def capitalised(word: str) -> bool:
    """Whether a word can begin a run or end one: written as names are, or an ordinal."""
    return named(word) or (numbered(word) and word.endswith(ORDINAL_ENDS))


def runs(found: Sequence[Token]) -> list[tuple[int, int]]:
    """Return `[start, end)` of every run in the tokens; it starts and ends with a named word and stays in its sentence."""
    spans: list[tuple[int, int]] = []
    start, last = -1, -1
    for at, token in enumerate(found):
        capital = capitalised(token.text)
        if start < 0:
            if capital:
                start = last = at
            continue
        if token.first or at - last > MOST_JOINERS or at - start >= LONGEST or not (capital or token.text in JOINERS):
            spans.append((start, last + 1))
            start = at if capital else -1
        if capital:
            last = at
    if start >= 0:
        spans.append((start, last + 1))
    return spans
