"""Mends what the tagger marked: takes words off names that are no part of them, parts names that were run together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copydesk.enrich.naming.features import INITIAL, Sight
from copydesk.enrich.naming.mentions import Mention, given_name
from copydesk.enrich.naming.plausibility import like_person
from copydesk.enrich.naming.runs import named
from copydesk.enrich.text.tokens import Token


def mended(mentions: list[Mention], found: Sequence[Token], sight: Sight) -> list[Mention]:
    """Return the mentions with people parted at `and`, words before a given name taken off, and words that name nothing left out."""
    out: list[Mention] = []
    for mention in mentions:
        mention = person_inside(opened(mention, found, sight), found, sight)
        mention = national(mention, found, sight)
        parts = parted(extended(mention, found), found) if mention.kind == "PER" else split(mention, found, sight)
        for part in parts:
            whole = headed(part, found, sight) if part.kind == "PER" else part
            if whole.kind != "ORG" or not idle(whole, found, sight):
                out.append(whole)
    return out


def looks_like_person(found: Sequence[Token], first: int, last: int, sight: Sight) -> bool:
    """Whether tokens `[first, last]` are a given name and a family name, by the lexicon alone."""
    words = tuple(t.text for t in found[first : last + 1])
    return 2 <= len(words) <= 3 and like_person(words, [sight.symbol(word) for word in words])


def person_inside(mention: Mention, found: Sequence[Token], sight: Sight) -> Mention:
    """Return the person in `General Manuel Lopez` or `Dick Lane's Telephone`, where the tagger saw something else."""
    first, last = mention.first, mention.last
    if mention.kind == "PER" or any(
        "bo" in sight.symbol(found[at].text) or "fi" in sight.symbol(found[at].text) for at in range(first, last + 1)
    ):
        return mention
    owner = next((at for at in range(first + 2, last) if found[at].text in {"'s", "’s"}), None)
    if owner is not None and looks_like_person(found, first, owner - 1, sight):
        return replace(mention, last=owner - 1, kind="PER")
    for at in range(first, last - 1):
        given = sight.symbol(found[at + 1].text)[:1] == "G" and last - at in {2, 3} and not found[last].text.islower()
        foreign = "-" in found[at].text and all("?" in sight.symbol(found[i].text) for i in range(at + 1, last + 1))
        if "ti" in sight.symbol(found[at].text) and (given or foreign):
            return replace(mention, first=at + 1, kind="PER", title=" ".join(t.text for t in found[first : at + 1]))
    return mention


def opened(mention: Mention, found: Sequence[Token], sight: Sight) -> Mention:
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


NATIONAL = frozenset(
    ["academy", "association", "confederation", "federation", "institute", "league", "party", "society"]
)  # fmt: skip
"""Heads of bodies that a nation has one of, so that its adjective belongs to the name; ministries have it before theirs."""


def national(mention: Mention, found: Sequence[Token], sight: Sight) -> Mention:
    """Take in the nationality that a body's name begins with: `Bulgarian Academy of Sciences`."""
    at = mention.first - 1
    if mention.kind != "ORG" or at < 0 or found[mention.first].first or found[at].text not in sight.demonyms:
        return mention
    words = [found[i].text.lower() for i in range(mention.first, mention.last + 1)]
    head = next((word for word in words if "bo" in sight.symbol(word)), "")
    return replace(mention, first=at) if head in NATIONAL and len(words) > 1 else mention


QUOTED = frozenset({'"', "“", "'", "‘"})
AFTER_NAMES = frozenset({"Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV"})


def extended(mention: Mention, found: Sequence[Token]) -> Mention:
    """Take in what follows a name as part of it: `Jr.`, `II`, and the family name after a nickname in quotation marks."""
    count = len(found)
    after = [t.text for t in found[mention.last + 1 : mention.last + 5]]
    nickname = (
        len(after) == 4 and after[0] in QUOTED and not after[2][:1].isalnum() and named(after[1]) and named(after[3])
    )
    last = mention.last + 4 if nickname else mention.last
    while last + 1 < count and found[last + 1].text in AFTER_NAMES:
        last += 1
    return mention if last == mention.last else replace(mention, last=last)


