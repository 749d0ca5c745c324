"""From the tagger's labels to mentions: spans of tokens that name a person, an organisation or a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copydesk.enrich.naming.features import INITIAL, Sight
from copydesk.enrich.naming.runs import named
from copydesk.enrich.text.tokens import Token


@dataclass(frozen=True)
class Mention:
    """Tokens `[first, last]` that name something of a kind: `PER`, `ORG` or `LOC`; `title` is what stands before it."""

    first: int
    last: int
    kind: str
    title: str = ""

    def text(self, found: Sequence[Token], body: str) -> str:
        """The mention as the text has it."""
        return body[found[self.first].start : found[self.last].end]


def labelled(runs: list[tuple[int, int]], labels: list[list[str]]) -> Iterator[Mention]:
    """Return the mentions that the labels of each run spell."""
    for (start, _), tags in zip(runs, labels, strict=True):
        at = 0
        while at < len(tags):
            stop = at + 1
            if tags[at].startswith("B-"):
                while stop < len(tags) and tags[stop] == "I-" + tags[at][2:]:
                    stop += 1
                yield Mention(start + at, start + stop - 1, tags[at][2:])
            at = stop


def untitled(mention: Mention, found: Sequence[Token], sight: Sight) -> Mention | None:
    """Take the titles before a person's name off it: `Gen. Jubal Early`, `Prime Minister Koizumi`."""
    titles = sight.lexicon.of("title", sight.language)
    first, last = mention.first, mention.last
    while first <= last:
        word = found[first].text.lower().rstrip(".")
        pair = f"{word} {found[first + 1].text.lower().rstrip('.')}" if first < last else ""
        if pair in titles:
            first += 2
        elif (
            word in titles
            and (first < last or found[first].text.endswith("."))
            and not given_name(found[first].text, sight)
        ):
            first += 1
        else:
            break
    while last >= first and not named(found[last].text):
        last -= 1
    if first > last:
        return None
    return replace(mention, first=first, last=last, title=" ".join(t.text for t in found[mention.first : first]))


def given_name(word: str, sight: Sight) -> bool:
    """Whether a word is a frequent given name (`Earl`, `Judge` is none)."""
    return "G" in sight.symbol(word)[:3]


def family_names(mentions: list[Mention], found: Sequence[Token], sight: Sight) -> Counter[str]:
    """Last words of the full names of people in the text."""
    names: Counter[str] = Counter()
    for m in mentions:
        if m.kind == "PER" and m.last > m.first and full_name(m, found, sight):
            names[found[m.last].text] += 1
    return names


def full_name(mention: Mention, found: Sequence[Token], sight: Sight) -> bool:
    """Whether a mention looks like given name and family name."""
    first = found[mention.first].text
    return bool(mention.title) or bool(INITIAL.match(first)) or sight.symbol(first)[:1] in "Gg"


def settled(mentions: list[Mention], found: Sequence[Token], sight: Sight) -> list[Mention]:
    """Return the mentions with titles taken off, and lone family names of people in the text made people."""
    kept = [m for mention in mentions if (m := untitled(mention, found, sight) if mention.kind == "PER" else mention)]
    families = family_names(kept, found, sight)
    out = []
    for m in kept:
        alone = m.first == m.last and m.kind != "PER" and found[m.first].text in families
        out.append(replace(m, kind="PER") if alone and sight.place(found[m.first].text) != "C" else m)
    return out
