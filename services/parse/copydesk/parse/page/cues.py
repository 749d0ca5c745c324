"""What pages write around a story, in many languages: the words of `cues.tsv`, and how to look for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from copydesk.parse.page.lines import normal

LONGEST = 7
"""Words of the longest phrase that is looked for inside a line."""


@dataclass(frozen=True)
class Phrases:
    """The phrases of one kind. Words are compared without case and punctuation."""

    whole: frozenset[str]
    by_first: dict[str, list[list[str]]] = field(repr=False)
    unspaced: tuple[str, ...] = ()
    """Phrases in scripts that put no space between words: looked for as they stand."""

    def be(self, key: str) -> bool:
        """Whether the whole of it, a normal form, is one of the phrases."""
        return key in self.whole

    def begin(self, words: list[str]) -> int:
        """Return how many of the words, from the first, are the longest phrase that begins them."""
        fits = [len(p) for p in self.by_first.get(words[0], ()) if words[: len(p)] == p] if words else []
        return max(fits, default=0)

    def count(self, key: str, words: list[str]) -> int:
        """Return how many phrases are inside."""
        found = 0
        for at, word in enumerate(words):
            if word in self.by_first:
                found += any(words[at : at + len(p)] == p for p in self.by_first[word])
        return found + sum(phrase in key for phrase in self.unspaced)


@cache
def cues(kind: str) -> Phrases:
    """Return the phrases of the kind, such as `related` `chrome` `home` `updated` `published` `byline` `caption`."""
    found = []
    for row in files(__package__).joinpath("cues.tsv").read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            name, _, phrase = row.split("\t")
            if name == kind and normal(phrase):
                found.append(normal(phrase))
    by_first: dict[str, list[list[str]]] = {}
    for phrase in found:
        words = phrase.split()
        by_first.setdefault(words[0], []).append(words)
    return Phrases(frozenset(found), by_first, tuple(p for p in found if _unspaced(p)))


def _unspaced(phrase: str) -> bool:
    return len(phrase) > 1 and all(
        "\u0e00" <= c <= "\u0e7f" or "\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in phrase
    )
