"""What cutting a text into sentences needs to know of a language: its abbreviations and the words that start sentences.

One TOML file a language in `languages/`, named by the primary subtag of BCP 47. A language without a file is cut by
punctuation and capitals alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

PACKAGE = "copydesk.enrich.text.languages"


@dataclass(frozen=True)
class Language:
    """The marks of a language, words without case and without their last full stop.

    titles: abbreviations that stand before a name and so never end a sentence (`mr`, `gen`).
    abbreviations: others; they end a sentence only where a starter follows (`inc`, `u.s`).
    starters: closed-class words that, with a capital, begin a sentence (`the`, `he`).
    elisions: words that lean on the next one with an apostrophe (`l`, `qu`).
    ordinal_stop: whether a full stop after a number makes it an ordinal (`7. April`).
    """

    titles: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    elisions: frozenset[str] = frozenset()
    ordinal_stop: bool = False

    @property
    def dotted(self) -> frozenset[str]:
        """Every word that keeps its full stop."""
        return self.titles | self.abbreviations


def primary(tag: str | None) -> str:
    """Return the primary subtag of a BCP 47 tag in lower case: `en` of `en-US`; empty where there is none."""
    return (tag or "").replace("_", "-").partition("-")[0].lower()


@cache
def _read(code: str) -> Language:
    entry = files(PACKAGE) / f"{code}.toml"
    if not code.isalpha() or not entry.is_file():
        return Language()
    data = tomllib.loads(entry.read_text(encoding="utf-8"))
    words = {key: frozenset(data.get(key, "").split()) for key in ("titles", "abbreviations", "starters", "elisions")}
    return Language(**words, ordinal_stop=data.get("ordinal_stop", False))


def language(tag: str | None) -> Language:
    """Return what is known of the language of that BCP 47 tag; of an unknown one, nothing."""
    return _read(primary(tag))
