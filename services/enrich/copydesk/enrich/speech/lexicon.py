"""What the finder of quotes knows of a language: its verbs of saying and the small words around them.

Two data files a language in `languages/`: `xx.toml` with lists of words, `xx.verbs.tsv` with the verbs. A language
without them has its quotation marks read and nothing else.

Each word gets a tag of one letter, so that what stands around a verb can be matched by a regular expression over the
letters of a sentence:

    p subject pronoun   w relative pronoun   t "that"          h question word    d determiner     i preposition
    o "of"              2 "to"               c and             b but, while …     a auxiliary      r adverb
    v finite verb of saying                  g its gerund      e its participle   y its infinitive
    T title             k month or weekday   N capitalised     x any other word   m number         $ possessive
    Q a quotation       and the marks , . ; : - ( ) as themselves
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple

PACKAGE = "copydesk.enrich.speech.languages"
TAGGED = (
    ("adverbs", "r"), ("determiners", "d"), ("prepositions", "i"), ("clause", "b"), ("question", "h"), ("links", "o"), ("and", "c"),
    ("to", "2"), ("auxiliaries", "a"), ("calendar", "k"), ("titles", "T"), ("relative", "w"), ("that", "t"),
    ("contracted", "p"), ("they", "p"), ("she", "p"), ("he", "p"),
)  # fmt: skip
"""Lists of the language's file and the tag that they give; a later one wins."""


NAME_LINK = frozenset(
    [
        "al",
        "el",
        "bin",
        "ibn",
        "bint",
        "abu",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "van",
        "von",
        "der",
        "den",
        "du",
        "la",
        "le",
        "ter",
        "y",
        "e",
        "zu",
        "af",
        "o",
        "ben",
    ]
)
"""Particles within a person's name."""


class Verb(NamedTuple):
    """A verb of saying: `rest` are the words that must follow its form (`on` of `call on`); `kind` is v, g or e."""

    lemma: str
    frames: frozenset[str]
    rest: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Lexicon:
    """The words of one language; see the module."""

    code: str
    tags: dict[str, str] = field(default_factory=dict, repr=False)
    verbs: dict[str, tuple[Verb, ...]] = field(default_factory=dict, repr=False)
    words: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    according: tuple[tuple[str, ...], ...] = ()
    flags: frozenset[str] = frozenset()
    """Habits of the language: `nouns_capitalised` (a capital is no sign of a name), `free_inversion` (the subject may
    stand behind the verb anywhere), `clause_behind_comma`, `bare_clause` (a clause needs no "that"), `drops_subject`,
    `lower_calendar` (months and weekdays have no capital)."""

    tagged: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Tags of words seen, as `segments` gives them to a word by itself."""

    @cached_property
    def vouching(self) -> frozenset[str]:
        """Words with which "according to" and its like begin."""
        return self.words.get("remark", frozenset()) | {words[0] for words in self.according}

    def has(self, kind: str, word: str) -> bool:
        """Whether the list of that name holds the word, which is in lower case."""
        return word in self.words.get(kind, ())

    def ends(self, kind: str, word: str) -> bool:
        """Whether the word ends as one of the list of that name."""
        return word.endswith(tuple(self.words.get(kind, ())))

    def role(self, word: str) -> bool:
        """Whether the word says what somebody is."""
        return word in self.words["roles"] or word in self.words["titles"] or self.ends("role_endings", word)

    def __hash__(self) -> int:
        return hash(self.code)


def _verbs(code: str) -> dict[str, tuple[Verb, ...]]:
    found: dict[str, list[Verb]] = {}
    text = (files(PACKAGE) / f"{code}.verbs.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        lemma, frames, finite, participle, gerund = line.split("\t")
        rest = tuple(lemma.split()[1:])
        for kind, forms in (("v", finite), ("e", participle), ("g", gerund)):
            for form in forms.split():
                found.setdefault(form, []).append(Verb(lemma, frozenset(frames.split()), rest, kind))
    return {form: tuple(sorted(verbs, key=lambda v: -len(v.rest))) for form, verbs in found.items()}


@cache
def lexicon(code: str) -> Lexicon | None:
    """Return the lexicon of a language by its primary subtag, None where there is none."""
    entry = files(PACKAGE) / f"{code}.toml"
    if not code.isalpha() or not entry.is_file():
        return None
    data = tomllib.loads(entry.read_text(encoding="utf-8"))
    words = {key: frozenset(value.split()) for key, value in data.items() if isinstance(value, str)}
    tags = {word: tag for key, tag in TAGGED for word in words.get(key, ())}
    return Lexicon(
        code=code,
        tags=tags,
        verbs=_verbs(code),
        words=words,
        according=tuple(tuple(phrase.split()) for phrase in data.get("according", ())),
        flags=frozenset(key for key, value in data.items() if value is True),
    )
