"""A text as segments: sentences whose quotations are one item each, with a tag of one letter for every item.

A quotation of several sentences and what frames it are one segment. The tags are those of `lexicon`; those of a segment
stand in one string, so that patterns over it are regular expressions and an item's index is a position in it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from copydesk.enrich.speech.lexicon import NAME_LINK, Lexicon
from copydesk.enrich.speech.marks import Quotation
from copydesk.enrich.text.sentences import paragraphs, sentences
from copydesk.enrich.text.tokens import Token, tokens

SIGNS = {"–": "-", "—": "-", "―": "-", "--": "-", "-": "-", "[": "(", "]": ")", "!": ".", "?": ".", "...": ",", "''": ",", "``": ",", "…": ",", "’": "x", "'": "x"}  # fmt: skip
LONGEST = 400
"""Items in a segment; what is longer (lists, tables) is cut, so that cost stays linear."""
TURNED = re.compile(r"(\w+?)-(?:t-)?(il|elle|ils|elles|on|je|nous|vous)$")
LONGEST_INNER = 1500
MOST_REMEMBERED = 50_000
"""Words whose tags are remembered."""
SINGULAR = frozenset({"a", "an"})
POSSESSIVE = {"'s", "’s", "'S", "’S"}


class Item(NamedTuple):
    """A word or mark outside of quotations, or a whole quotation (`quote` is its number, else -1)."""

    text: str
    low: str
    start: int
    end: int
    quote: int = -1


@dataclass(slots=True)
class Segment:
    """One sentence with its quotations folded; `paragraph` counts from 0."""

    items: list[Item]
    tags: str
    paragraph: int

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.items[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.items[-1].end


def segments(text: str, found: list[Quotation], lex: Lexicon, begins: int = 0) -> list[Segment]:
    """Cut a text into segments around the quotations that were found in it, from the code point where it begins."""
    lines = {q.start for q in found if q.start and text[q.start - 1] == "\n"}
    starts = sorted(lines.union(_starts(text, found, lex.code)))
    heads = sorted(lines.union(start for start, _ in paragraphs(text)))
    out: list[Segment] = []
    items: list[Item] = []
    following = 1
    for item in _items(text, found, lex.code):
        if item.start < begins:
            continue
        if len(items) >= LONGEST:
            out.append(_segment(items, heads, lex))
            items = []
        signed = bool(items) and items[-1].quote >= 0 and SIGNS.get(item.text) == "-"  # "…" — Ada Stone
        if items and following < len(starts) and item.start >= starts[following] and not signed:
            out.append(_segment(items, heads, lex))
            items = []
        while following < len(starts) and starts[following] <= item.start:
            following += 1
        items.append(item)
    if items:
        out.append(_segment(items, heads, lex))
    return out


def inner(text: str, span: tuple[int, int], lex: Lexicon) -> Segment | None:
    """Return the words of a quotation as one segment, for what stands between commas in it: « …, a-t-il dit, … »."""
    items = [
        item._replace(start=item.start + span[0], end=item.end + span[0])
        for item in _items(text[span[0] : min(span[1], span[0] + LONGEST_INNER)], [], lex.code)
    ]
    return _segment(items, [span[0]], lex) if items else None


def _starts(text: str, found: list[Quotation], code: str) -> list[int]:
    """Where sentences start, those within quotations left out."""
    starts, at = [], 0
    for start, _ in sentences(text, code):
        while at < len(found) and found[at].end <= start:
            at += 1
        if at == len(found) or start <= found[at].start:
            starts.append(start)
    return starts


def _items(text: str, found: list[Quotation], code: str) -> list[Item]:
    out: list[Item] = []
    at = 0
    for token in tokens(text, code):
        while at < len(found) and token.start >= found[at].end:
            at += 1
        if at < len(found) and token.end > found[at].start:
            if not out or out[-1].quote != at:
                out.append(Item("", "", found[at].start, found[at].end, at))
            continue
        low = token.text.lower().replace("’", "'")
        pair = TURNED.match(low) if code == "fr" and "-" in low else None
        out += _parted(token, pair) if pair else [Item(token.text, low, token.start, token.end)]
    return out


def _parted(token: Token, pair: re.Match[str]) -> list[Item]:
    """The French verb and the pronoun behind it as two items: `a-t-il`, `dit-elle`."""
    verb, pronoun = token.start + pair.end(1), token.start + pair.start(2)
    return [
        Item(token.text[: pair.end(1)], pair[1], token.start, verb),
        Item(token.text[pair.start(2) :], pair[2], pronoun, token.end),
    ]


def _segment(items: list[Item], heads: list[int], lex: Lexicon) -> Segment:
    tags = [_tag(item, lex) if item.quote < 0 else "Q" for item in items]
    for i in range(1, len(tags)):
        if tags[i] == "$" and tags[i - 1] in "pwht":  # she's, that's
            tags[i] = "a"
    first = next((i for i, item in enumerate(items) if item.quote < 0 and tags[i] not in ",.;:-()"), len(items))
    if first < len(items) and tags[first] == "N":
        tags[first] = _first_tag(items, tags, first, lex)
    for i in range(1, len(tags)):
        if tags[i] == "d" and tags[i - 1] not in ".:(" and tags[i + 1 : i + 2] == ["N"] and items[i].text[0].isupper():
            tags[i] = "N"  # The Hague, La Voix
        elif tags[i] in "dio" and tags[i - 1] == "N" and tags[i + 1 : i + 2] == ["N"] and _particle(items[i]):
            tags[i] = "N"
        elif tags[i] == "a" and i > first and tags[i + 1 : i + 2] == ["N"] and items[i].text.istitle():
            tags[i] = "N"  # said Will Stone
        elif tags[i] == "d" and tags[i - 1] in "Tx" and lex.has("genitive", items[i].low):
            tags[i] = "o"
    _nouns(items, tags, lex)
    return Segment(items, "".join(tags), bisect_right(heads, items[0].start) - 1)


def _particle(item: Item) -> bool:
    """Whether a small word with a capital belongs to a name: "Yann Le Goff"."""
    return item.text[0].isupper() and item.low in NAME_LINK


def _nouns(items: list[Item], tags: list[str], lex: Lexicon) -> None:
    """Retag forms of verbs that are nouns here: "the report", "a new claim of", "his plans"."""
    if "nouns_capitalised" in lex.flags:
        return
    determiner = -1
    for i, tag in enumerate(tags):
        before = tags[i - 1] if i else ""
        if tag == "v" and before and not _past(items[i], lex):
            if before in "do$" or (before == "i" and items[i - 1].low != "than") or _compound(items, tags, i):
                tags[i] = tag = "x"
            elif determiner >= 0 and "".join(tags[i + 1 : i + 2] or ".") in "vaio,.w":
                framed = "Q" in tags[max(0, determiner - 2) : determiner] and tags[i + 1 : i + 2] in ([","], ["."])
                if not framed and "verb" not in lex.verbs[items[i].low][0].frames:  # not: "…," the letter read.
                    tags[i] = tag = "x"
        elif tag == "e" and before == "d":
            tags[i] = tag = "x"
        if tag == "d":
            determiner = i
        elif tag not in "$xNr":
            determiner = -1


def _compound(items: list[Item], tags: list[str], at: int) -> bool:
    """Whether what may be a verb is part of a noun: "press secretary", or the object of one: "quashed rumors"."""
    plural = items[at].low.endswith("s") and not items[at].low.endswith("ss")
    if not plural and tags[at - 1] in "Nx" and tags[at + 1 : at + 2] == ["T"]:
        return items[at + 1].text.islower()
    if (
        not plural and at > 1 and tags[at - 2] == "d" and tags[at - 1] in "xr" and tags[at + 1 : at + 2] == ["x"]
    ):  # a later press meeting
        return items[at - 2].low in SINGULAR
    return plural and tags[at - 1] in "xv" and items[at - 1].low.endswith("ed") and tags[at + 1 : at + 2] != ["Q"]


def _past(item: Item, lex: Lexicon) -> bool:
    """Whether a form is a past tense, which is no noun."""
    if lex.code != "en":
        return False
    return item.low.endswith("ed") or not (
        item.low.endswith("s") or lex.verbs[item.low][0].lemma.split()[0] == item.low
    )


def _tag(item: Item, lex: Lexicon) -> str:
    """The tag of a word or mark by itself."""
    if (known := lex.tagged.get(item.text)) is None:
        if len(lex.tagged) > MOST_REMEMBERED:
            lex.tagged.clear()
        known = lex.tagged[item.text] = _look_up(item, lex)
    return known


def _look_up(item: Item, lex: Lexicon) -> str:
    """As `_tag`, for a word that was not seen before."""
    word, low = item.text, item.low
    sign = word[0]
    if not sign.isalnum():
        return "$" if word in POSSESSIVE else SIGNS.get(word, sign if sign in ",.;:()" else "x")
    if sign.isdigit():
        return "m"
    capital = sign.isupper()
    known = lex.tags.get(low)
    if known == "k" and capital == ("lower_calendar" in lex.flags):
        known = "N" if capital else "a" if low == "may" else "x"
    if known and not (capital and known == "r" and len(low) > 5):
        return known
    if capital:
        return _capital(low, lex)
    if low in lex.verbs:
        return lex.verbs[low][0].kind
    return "r" if low.endswith("ly") and lex.code == "en" else "x"


def _capital(low: str, lex: Lexicon) -> str:
    """The tag of a word with a capital: a name, but where all nouns have one, a role or a common noun as well."""
    if "nouns_capitalised" not in lex.flags:
        return "N"
    return "T" if lex.ends("role_endings", low) else "x" if lex.has("groups", low) else "N"


def _first_tag(items: list[Item], tags: list[str], first: int, lex: Lexicon) -> str:
    """The tag of a sentence's first word, whose capital says nothing: lower case if the language knows it so."""
    low = items[first].low
    named = first + 1 < len(tags) and tags[first + 1] in "N$"
    if low in lex.verbs and not named:
        return lex.verbs[low][0].kind
    if lex.has("groups", low) or (lex.has("roles", low) and not named):
        return "x"
    if lex.code == "en" and low.endswith("ed") and tags[first + 1 : first + 2] == ["i"]:  # Asked about it, Stone …
        return "g"
    return "r" if low.endswith("ly") and lex.code == "en" and not named else "N"


__all__ = ["Item", "Segment", "Token", "segments"]
