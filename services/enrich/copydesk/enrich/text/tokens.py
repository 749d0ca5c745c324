"""A text as tokens with their places: words, numbers, punctuation marks; spaces are no tokens.

A word keeps its hyphens and inner apostrophes (`al-Hakim`, `don't`, `Shi'ite`); the English possessive and the French
and Italian elision are tokens of their own (`Iran` `'s`, `l'` `accord`); an abbreviation or initial keeps its full stop
(`U.S.`, `Sept.`, `W.`); a number keeps its separators (`1,500.5`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from copydesk.enrich.text.language import Language, language

PATTERN = re.compile(
    r"""
      (?:[^\W\d_]-)?(?:[^\W\d_]\.){2,}                        # U.S.  a.m.  R-N.J.
    | \d+(?:[.,:]\d+)*(?:[-‐‑]?[^\W\d_]+)*                   # 1,500.5  12:30  45th  58-year-old
    | ['’][sS]\b                                             # possessive
    | [^\W_]+(?:[-‐‑·&][^\W_]+|['’](?![sS]\b)[^\W_]+)*       # al-Hakim  don't
    | ``|''|\.\.\.+|--+|\S
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """One word, number or mark; `start` and `end` are code points of the text."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=4)
def tokens(text: str, tag: str | None = None) -> tuple[Token, ...]:
    """Return the tokens of a text in a language (BCP 47 tag), in order. The last few texts are remembered."""
    known = language(tag)
    found: list[Token] = []
    for match in PATTERN.finditer(text):
        word, (start, end) = match.group(), match.span()
        if word == "." and found and found[-1].end == start and keeps_stop(found[-1].text, known):
            found[-1] = Token(text[found[-1].start : end], found[-1].start, end)
        elif known.elisions and (cut := _elision(word, known)):
            found += (Token(word[:cut], start, start + cut), Token(word[cut:], start + cut, end))
        else:
            found.append(Token(word, start, end))
    return tuple(found)


def keeps_stop(word: str, known: Language) -> bool:
    """Whether the full stop after the word belongs to it: an abbreviation, or the initial of a name."""
    low = word.lower().rpartition("-")[2]
    return (len(word) == 1 and word.isupper()) or low in known.abbreviations or low in known.titles


def _elision(word: str, known: Language) -> int:
    """Where a word that leans on the next one ends, its apostrophe included; 0 where there is none."""
    at = word.find("'") if "'" in word else word.find("’")
    return at + 1 if at > 0 and word[:at].lower() in known.elisions else 0
