"""What single words are known as: names of people, common words, titles, words that head organisations' names."""

from __future__ import annotations

import gzip
from collections import defaultdict
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path
from typing import Self

from copydesk.enrich.knowledge.gazetteer import DATA


class Bit(IntFlag):
    """What a word of `words.tsv.gz` is known as."""

    GIVEN = 1
    GIVEN_OFTEN = 2
    FAMILY = 4
    FAMILY_OFTEN = 8
    FAMILY_RARE = 16
    WORD = 32
    WORD_OFTEN = 64
    WORD_RARE = 128


@dataclass(frozen=True)
class Lexicon:
    """Words in lower case: `bits` as in `Bit`, and the classes of `namewords.tsv` by language."""

    bits: dict[str, int]
    classes: dict[str, dict[str, frozenset[str]]]
    organisations: frozenset[tuple[str, ...]]
    """Names of known organisations, as their words."""

    def of(self, name: str, language: str) -> frozenset[str]:
        """Return the words of a class in a language, those of any language included."""
        by_language = self.classes.get(name, {})
        return by_language.get(language, by_language.get("*", frozenset()))

    @classmethod
    def load(cls, folder: Path = DATA) -> Self:
        """Read `words.tsv.gz`, written by `scripts/build_names.py`, and `namewords.tsv`, written by hand."""
        with gzip.open(folder / "words.tsv.gz", "rt", encoding="utf-8") as lines:
            bits = {word: int(bit) for word, bit in (line.rstrip("\n").split("\t") for line in lines)}
        table = (folder / "namewords.tsv").read_text(encoding="utf-8")
        return cls(bits, classes(table), organisations((folder / "organisations.tsv").read_text(encoding="utf-8")))


def classes(table: str) -> dict[str, dict[str, frozenset[str]]]:
    """Read the table of classes; a language has the words of `*` too."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in table.splitlines():
        if line and not line.startswith("#"):
            name, language, words = line.split("\t")
            found[name][language] |= set(words.split(";"))
    return {
        name: {language: frozenset(words | by_language.get("*", set())) for language, words in by_language.items()}
        for name, by_language in found.items()
    }


def organisations(table: str) -> frozenset[tuple[str, ...]]:
    """Read the table of organisations; the possessive is a word of its own, as in a text (`Macy` `'s`)."""
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return frozenset(tuple(name.replace("'s", " 's").split()) for line in lines for name in line[1].split(";"))
