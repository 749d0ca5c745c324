"""What the tagger sees of a word: its shape, what its letters are known as, and the same of its neighbours.

Few of these name the word itself: what is learned from broadcasters' news has to hold for other names in other texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from copydesk.enrich.knowledge.gazetteer import Gazetteer, Known
from copydesk.enrich.knowledge.lexicon import Bit, Lexicon
from copydesk.enrich.text.language import language
from copydesk.enrich.text.tokens import Token

CLASSES = (
    "title",
    "role",
    "firm",
    "body",
    "outfit",
    "feature",
    "event",
    "work",
    "people",
    "time",
    "particle",
    "saying",
)
NO_PLACES = ("opener", "time", "people", "event", "work", "feature", "body", "firm")
"""Classes whose words stand for no place by themselves."""
QUOTES = frozenset('"“”„«»‘`')
ACRONYM = re.compile(r"[A-Z][A-Z&.-]*[A-Z](?:\.|s)?$")
INITIAL = re.compile(r"[A-ZÀ-Þ]\.(?:[A-Z]\.)*$")
LONGEST_PLACE = 4
"""Words of the longest place name that is looked up."""
LARGE, MIDDLE = 500_000, 50_000
"""Heads from which a place counts as large, as of middling size."""


@dataclass
class Sight:
    """Looks words up, once each: what they are known as, and their symbol."""

    lexicon: Lexicon
    gazetteer: Gazetteer
    demonyms: frozenset[str]
    language: str = "en"
    known: frozenset[tuple[str, ...]] = frozenset()
    symbols: dict[str, str] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)
    word_classes: dict[str, list[str]] = field(default_factory=dict)
    opens_known: frozenset[str] = frozenset()
    """Words with which the name of a known organisation begins."""
    no_places: frozenset[str] = frozenset()
    """Words that stand for no place by themselves."""
    openers: frozenset[str] = frozenset()
    """Words that, with a capital, merely open a sentence: the lexicon's, else what the language's file of sentences lists."""
    opens_place: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Turn the classes around: from a word to its classes."""
        for name in CLASSES:
            for word in self.lexicon.of(name, self.language):
                self.word_classes.setdefault(word, []).append(name)
        self.opens_known = frozenset(words[0] for words in self.known)
        self.openers = self.lexicon.of("opener", self.language) or language(self.language).starters
        self.no_places = self.openers.union(*(self.lexicon.of(name, self.language) for name in NO_PLACES))

    def symbol(self, word: str) -> str:
        """Return a short string of all that a word is known as; equal strings for words of one kind."""
        if (known := self.symbols.get(word)) is None:
            if len(self.symbols) > 100_000:
                self.symbols.clear()
            known = self.symbols[word] = self.look_up(word)
        return known

    def alone(self, word: str, symbol: str) -> list[str]:
        """Return the features of a word that no neighbour has a part in."""
        if (made := self.made.get(word)) is None:
            if len(self.made) > 50_000:
                self.made.clear()
            low = word.lower()
            made = self.made[word] = [
                "b",
                "w=" + low
                if "W" in symbol or symbol[0] == "l" or any(c.islower() for c in symbol if c not in "gfrwv")
                else "b2",
                "s=" + symbol,
                "sh=" + shape(word),
                "x3=" + low[-3:],
                "x2=" + low[-2:],
            ]
        return made

    def look_up(self, word: str) -> str:
        """As `symbol`, without the cache."""
        low = word.lower()
        plain = low.rstrip(".")
        # `Vice-President`, `co-founder`: the last part says what it is.
        classes = self.word_classes.get(plain) or self.word_classes.get(plain.rpartition("-")[2]) or []
        if not word[:1].isupper() and not any(c.isupper() for c in word):
            return "l" + "".join(c[:2] for c in classes) if classes else ("#" if word[:1].isdigit() else "l")
        parts = [letters(self.lexicon.bits.get(low, 0))]
        if word in self.demonyms:
            parts.append("D")
        else:
            parts.append(self.place(word))
        parts += [c[:2] for c in classes]
        if INITIAL.match(word):
            parts.append("I")
        elif ACRONYM.match(word):
            parts.append("A")
        return "".join(parts)

    def opens(self, word: str) -> bool:
        """Whether the name of a place of several words may begin with that one: most need not be looked up."""
        if (known := self.opens_place.get(word)) is None:
            if len(self.opens_place) > 100_000:
                self.opens_place.clear()
            known = self.opens_place[word] = self.gazetteer.opens(word)
        return known

    def place(self, name: str) -> str:
        """Return a letter for the most important place of that name: country, state, large, middle, small; or nothing."""
        found = self.gazetteer.find(name)
        return place_letter(found[0]) if found else ""


