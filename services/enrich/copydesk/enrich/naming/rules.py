"""Names in languages that no tagger was trained for: German, French and Spanish by their words, others by what is written alike.

A rule rests on the lexicon's classes of a language (titles, words that head organisations' names, common nouns for companies);
a language without them has people with known given names, organisations known by name, acronyms, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from copydesk.enrich.naming.acronyms import acronym
from copydesk.enrich.naming.features import INITIAL, LONGEST_KNOWN, Sight
from copydesk.enrich.naming.mentions import Mention
from copydesk.enrich.naming.runs import JOINERS, named
from copydesk.enrich.text.tokens import Token

COMPOUNDING = frozenset({"de", "nl", "sv", "da", "nb", "no", "fi"})
SHORTEST_TAIL = 4
"""Letters of the shortest word that is looked for at the end of a compound."""
APART = frozenset({"in", "at", "to", "on", "for", "ab", "am", "an"})
"""Small words that join names in English titles only."""
ARTICLES = frozenset({"der", "den", "des", "la", "le", "el", "los", "las", "les"})
"""Particles that are part of a name only after another one: `von der Leyen`."""
LONGEST_NAME, LONGEST_BODY = 5, 7
ADJECTIVES = ("sche", "scher", "schen", "sches", "schem", "er", "es")
LOWER_ADJECTIVES = ("al", "ale", "aux", "ales", "ais", "aise", "ien", "ienne", "ois", "oise", "éen", "éenne", "ain", "aine", "ique", "nel", "nelle", "ano", "ana", "eño", "eña", "ario", "aria", "ense", "ica", "ico", "ivil", "rior", "rieure", "ême", "emo")  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A text's tokens with what the rules ask of them."""

    found: Sequence[Token]
    sight: Sight

    def word(self, at: int) -> str:
        """The token's text, or nothing beyond the ends."""
        return self.found[at].text if 0 <= at < len(self.found) else ""

    def is_in(self, at: int, name: str) -> bool:
        """Whether a token is of a class."""
        return self.word(at).lower().rstrip(".") in self.sight.lexicon.of(name, self.sight.language)

    def ends_in(self, at: int, name: str) -> bool:
        """Whether a token is of a class, or a compound that ends in a word of it: `Verkehrsminister`."""
        if self.is_in(at, name):
            return True
        word = self.word(at).lower()
        if "-" in word and word.rpartition("-")[2] in self.sight.lexicon.of(name, self.sight.language):
            return True
        if self.sight.language not in COMPOUNDING or len(word) < 2 * SHORTEST_TAIL:
            return False
        known = self.sight.lexicon.of(name, self.sight.language)
        return any(word[cut:] in known for cut in range(3, len(word) - SHORTEST_TAIL + 1))

    def capital(self, at: int) -> bool:
        """Whether a token could be part of a name: a capital, and no word that merely opens a sentence."""
        opener = self.word(at).lower().rstrip(".") in self.sight.openers
        return named(self.word(at)) and not (opener or self.is_in(at, "time"))

    def joined(self, at: int, end: int) -> int:
        """Return the end of the small words at a token, where a name goes on after them."""
        stop = at
        while stop < end and self.word(stop) in JOINERS and self.word(stop) not in APART and stop - at < 3:
            stop += 1
        return stop if stop < end and self.capital(stop) else at


def mentions(found: Sequence[Token], runs: list[tuple[int, int]], sight: Sight) -> list[Mention]:
    """Return the people and organisations that the rules find in the runs of a text."""
    line = Line(found, sight)
    out = [m for start, end in runs for m in in_run(line, start, end)]
    return sorted([*out, *alone(line, runs, out)], key=lambda m: m.first)


def alone(line: Line, runs: list[tuple[int, int]], named_before: list[Mention]) -> list[Mention]:
    """Return where family names of the people found stand by themselves, outside the mentions and outside longer names."""
    families = {line.found[m.last].text for m in named_before if m.kind == "PER" and m.last > m.first}
    taken = {at for m in named_before for at in range(m.first, m.last + 1)}
    return [
        Mention(at, at, "PER")
        for start, end in runs
        for at in range(start, end)
        if at not in taken
        and line.found[at].text in families
        and not (at > start and line.capital(at - 1) and not line.is_in(at - 1, "title") and not line.found[at].first)
        and not (at + 1 < end and line.capital(at + 1))
    ]


