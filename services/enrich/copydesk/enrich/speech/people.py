"""Who is who in a story: full names for parts of names, and whom a pronoun or a role means.

A surname means the full name that ends in it: the one that the story used most before, else the first that it uses later.
A pronoun means the subject of the sentences before it, as far as gender allows; a role ("the spokesman") the last person who
was described by it.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from copydesk.enrich.speech.given import borne_by
from copydesk.enrich.speech.lexicon import NAME_LINK, Lexicon
from copydesk.enrich.speech.phrases import Phrase, Range, name_start
from copydesk.enrich.speech.segments import Segment
from copydesk.schemas.article import Entity

LONGEST_NAME = 6
MOST_LOOKED_AT = 64


@dataclass(frozen=True, slots=True)
class Mention:
    """A person's name in the text: its full form as far as known, `m`, `f` or unknown, and whether it is a subject."""

    start: int
    name: str
    gender: str
    segment: int


@dataclass(slots=True)
class People:
    """The names of a story in the order of the text."""

    lex: Lexicon
    full: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    """Full names by their last word, with where they stand."""
    genders: dict[str, str] = field(default_factory=dict)
    """By the last word of a name."""
    mentions: list[Mention] = field(default_factory=list)
    persons: set[str] = field(default_factory=set)
    """Full names of persons, where entities were found before."""
    others: set[str] = field(default_factory=set)
    """Names of organisations and places, in lower case."""
    descriptions: dict[str, str] = field(default_factory=dict)
    """How the story first described a person, by name."""
    roles: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    """Names by a word that described them."""

    def resolve(self, name: str, at: int) -> str:
        """Return the full name for a part of one that stands at `at`."""
        words = name.split()
        if len(words) != 1:
            return name
        known = self.full.get(words[0].lower())
        if not known:
            return name
        until = bisect_right(known, (at, "\U0010ffff"))
        earlier = [full for _, full in known[max(0, until - MOST_LOOKED_AT) : until]] or [known[0][1]]
        return max(Counter(earlier).items(), key=lambda pair: (pair[1], -earlier.index(pair[0])))[0]

    def gender(self, name: str) -> str:
        """Return `m`, `f` or nothing for a name."""
        words = name.lower().split()
        return self.genders.get(words[-1]) or borne_by(words[0]) if words else ""

    def described(self, word: str, at: int) -> str | None:
        """Return the last person before `at` whom the word described."""
        known = self.roles.get(word, [])
        until = bisect_right(known, (at, ""))
        return known[until - 1][1] if until else None

    def before(self, at: int) -> list[Mention]:
        """Return the last persons named before `at`, in order."""
        until = bisect_right(self.mentions, at, key=lambda mention: mention.start)
        return self.mentions[max(0, until - MOST_LOOKED_AT) : until]

    def person(self, name: str) -> bool:
        """Whether a name is a person's, as far as the story and the given names tell."""
        words = name.lower().split()
        if not words or self.lex.has("bodies", words[-1]) or name.lower() in self.others:
            return False
        if name in self.persons or borne_by(words[0]):
            return True
        return not self.persons and not name.isupper()

    def describe(self, name: str, words: str, at: int) -> None:
        """Remember that the words described the person."""
        self.descriptions.setdefault(name, words)
        for word in words.lower().split():
            if self.lex.role(word):
                self.remember(word, name, at)

    def remember(self, role: str, name: str, at: int) -> None:
        """Remember that a role stood for the person: "the Interior Minister" and so "the minister"."""
        insort(self.roles[role], (at, name))
        for ending in self.lex.words.get("role_endings", ()):
            if role.endswith(ending) and role != ending:
                insort(self.roles[ending], (at, name))


def people(found: list[Segment], lex: Lexicon, entities: Sequence[Entity] = ()) -> People:
    """Collect the names of persons that the segments hold; entities found before say which names are whose."""
    known = People(lex)
    for entity in entities:
        _introduce(known, entity)
    for number, segment in enumerate(found):
        for start, end in _runs(segment):
            _collect(known, segment, number, name_start(segment, start, end, lex), end)
    for names in known.full.values():
        names.sort()
    return known


