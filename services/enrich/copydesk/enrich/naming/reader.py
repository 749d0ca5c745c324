"""Reads the names of a text: tokens, runs, labels, mentions, people and organisations, in that order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.naming import acronyms, roles, rules
from copydesk.enrich.naming.features import Sight, run_features
from copydesk.enrich.naming.gathering import Gathered, organisations, people
from copydesk.enrich.naming.mending import continued, mended, teams
from copydesk.enrich.naming.mentions import Mention, family_names, labelled, settled
from copydesk.enrich.naming.runs import runs
from copydesk.enrich.naming.tagger import LABELS, Tagger
from copydesk.enrich.naming.votes import voted
from copydesk.enrich.text.tokens import Token, tokens

MOST_TITLES = 4
TAGGED = frozenset({"en"})
"""Languages of the texts that the tagger learned from; the others go by rules."""


@dataclass(frozen=True)
class Reading:
    """What was read: tokens, the runs of capitalised words, mentions, and the entities gathered from them."""

    found: Sequence[Token]
    runs: list[tuple[int, int]]
    mentions: list[Mention]
    families: frozenset[str]
    people: list[Gathered]
    organisations: list[Gathered]
    sight: Sight

    def over(self) -> dict[int, Mention]:
        """The mention that covers each token."""
        return {at: m for m in self.mentions for at in range(m.first, m.last + 1)}

    def titles_of(self, person: Gathered) -> list[str]:
        """What the text says the person is, as it stands there, without repeats."""
        said = (t for m in person.mentions for t in roles.titles(m, self.found, self.sight))
        return list(dict.fromkeys(said))[:MOST_TITLES]


@dataclass(frozen=True)
class Reader:
    """Reads texts of one language."""

    sight: Sight
    tagger: Tagger

    @classmethod
    def of(cls, knowledge: Knowledge, language: str) -> Self:
        """A reader with the knowledge of a process."""
        return cls(
            Sight(
                knowledge.lexicon,
                knowledge.gazetteer,
                frozenset(knowledge.demonyms),
                language,
                knowledge.lexicon.organisations,
            ),
            knowledge.tagger,
        )

    def read(self, body: str) -> Reading:
        """Return what a text names."""
        found = tokens(body, self.sight.language)
        spans = runs(found)
        mentions = (
            self.tagged(found, spans) if self.sight.language in TAGGED else rules.mentions(found, spans, self.sight)
        )
        mentions = settled(mentions, found, self.sight)
        mentions, short = with_acronyms(mentions, found, body)
        return Reading(
            found,
            spans,
            mentions,
            frozenset(family_names(mentions, found, self.sight)),
            people(mentions, found, body),
            organisations(mentions, found, body, short),
            self.sight,
        )

    def tagged(self, found: Sequence[Token], spans: list[tuple[int, int]]) -> list[Mention]:
        """Return the mentions that the tagger finds and the whole text agrees to."""
        tags = self.tagger.tag([run_features(found, start, end, self.sight) for start, end in spans])
        chances = {
            start + i: row for (start, _), (_, rows) in zip(spans, tags, strict=True) for i, row in enumerate(rows)
        }
        mentions = list(labelled(spans, [[LABELS[i] for i in best] for best, _ in tags]))
        agreed = teams(
            voted(mended(continued(mentions, found, self.sight), found, self.sight), found, chances, self.sight),
            found,
            spans,
            self.sight,
        )
        line = rules.Line(found, self.sight)
        agreed += rules.well_known(line, spans, agreed)
        agreed += rules.introduced(line, spans, agreed)
        return sorted([*agreed, *rules.alone(line, spans, agreed)], key=lambda m: m.first)


def with_acronyms(mentions: list[Mention], found: Sequence[Token], body: str) -> tuple[list[Mention], dict[str, str]]:
    """Return the mentions with the organisations whose acronym the text defines, and from acronym to long form."""
    short: dict[str, str] = {}
    added: list[Mention] = []
    over: dict[int, list[Mention]] = defaultdict(list)
    for m in mentions:
        for i in range(m.first, m.last + 1):
            over[i].append(m)
    for long, at in acronyms.definitions(found):
        kept = next((m for m in over[long.last] if m.kind == "ORG" and m.first <= long.first), long)
        if any(m.kind == "PER" for i in range(long.first, long.last + 1) for m in over[i]):
            continue
        short.setdefault(found[at].text, kept.text(found, body))
        added.append(kept)
    words = {at for at, token in enumerate(found) if token.text in short}
    added += [Mention(at, at, "ORG") for at in sorted(words)]
    taken = {at for m in added for at in range(m.first, m.last + 1)}
    left = [m for m in mentions if not taken & set(range(m.first, m.last + 1))]
    return sorted([*left, *dict.fromkeys(added)], key=lambda m: m.first), short