def split(mention: Mention, found: Sequence[Token], sight: Sight) -> list[Mention]:
    """Part two names: `Dallas Morning News and Houston Post`, `Karl Lang & Harvey Dean`, `IV Corps of the Army of the North`."""
    if mention.kind != "ORG":
        return [mention]
    for at in range(mention.first + 1, mention.last):
        word, before = found[at].text, sight.symbol(found[at - 1].text)
        if word in {"and", "&"} and looks_like_person(found, at + 1, mention.last, sight) and not before.endswith("fi"):
            return [replace(mention, last=at - 1, kind="PER"), replace(mention, first=at + 1, kind="PER")]
        after = at + 2 if found[at + 1].text == "the" else at + 1
        if after > mention.last or "bo" not in before or at - mention.first < 2:
            continue
        if word in {"and", "&"} and after < mention.last and "bo" in sight.symbol(found[mention.last].text):
            return [replace(mention, last=at - 1), *split(replace(mention, first=after), found, sight)]
        if word == "of" and "bo" in sight.symbol(found[after].text) and after < mention.last:
            return [replace(mention, last=at - 1), *split(replace(mention, first=after), found, sight)]
    return [mention]


def parted(mention: Mention, found: Sequence[Token]) -> list[Mention]:
    """Part `Karl Lang & Harvey Dean` in two people."""
    cuts = [at for at in range(mention.first, mention.last + 1) if found[at].text in {"and", "&"}]
    if not cuts:
        return [mention]
    starts = [mention.first, *(at + 1 for at in cuts)]
    ends = [*(at - 1 for at in cuts), mention.last]
    return [replace(mention, first=a, last=b) for a, b in zip(starts, ends, strict=True) if a <= b]


def headed(mention: Mention, found: Sequence[Token], sight: Sight) -> Mention:
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
    if first == mention.first:
        return mention
    return replace(
        mention, first=first, title=title if "ti" in sight.symbol(title.rpartition(" ")[2]) else mention.title
    )


def common(word: str, sight: Sight) -> bool:
    """Whether a word is a common English word, a title or a role, and no usual name of a person."""
    symbol = sight.symbol(word)
    return symbol[:1] not in "Gg" and any(mark in symbol for mark in ("W", "w", "ti", "ro"))


def idle(mention: Mention, found: Sequence[Token], sight: Sight) -> bool:
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


def teams(mentions: list[Mention], found: Sequence[Token], runs: list[tuple[int, int]], sight: Sight) -> list[Mention]:
    """Return the mentions with teams named by place and nickname made one: `Boston Bruins`, `Texas Longhorns`."""
    nicknames = sight.lexicon.of("nickname", sight.language)
    made: list[Mention] = []
    for start, end in runs:
        for at in range(start + 1, end):
            if found[at].text[:1].isupper() and found[at].text.lower() in nicknames:
                first = next(
                    (i for i in range(max(start, at - 3), at) if sight.place(" ".join(t.text for t in found[i:at]))), at
                )
                if first < at:
                    made.append(Mention(first, at, "ORG"))
    larger = [m for m in mentions if m.kind == "ORG" and any(m.first <= t.first and m.last > t.last for t in made)]
    made = [t for t in made if not any(m.first <= t.first and m.last >= t.last for m in larger)]
    taken = {at for m in made for at in range(m.first, m.last + 1)}
    return sorted([m for m in mentions if not taken & set(range(m.first, m.last + 1))] + made, key=lambda m: m.first)


def continued(mentions: list[Mention], found: Sequence[Token], sight: Sight) -> list[Mention]:
    """Return the mentions with those made whole that go on after `and`: `National Institute of Allergy and Infectious Diseases`."""
    out: list[Mention] = []
    covered = {at: m for m in mentions for at in range(m.first, m.last + 1)}
    gone: set[Mention] = set()
    for m in mentions:
        last = m.last
        subject = next((at for at in range(m.first + 1, last + 1) if found[at].text in {"of", "for", "on"}), None)
        of_body = m.kind == "ORG" and subject is not None and "bo" in sight.symbol(found[subject - 1].text)
        while (
            of_body
            and last + 2 < len(found)
            and found[last + 1].text in {"and", "&", ","}
            and continues(found, last + 2, covered, sight)
        ):
            last += 2
            while last + 1 < len(found) and continues(found, last + 1, covered, sight):
                last += 1
        gone |= {covered[at] for at in range(m.last + 1, last + 1) if at in covered}
        out.append(m if last == m.last else replace(m, last=last))
    return [m for m in out if m not in gone]


def continues(found: Sequence[Token], at: int, covered: dict[int, Mention], sight: Sight) -> bool:
    """Whether a word can be one more subject of a ministry or institute: a common word with a capital, in no person's or place's name."""
    word, mention = found[at].text, covered.get(at)
    if (
        found[at].first
        or not word[:1].isupper()
        or not common(word, sight)
        or (mention is not None and mention.kind in {"PER", "LOC"})
    ):
        return False
    return not any(mark in sight.symbol(word) for mark in ("bo", "fi", "ti"))
