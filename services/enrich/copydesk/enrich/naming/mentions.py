"""From the tagger's labels to mentions: spans of tokens that name a person, an organisation or a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from copydesk.enrich.naming.features import INITIAL, Sight
from copydesk.enrich.naming.runs import named
from copydesk.enrich.naming.tokens import Token


@dataclass(frozen=True)
class Mention:
    """Tokens `[first, last]` that name something of a kind: `PER`, `ORG` or `LOC`; `title` is what stands before it."""

    first: int
    last: int
    kind: str
    title: str = ""

    def text(self, found: list[Token], body: str) -> str:
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


def untitled(mention: Mention, found: list[Token], sight: Sight) -> Mention | None:
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


def family_names(mentions: list[Mention], found: list[Token], sight: Sight) -> Counter[str]:
    """Last words of the full names of people in the text."""
    names: Counter[str] = Counter()
    for m in mentions:
        if m.kind == "PER" and m.last > m.first and full_name(m, found, sight):
            names[found[m.last].text] += 1
    return names


def full_name(mention: Mention, found: list[Token], sight: Sight) -> bool:
    """Whether a mention looks like given name and family name."""
    first = found[mention.first].text
    return bool(mention.title) or bool(INITIAL.match(first)) or sight.symbol(first)[:1] in "Gg"


def mended(mentions: list[Mention], found: list[Token], sight: Sight) -> list[Mention]:
    """Return the mentions with people parted at `and`, words before a given name taken off, and words that name nothing left out."""
    out: list[Mention] = []
    for mention in mentions:
        mention = opened(mention, found, sight)
        parts = parted(extended(mention, found), found) if mention.kind == "PER" else split(mention, found, sight)
        for part in parts:
            whole = headed(part, found, sight) if part.kind == "PER" else part
            if whole.kind != "ORG" or not idle(whole, found, sight):
                out.append(whole)
    return out


def opened(mention: Mention, found: list[Token], sight: Sight) -> Mention:
    """Take off what is no part of the name: the word that opens the sentence, the place that owns it (`Iran's Mehr News Agency`)."""
    first = found[mention.first]
    if (
        mention.last > mention.first
        and first.first
        and first.text.lower() in sight.lexicon.of("opener", sight.language)
    ):
        return replace(mention, first=mention.first + 1)
    for at in range(mention.first + 1, min(mention.first + 3, mention.last)):
        owner = " ".join(t.text for t in found[mention.first : at])
        if (
            mention.kind == "ORG"
            and found[at].text in {"'s", "’s"}
            and sight.place(owner)
            and not given_name(owner, sight)
        ):
            return replace(mention, first=at + 1)
    return mention


QUOTED = frozenset({'"', "“", "'", "‘"})
AFTER_NAMES = frozenset({"Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV"})


def extended(mention: Mention, found: list[Token]) -> Mention:
    """Take in what follows a name as part of it: `Jr.`, `II`, and the family name after a nickname in quotation marks."""
    count = len(found)
    after = [t.text for t in found[mention.last + 1 : mention.last + 5]]
    nickname = (
        len(after) == 4 and after[0] in QUOTED and not after[2][:1].isalnum() and named(after[1]) and named(after[3])
    )
    last = mention.last + 4 if nickname else mention.last
    while last + 1 < count and found[last + 1].text in AFTER_NAMES:
        last += 1
    return replace(mention, last=last)


def split(mention: Mention, found: list[Token], sight: Sight) -> list[Mention]:
    """Part two organisations at `and`, where the first is whole: `Dallas Morning News and Houston Post`."""
    for at in range(mention.first + 2, mention.last - 1):
        whole = "bo" in sight.symbol(found[at - 1].text) and mention.kind == "ORG"
        if whole and found[at].text in {"and", "&"} and "bo" in sight.symbol(found[mention.last].text):
            return [replace(mention, last=at - 1), *split(replace(mention, first=at + 1), found, sight)]
    return [mention]


def parted(mention: Mention, found: list[Token]) -> list[Mention]:
    """Part `Karl Lang & Harvey Dean` in two people."""
    cuts = [at for at in range(mention.first, mention.last + 1) if found[at].text in {"and", "&"}]
    starts = [mention.first, *(at + 1 for at in cuts)]
    ends = [*(at - 1 for at in cuts), mention.last]
    return [replace(mention, first=a, last=b) for a, b in zip(starts, ends, strict=True) if a <= b]


def headed(mention: Mention, found: list[Token], sight: Sight) -> Mention:
    """Take off what stands before the name: `Texas Coach Darrell Royal` is Darrell Royal, with his title."""
    first = mention.first
    for at in range(mention.first, mention.last - 1):
        symbol = sight.symbol(found[at].text)
        if ("ti" in symbol or "ro" in symbol) and symbol[:1] != "G":
            first = at + 1
    for at in range(first, mention.last):
        word = found[at].text
        if INITIAL.match(word) or sight.symbol(word)[:1] in "Gg":
            first = at
            break
        if not common(word, sight):
            break
    title = " ".join(t.text for t in found[mention.first : first])
    return replace(
        mention, first=first, title=title if "ti" in sight.symbol(title.rpartition(" ")[2]) else mention.title
    )


def common(word: str, sight: Sight) -> bool:
    """Whether a word is a common English word, a title or a role, and no usual name of a person."""
    symbol = sight.symbol(word)
    return symbol[:1] not in "Gg" and any(mark in symbol for mark in ("W", "w", "ti", "ro"))


def idle(mention: Mention, found: list[Token], sight: Sight) -> bool:
    """Whether a lone word names no organisation: one letter, a common word, an acronym of something else."""
    if mention.last > mention.first:
        return False
    word = found[mention.first].text
    low = word.lower().rstrip(".")
    return (
        len(low) < 2
        or low in sight.lexicon.of("idle", sight.language)
        or (common(word, sight) and not word.isupper() and low not in sight.lexicon.of("single", sight.language))
    )


def settled(mentions: list[Mention], found: list[Token], sight: Sight) -> list[Mention]:
    """Return the mentions with titles taken off, and lone family names of people in the text made people."""
    kept = [m for mention in mentions if (m := untitled(mention, found, sight) if mention.kind == "PER" else mention)]
    families = family_names(kept, found, sight)
    out = []
    for m in kept:
        alone = m.first == m.last and m.kind != "PER" and found[m.first].text in families
        out.append(replace(m, kind="PER") if alone and sight.place(found[m.first].text) != "C" else m)
    return out
