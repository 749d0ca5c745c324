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
      [A-Za-z][a-z]*(?=[ ,])                                  # most words, without trying all the rest
    | \b[DRI]-(?=[A-Z])                                       # the party in R-N.J.
    | (?:[^\W\d_]\.){2,}(?:[^\W\d_]{2,4}\.)?                # U.S.  a.m.  B.Sc.
    | [A-Z]\.\ ?Va\.                                          # W.Va.
    | \d+(?:[.,:]\d+)*(?:[-‐‑]?[^\W\d_]+)*                    # 1,500.5  12:30  45th  58-year-old
    | ['’][sS]\b                                              # possessive
    | [^\W_]+(?:[-‐‑·&][^\W_]+|['’](?![sS]\b)[^\W_]+|\.[a-z]{2,4}\b)*       # al-Hakim  don't  lines.example.com
    | ``|''|\.\.\.+|--+|\S|\n
    """,
    re.VERBOSE,
)
ENDS = frozenset(".!?…")
CLOSERS = frozenset("\"”’»)]'")


class Token(NamedTuple):
    """One word, number or mark; `start` and `end` are code points of the text; whether a sentence begins with it.

    Where sentences begin is guessed from the token before, for names; `sentences` knows better, and costs more.
    """

    text: str
    start: int
    end: int
    first: bool


@lru_cache(maxsize=2)
def tokens(text: str, tag: str | None = None) -> tuple[Token, ...]:
    """Return the tokens of a text in a language (BCP 47 tag), in order. The last two texts are remembered."""
    known = language(tag)
    found: list[Token] = []
    elisions, starters = known.elisions, known.starters
    begins, stopped = True, False
    for match in PATTERN.finditer(text):
        word, (start, end) = match.group(), match.span()
        if word == "\n":
            begins = True
            continue
        if word == "." and found and found[-1].end == start and keeps_stop(found[-1].text, known):
            found[-1] = Token(text[found[-1].start : end], found[-1].start, end, found[-1].first)
            begins, stopped = False, True
            continue
        if elisions and (cut := _elision(word, known)):
            found.append(Token(word[:cut], start, start + cut, begins))
            word, start, begins = word[cut:], start + cut, False
        if stopped and word[0].isupper() and word.lower() in starters:
            begins = True
        found.append(Token(word, start, end, begins))
        stopped = len(word) > 2 and word[-1] == "."
        begins = not word[0].isalnum() and _begins_next(word, found)
    return tuple(found)


def _begins_next(mark: str, found: list[Token]) -> bool:
    """Whether a sentence begins behind a mark, the last token found: closing and opening marks pass on what was before."""
    if mark[0] in ENDS:
        return True
    return len(mark) == 1 and (found[-1].first or (mark in CLOSERS and len(found) > 1 and found[-2].text in ENDS))


def keeps_stop(word: str, known: Language) -> bool:
    """Whether the full stop after the word belongs to it: an abbreviation, or the initial of a name."""
    low = word.lower().rpartition("-")[2]
    return (len(word) == 1 and word.isupper()) or low in known.abbreviations or low in known.titles


def _elision(word: str, known: Language) -> int:
    """Where a word that leans on the next one ends, its apostrophe included; 0 where there is none."""
    at = word.find("'") if "'" in word else word.find("’")
    return at + 1 if at > 0 and word[:at].lower() in known.elisions else 0