def well_known(line: Line, runs: list[tuple[int, int]], mentions: list[Mention]) -> list[Mention]:
    """Return the known organisations outside the mentions that no place of any size shares its name with."""
    taken = {at for m in mentions for at in range(m.first, m.last + 1)}
    out = []
    for start, end in runs:
        for at in range(start, end):
            stop = known(line, at, end)
            span = set(range(at, stop))
            if span and not taken & span and not line.sight.place(" ".join(line.word(i) for i in span)):
                out.append(Mention(at, stop - 1, "ORG"))
                taken |= span
    return out


def introduced(line: Line, runs: list[tuple[int, int]], mentions: list[Mention]) -> list[Mention]:
    """Return people whom only a title shows to be such: `Director-General Tedros Adhanom Ghebreyesus`."""
    taken = {at for m in mentions for at in range(m.first, m.last + 1)}
    out = []
    for start, end in runs:
        for at in range(start, end):
            stop = titled(line, at, end) if at not in taken else at
            span = range(at, stop)
            if stop > at and not taken & set(span) and all(personal(line, i) for i in span):
                out.append(Mention(at, stop - 1, "PER"))
                taken |= set(span)
    return out


def personal(line: Line, at: int) -> bool:
    """Whether a word can be part of a person's name: none that heads other names, no common word that is not a name as well."""
    symbol = line.sight.symbol(line.word(at))
    if line.is_in(at, "particle") or INITIAL.match(line.word(at)):
        return True
    common = any(mark in symbol for mark in ("W", "w")) and symbol[:1] not in "GgFf"
    common = common or "A" in symbol or "D" in symbol
    return not common and not any(line.is_in(at, name) for name in ("body", "firm", "feature", "event", "title"))


def in_run(line: Line, start: int, end: int) -> Iterator[Mention]:
    """Return the mentions of one run, the first rule that holds at each word."""
    at = start
    while at < end:
        last = at
        for kind, rule in RULES:
            stop = rule(line, at, end)
            if stop > at:
                yield Mention(at, stop - 1, kind)
                last = stop - 1
                break
        at = last + 1


def known(line: Line, at: int, end: int) -> int:
    """The end of a known organisation's name, else the start."""
    first = line.found[at].text if at < len(line.found) else ""
    if first not in line.sight.opens_known and first.upper() not in line.sight.opens_known:
        return at
    for stop in range(min(end, at + LONGEST_KNOWN), at, -1):
        words = tuple(t.text for t in line.found[at:stop])
        # `Nato` and `Unesco` are written as words in some languages.
        if words in line.sight.known or (
            len(words) == 1 and len(words[0]) > 3 and (words[0].upper(),) in line.sight.known
        ):
            return stop
    return at


def headed(line: Line, at: int, end: int) -> int:
    """`Fahrgastverband Freie Fahrt`, `Ministerio de Sanidad`, `Croissant-Rouge algérien`: a head, then what belongs to it."""
    if not line.capital(at) or line.is_in(at, "title"):
        return at
    head = at
    while head < min(end, at + 2) and adjective(line, head) and not line.ends_in(head, "body"):
        head += 1
    if head >= end or not line.capital(head) or not line.ends_in(head, "body"):
        return at
    stop = head + 1
    if (
        stop < len(line.found)
        and line.word(stop).endswith(LOWER_ADJECTIVES)
        and line.word(stop).islower()
        and line.sight.language in {"fr", "es"}
    ):
        stop += 1
    stop = onward(line, stop, min(max(end, stop), at + LONGEST_BODY))
    compound = not line.is_in(head, "body")
    return stop if stop > at + 1 or compound else at


def onward(line: Line, at: int, end: int) -> int:
    """Return where a name that goes on with capitals and small words ends."""
    stop = at
    while stop < end:
        step = stop if line.capital(stop) else line.joined(stop, end)
        if not line.capital(step) or line.found[step].first or (step > stop and ends_list(line, stop, step)):
            break
        if step == stop and (given(line, step) and line.capital(step + 1) and line.sight.language == "de"):
            break
        stop = step + 1
    return stop


def ends_list(line: Line, at: int, step: int) -> bool:
    """Whether `and` joins another name here rather than the parts of one: another head or an article follows."""
    words = [line.word(i) for i in range(at, step)]
    head = line.ends_in(step, "body") or (adjective(line, step) and line.ends_in(step + 1, "body"))
    return words[0] in {"y", "e", "et", "und", "and"} and (len(words) > 1 or head or known(line, step, step + 3) > step)


def adjective(line: Line, at: int) -> bool:
    """Whether a capitalised word can be the adjective before a German head: `Deutscher`, `Europäische`, `Hamburger`."""
    return line.sight.language == "de" and line.capital(at) and line.word(at).lower().endswith(ADJECTIVES)