def place_letter(place: Known) -> str:
    """As `Sight.place`."""
    if place.kind in {"country", "region", "water"}:
        return "C"
    if place.kind == "admin1":
        return "S"
    return "L" if place.population >= LARGE else "M" if place.population >= MIDDLE else "S"


def letters(bits: int) -> str:
    """Name and word bits as letters; `?` for a word that is not known at all."""
    given = "G" if bits & Bit.GIVEN_OFTEN else "g" if bits & Bit.GIVEN else ""
    family = "F" if bits & Bit.FAMILY_OFTEN else "f" if bits & Bit.FAMILY else "r" if bits & Bit.FAMILY_RARE else ""
    word = "W" if bits & Bit.WORD_OFTEN else "w" if bits & Bit.WORD else "v" if bits & Bit.WORD_RARE else ""
    return (given + family + word) or "?"


def shape(word: str) -> str:
    """Return the word's shape with repeats left out: `Xx`, `X`, `x-Xx`, `d`."""
    out: list[str] = []
    for c in word:
        mark = "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c
        if not out or out[-1] != mark:
            out.append(mark)
    return "".join(out)


LONGEST_KNOWN = 5


def spans_of_known(found: Sequence[Token], start: int, end: int, sight: Sight) -> list[str]:
    """For each word of a run: `KB` or `KI` where the name of a known organisation covers it, the longest."""
    marks = [""] * (end - start)
    at = start
    while at < end:
        opens = found[at].text in sight.opens_known
        for stop in range(min(end, at + LONGEST_KNOWN), at, -1) if opens else ():
            if tuple(t.text for t in found[at:stop]) in sight.known:
                marks[at - start : stop - start] = ["KB"] + ["KI"] * (stop - at - 1)
                at = stop - 1
                break
        at += 1
    return marks


def spans_of_places(found: Sequence[Token], start: int, end: int, sight: Sight) -> list[str]:
    """For each word of a run: `B` or `I` and the letter, where the longest place name of several words covers it."""
    marks = [""] * (end - start)
    at = start
    while at < end - 1:
        opens = sight.opens(found[at].text)
        for stop in range(min(end, at + LONGEST_PLACE), at + 1, -1) if opens else ():
            letter = sight.place(" ".join(t.text for t in found[at:stop]))
            if letter:
                marks[at - start : stop - start] = ["PB" + letter] + ["PI" + letter] * (stop - at - 1)
                at = stop - 1
                break
        at += 1
    return marks


class Features(NamedTuple):
    """What the tagger is told of a run: of each word, and of all of them together."""

    words: list[list[str]]
    whole: list[str]


def run_features(found: Sequence[Token], start: int, end: int, sight: Sight) -> Features:
    """Return the features of the run `found[start:end]`."""
    low = max(0, start - 2)
    around = [sight.symbol(t.text) for t in found[low : end + 2]]
    shift = start - low
    symbols = around[shift : shift + end - start]
    marks = spans_of_places(found, start, end, sight)
    for at, mark in enumerate(spans_of_known(found, start, end, sight)):
        marks[at] = mark or marks[at]
    words = [
        word_features(found, (start, end), at, around, mark=marks[at - start], sight=sight) for at in range(start, end)
    ]
    return Features(words, whole_run(found, start, end, symbols, sight))


def whole_run(found: Sequence[Token], start: int, end: int, symbols: list[str], sight: Sight) -> list[str]:
    """What every word of a run shares."""
    last, first = symbols[-1], symbols[0]
    features = [f"len={min(end - start, 6)}", "last=" + last, "first=" + first]
    if any("bo" in s for s in symbols):
        features.append("body")
    if end - start <= 3:
        features.append("run=" + " ".join(symbols))
    if start and found[start - 1].text in QUOTES:
        features.append("quoted")
    features += [*lead(found, start, sight), *predicate(found, end, sight)]
    after = found[end].text if end < len(found) else ""
    if after == "(" and end + 1 < len(found):
        inside = found[end + 1].text
        features.append(
            "then=(A" if ACRONYM.match(inside) else "then=(d" if inside[:1].isdigit() else "then=(" + inside.lower()[:4]
        )
    return features


