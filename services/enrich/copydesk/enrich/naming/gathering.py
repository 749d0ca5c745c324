"""One entity for all its mentions: `Hosseini` is `Mohammad Ali Hosseini`, `SIIC` the council whose acronym it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from copydesk.enrich.naming.mentions import Mention
from copydesk.enrich.text.tokens import Token

PARTICLES = frozenset("de del della di da dos van von der den ter la le al el bin ben ibn abu".split())  # noqa: SIM905
SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
POSSESSIVE = re.compile(r"['’]s?$")


@dataclass
class Gathered:
    """An entity: its fullest name, other names in order of their appearance, spans, and its mentions."""

    kind: str
    name: str
    aliases: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)

    def add(self, name: str, span: tuple[int, int], mention: Mention) -> None:
        """Take in a mention."""
        if name != self.name and name not in self.aliases:
            self.aliases.append(name)
        self.spans.append(span)
        self.mentions.append(mention)


def flat(name: str) -> str:
    """Return a name as it is compared: no case, no article, one space."""
    words = name.casefold().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def last_word(name: str) -> str:
    """Return the family name as far as one can say: the last word that is no suffix."""
    words = [w for w in name.casefold().replace(",", "").split() if w not in SUFFIXES]
    return words[-1] if words else name.casefold()


def same_person(full: str, other: str) -> bool:
    """Whether two full names can be one person's: the same last word, and given names that do not contradict."""
    if last_word(full) != last_word(other):
        return False
    a, b = (name.casefold().replace(".", "").split()[:-1] for name in (full, other))
    short, long = sorted((a, b), key=len)
    return all(any(w == o or (1 in {len(w), len(o)} and w[0] == o[0]) for o in long) for w in short)


def people(mentions: Iterable[Mention], found: Sequence[Token], body: str) -> list[Gathered]:
    """Return the people. Full names first, then what is left of them: a family name, a given name."""
    named = [(m, m.text(found, body)) for m in mentions if m.kind == "PER"]
    gathered: list[Gathered] = []
    by_word: dict[str, list[Gathered]] = defaultdict(list)
    for m, text in sorted(named, key=lambda pair: (-min(2, len(pair[1].split())), pair[0].first)):
        words = text.casefold().split()
        near = by_word.get(last_word(text), []) if len(words) > 1 else by_word.get(words[0], [])
        match = next((g for g in near if len(words) == 1 or same_person(g.name, text)), None)
        if match is None:
            match = Gathered("person", text)
            gathered.append(match)
            for word in {*words, last_word(text)} - PARTICLES:
                by_word[word].append(match)
        elif len(words) > len(match.name.split()):
            match.aliases.append(match.name)
            match.name = text
        match.add(text, (found[m.first].start, found[m.last].end), m)
    return in_order(gathered)


def organisations(
    mentions: Iterable[Mention], found: Sequence[Token], body: str, short: dict[str, str]
) -> list[Gathered]:
    """Return the organisations. `short` leads from an acronym to its long form."""
    named = [(m, m.text(found, body)) for m in mentions if m.kind == "ORG"]
    gathered: dict[str, Gathered] = {}
    fullest = {text for _, text in named if " " in text}
    for m, text in named:
        full = short.get(text, text)
        if " " not in full and text not in short:
            full = next((f for f in sorted(fullest) if f.startswith(full + " ") and last_is_legal(f)), full)
        key = flat(full)
        entity = gathered.setdefault(key, Gathered("organisation", full))
        entity.add(text, (found[m.first].start, found[m.last].end), m)
    return in_order(gathered.values())


def last_is_legal(name: str) -> bool:
    """Whether a name ends in a legal form, so that its first word alone is the same company."""
    return name.rsplit(" ", 1)[-1].rstrip(".").lower() in LEGAL


LEGAL = frozenset(
    [
        "inc",
        "corp",
        "corporation",
        "co",
        "company",
        "ltd",
        "llc",
        "plc",
        "gmbh",
        "ag",
        "se",
        "sa",
        "spa",
        "nv",
        "bv",
        "ab",
        "asa",
        "oyj",
        "group",
        "holdings",
    ]
)


def in_order(gathered: Iterable[Gathered]) -> list[Gathered]:
    """Return entities by their first span, their spans in order, the name no alias of itself."""
    for g in gathered:
        g.spans = sorted(set(g.spans))
        g.aliases = [a for a in dict.fromkeys(g.aliases) if a != g.name]
        g.mentions.sort(key=lambda m: m.first)
    return sorted(gathered, key=lambda g: g.spans[0])
