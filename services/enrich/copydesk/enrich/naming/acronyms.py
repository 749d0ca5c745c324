"""Acronyms that the text defines: `Supreme Islamic Iraqi Council (SIIC)`, `die VFF (Fahrgastverband Freie Fahrt)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copydesk.enrich.naming.mentions import Mention
from copydesk.enrich.text.tokens import Token

ACRONYM = re.compile(r"[^\W\d_][^\W_]*(?:[.&/-]?[^\W_]+)*\.?$")
LONGEST = 10


def acronym(word: str) -> bool:
    """Whether a word looks like one: two to ten signs, at least two capitals, more capitals than not."""
    capitals = sum(c.isupper() for c in word)
    return (
        2 <= len(word) <= LONGEST
        and capitals >= 2
        and 2 * capitals >= len(word.replace(".", ""))
        and bool(ACRONYM.match(word))
    )


def letters(word: str) -> str:
    """The letters that have to be found in the long form."""
    return "".join(c for c in word.casefold() if c.isalnum())


def spells(short: str, words: list[str]) -> bool:
    """Whether the first letter of the first word, and the others in order, are in the words (Schwartz and Hearst 2003).

    Each letter has to be found, at the start of a word or inside one; the first at the very start, or inside a compound.
    """
    wanted = letters(short)
    if not words or not wanted:
        return False
    if words[0][:1].casefold() != wanted[0]:
        # The head of a German compound: `Fahrgastverband Freie Fahrt (VFF)`.
        rest = "".join(w[0] for w in words[1:] if w[:1].isupper()).casefold()
        return len(wanted) > 2 and rest == wanted[1:] and wanted[0] in words[0][3:].casefold()
    initials = "".join(w[0] for w in words if w[:1].isalnum()).casefold()
    return in_order(wanted, initials) or (in_order(wanted, "".join(words).casefold()) and len(words) <= len(wanted) + 3)


def in_order(wanted: str, text: str) -> bool:
    """Whether the letters stand in the text in that order."""
    rest = iter(text)
    return all(letter in rest for letter in wanted)


def definitions(found: Sequence[Token]) -> Iterator[tuple[Mention, int]]:
    """Return each long form with the index of the acronym in brackets after it."""
    for at in range(1, len(found) - 2):
        if found[at].text != "(" or found[at + 2].text not in {")", ",", ";"} or not acronym(found[at + 1].text):
            continue
        short = found[at + 1].text
        first = long_form(found, at, short)
        if first is not None:
            yield Mention(first, at - 1, "ORG"), at + 1


def long_form(found: Sequence[Token], bracket: int, short: str) -> int | None:
    """Return the first token of the long form that ends before the bracket: the shortest that spells the acronym."""
    least = bracket - min(2 * len(letters(short)), len(letters(short)) + 5) - 1
    best = None
    for first in range(bracket - 1, max(-1, least), -1):
        word = found[first].text
        if not (word[:1].isalnum() or word in {"&", "'s", "’s", "-", "/"}):
            break
        if word[:1].isupper() and spells(short, [t.text for t in found[first:bracket]]):
            best = first
            if len(initial_words(found[first:bracket])) >= len(letters(short)):
                break
        if found[first].first:
            break
    return best


def initial_words(part: Sequence[Token]) -> list[str]:
    """Capitalised words of a name."""
    return [t.text for t in part if t.text[:1].isupper()]