LISTED = frozenset({",", "and", "or", "&", "und", "et", "y", ";"})
STOPS = frozenset(
    [
        ",",
        ".",
        ";",
        ":",
        "(",
        ")",
        "of",
        "in",
        "for",
        "who",
        "that",
        "which",
        "and",
        "by",
        "from",
        "with",
        "on",
        "at",
        "to",
        "whose",
        "where",
    ]
)
FARTHEST_LEAD, FARTHEST_NOUN = 24, 9


def lead(found: Sequence[Token], start: int, sight: Sight) -> list[str]:
    """What leads a list of names: in `bands such as A, B and C` the words before A lead B and C too."""
    at = start - 1
    while (
        at > 0
        and start - at < FARTHEST_LEAD
        and not found[at + 1].first
        and (found[at].text in LISTED or found[at].text[:1].isupper())
    ):
        at -= 1
    if at < 0 or found[at + 1].first:
        return []
    word = found[at].text.lower()
    pair = found[at - 1].text.lower() + " " + word if at and not found[at].first else word
    noun = next(
        (s for i in range(at, max(-1, at - 4), -1) if len(s := sight.symbol(found[i].text)) > 1 and s[0] == "l"), ""
    )
    return ["lead=" + word, "lead2=" + pair, "leadc=" + noun]


def predicate(found: Sequence[Token], end: int, sight: Sight) -> list[str]:
    """What the text says the name is: the class of the noun in `X, a rock band from …`, `X ( born 1949 ) is a Canadian writer`."""
    at = end
    if at < len(found) and found[at].text == "(":
        closed = next((i for i in range(at, min(at + 14, len(found))) if found[i].text == ")"), at)
        at = closed + 1
    if at + 2 >= len(found) or found[at].text not in {",", "is", "was", "are", "were", "–", "-", "—"}:
        return []
    if found[at + 1].text not in {"a", "an", "the", "one", "former"}:
        return []
    noun = ""
    for i in range(at + 2, min(at + FARTHEST_NOUN, len(found))):
        if found[i].text in STOPS:
            break
        symbol = sight.symbol(found[i].text)
        if symbol[0] == "l" and len(symbol) > 1:
            noun = symbol
    return ["isa=" + noun] if noun else ["isa=?"]


def word_features(
    found: Sequence[Token], run: tuple[int, int], at: int, around: list[str], *, mark: str, sight: Sight
) -> list[str]:
    """Return the features of one word; `around` has the symbols from two words before the run to two after it."""
    start, end = run
    here = at - max(0, start - 2)
    token = found[at]
    word, symbol = token.text, around[here]
    before = around[here - 1] if here else "^"
    after = around[here + 1] if here + 1 < len(around) else "$"
    before2 = around[here - 2] if here > 1 else "^"
    after2 = around[here + 2] if here + 2 < len(around) else "$"
    previous = found[at - 1].text.lower() if at and not token.first else "^"
    following = found[at + 1].text.lower() if at + 1 < len(found) and not found[at + 1].first else "$"
    if token.first:
        before = before2 = "^"
    place = f"{'B' if at == start else 'I'}{'E' if at == end - 1 else 'I'}"
    features = [
        *sight.alone(word, symbol),
        "p=" + place, "s-1=" + before, "s+1=" + after, "s-1,0=" + before + " " + symbol, "s0,1=" + symbol + " " + after,
        "s-1,0,1=" + before + " " + symbol + " " + after, "s-2=" + before2, "s+2=" + after2, "ps=" + place + symbol,
        "s-1,1=" + before + " " + after,
    ]  # fmt: skip
    if mark:
        features.append("m=" + mark)
    if at == start:
        features += ["w-1=" + previous, "w-1s=" + previous + " " + symbol]
        if at > 1:
            features.append("w-2=" + found[at - 2].text.lower() + " " + previous)
    if at == end - 1:
        features += ["w+1=" + following, "w+1s=" + following + " " + symbol]
        if at + 2 < len(found):
            features.append("w+2=" + following + " " + found[at + 2].text.lower())
    if token.first:
        features += ["first", "first " + symbol]
    return features