def titled(line: Line, at: int, end: int) -> int:
    """A name after a title or a role: at least two words, or one after a salutation."""
    before = at - 1
    if (
        at == 0
        or line.found[at].first
        or not line.ends_in(before, "title")
        or not line.capital(at)
        or line.ends_in(at, "title")
    ):
        return at
    stop = person(line, at, end)
    salutation = line.word(before).lower().rstrip(".") in {
        "m",
        "mm",
        "mme",
        "mlle",
        "me",
        "herr",
        "herrn",
        "frau",
        "sr",
        "sra",
        "señor",
        "señora",
        "don",
        "doña",
        "mr",
        "mrs",
        "ms",
    }
    return stop if stop - at > 1 or (salutation and stop > at) else at


def person(line: Line, at: int, end: int) -> int:
    """Return the end of a person's name that starts at a token."""
    stop = at
    while stop < min(end, at + LONGEST_NAME):
        if (line.capital(stop) and not line.ends_in(stop, "body") and not line.found[stop].first) or stop == at:
            stop += 1
        elif line.is_in(stop, "particle") and line.word(stop) not in ARTICLES and line.joined(stop, end) > stop:
            stop = line.joined(stop, end)
        else:
            break
    return stop


def given(line: Line, at: int) -> bool:
    """Whether a token is a given name or an initial; one that abbreviates a month (`Jan`) where no figure stands beside it."""
    if line.is_in(at, "time"):
        beside = (line.word(at - 1), line.word(at + 1))
        return "G" in line.sight.symbol(line.word(at))[:1] and named(line.word(at)) and not any(map(figure, beside))
    return line.capital(at) and (line.sight.symbol(line.word(at))[:1] in "Gg" or bool(INITIAL.match(line.word(at))))


def figure(word: str) -> bool:
    """Whether a word is a number: `12`, `12.`, `2026`."""
    return word[:1].isdigit()


def full_name(line: Line, at: int, end: int) -> int:
    """A given name and what follows it: `Abdul Aziz al-Hakim`, `Ursula von der Leyen`."""
    if (
        not given(line, at)
        or line.ends_in(at, "title")
        or line.ends_in(at, "body")
        or (line.word(at).isupper() and len(line.word(at)) < 5 and not INITIAL.match(line.word(at)))
    ):
        return at
    stop = at + 1
    while stop < end and given(line, stop) and stop - at < 3:
        stop += 1
    step = stop
    while step < end and line.is_in(step, "particle") and not (step == stop and line.word(step) in ARTICLES):
        step += 1
    if (
        step < end
        and line.capital(step)
        and not line.ends_in(step, "body")
        and not line.ends_in(step, "outfit")
        and not line.found[step].first
    ):
        stop = step + 1
        if line.sight.language == "es" and stop < end and "f" in line.sight.symbol(line.word(stop)).lower()[:3]:
            stop += 1
    return stop if stop - at > 1 and any(len(line.word(i)) > 2 for i in range(at, stop)) else at


def told(line: Line, at: int, end: int) -> int:
    """A name after a common noun for an organisation: `Autobauer Volkswagen`, `la empresa Inditex`."""
    before = at - 1
    if (
        at == 0
        or line.found[at].first
        or not line.capital(at)
        or not line.ends_in(before, "outfit")
        or line.is_in(at, "title")
    ):
        return at
    return onward(line, at, min(end, at + 4))


def firm(line: Line, at: int, end: int) -> int:
    """Up to four words that close with a legal form: `Gleisplan GmbH`."""
    for stop in range(at + 1, min(end, at + 5)):
        if (
            line.is_in(stop, "firm")
            and line.word(stop)[:1].isupper()
            and line.capital(at)
            and not line.ends_in(at, "title")
        ):
            return stop + 1
        if not line.capital(stop) and line.word(stop) != "&":
            break
    return at


def initials(line: Line, at: int, end: int) -> int:
    """An acronym of three letters and more that is no place's."""
    word = line.word(at)
    plain = acronym(word) and word.isupper() and len(word) > 2 and "." not in word and at < end
    if not plain or line.is_in(at, "idle") or line.sight.place(word) in {"C", "L"} or shouted(line, at):
        return at
    return at + 1


def shouted(line: Line, at: int) -> bool:
    """Whether the words around are capitals too, so that capitals say nothing."""
    return any(len(line.word(i)) > 3 and line.word(i).isupper() for i in (at - 1, at + 1))


Rule = Callable[[Line, int, int], int]
RULES: tuple[tuple[str, Rule], ...] = (
    ("ORG", known),
    ("ORG", firm),
    ("ORG", headed),
    ("ORG", told),
    ("PER", titled),
    ("PER", full_name),
    ("ORG", initials),
)