def _introduce(known: People, entity: Entity) -> None:
    """Take over a person's full name, or that a name is no person's."""
    if entity.type != "person":
        known.others.update(name.lower() for name in (entity.name, *entity.aliases))
        return
    known.persons.add(entity.name)
    if " " in entity.name and entity.spans:
        known.full[entity.name.split()[-1].lower()].append((entity.spans[0][0], entity.name))


def _runs(segment: Segment) -> list[Range]:
    """Stretches of capitalised words, particles of names within them."""
    tags, out, at = segment.tags, [], 0
    while (at := tags.find("N", at)) >= 0:
        end = at + 1
        while end < len(tags) and (
            tags[end] == "N" or (tags[end + 1 : end + 2] == "N" and segment.items[end].low in NAME_LINK)
        ):
            end += 1
        out.append((at, end))
        at = end
    return out


def _collect(known: People, segment: Segment, number: int, start: int, end: int) -> None:
    lex, words = known.lex, [item.text for item in segment.items[start:end]]
    last = words[-1].lower()
    if lex.has("bodies", last) or len(words) > LONGEST_NAME or " ".join(words).lower() in known.others:
        return
    title = segment.items[start - 1].low if start and segment.tags[start - 1] == "T" else ""
    gender = _title_gender(title, lex)
    if gender:
        known.genders[last] = gender
    place = segment.items[start].start
    given = borne_by(words[0])
    if (
        len(words) > 1
        and not any(lex.has("bodies", w.lower()) for w in words)
        and (given or title or _acts(segment, start, end, lex))
    ):
        name = " ".join(words)
        known.full[last].append((place, name))
        if given:
            known.genders.setdefault(last, given)
    person = bool(title or given) or last in known.full
    if person:
        name = known.resolve(words[-1], place) if len(words) == 1 else " ".join(words)
        known.mentions.append(Mention(place, name, known.gender(name), number))
        if title and not lex.has("courtesy", title):
            known.descriptions.setdefault(name, _described(segment, start, lex))
            known.remember(title, name, place)


def _described(segment: Segment, end: int, lex: Lexicon) -> str:
    """The words before a name that end in a title: "Foreign Ministry spokesman", "sächsische Verkehrsminister"."""
    tags, begin = segment.tags, end - 1
    while begin > 0 and tags[begin - 1] in "TN" and not lex.has("courtesy", segment.items[begin - 1].low):
        begin -= 1
    adjectives = begin
    while adjectives > 0 and tags[adjectives - 1] == "x":
        adjectives -= 1
    if adjectives > 0 and tags[adjectives - 1] == "d":
        begin = adjectives
    return " ".join(item.text for item in segment.items[begin:end])


def _title_gender(title: str, lex: Lexicon) -> str:
    """Whether a title is a man's or a woman's; nothing where it may be either."""
    if lex.has("feminine", title) or lex.ends("feminine_endings", title):
        return "f"
    return (
        "m"
        if lex.has("masculine", title) or (title and "nouns_capitalised" in lex.flags and not title.endswith("e"))
        else ""
    )


def _acts(segment: Segment, start: int, end: int, lex: Lexicon) -> bool:
    """Whether a name without a known given name stands as a person's does: behind a role, or before a verb or a comma."""
    if "nouns_capitalised" in lex.flags:
        return False
    before, after = segment.tags[start - 1 : start], segment.tags[end : end + 1]
    if start and lex.has("roles", segment.items[start - 1].low):
        return True
    return before not in ("i", "d", "$") and after in ("v", "a", ",", "(", "w")


def name_of(segment: Segment, phrase: Phrase) -> str | None:
    """The name in a phrase, as the text has it."""
    if not phrase.name:
        return None
    start, end = phrase.name
    return " ".join(item.text for item in segment.items[start:end])
