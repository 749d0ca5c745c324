"""A story made ready for finding who says what: its quotations, segments, verbs of saying and people."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from copydesk.enrich.speech.cues import Cue, cues
from copydesk.enrich.speech.lexicon import Lexicon
from copydesk.enrich.speech.marks import Quotation, quotations
from copydesk.enrich.speech.people import People, name_of, people
from copydesk.enrich.speech.phrases import Phrase, Range, first_phrase, phrase_after
from copydesk.enrich.speech.segments import Segment, segments
from copydesk.schemas.article import Entity, Speaker

LOOK_BACK = 4


@dataclass(slots=True)
class Story:
    """What was read of a story. `cues` and `mains` (who each segment is about, as a name) run beside `segments`."""

    text: str
    lex: Lexicon
    quotations: list[Quotation]
    segments: list[Segment]
    cues: list[list[Cue]]
    people: People
    mains: list[str | None] = field(default_factory=list)

    def words(self, segment: Segment, span: tuple[int, int] | None) -> str | None:
        """The text of a range of items, spaces as single ones."""
        if span is None or span[0] >= span[1]:
            return None
        return " ".join(self.text[segment.items[span[0]].start : segment.items[span[1] - 1].end].split())

    def speaker(self, number: int, phrase: Phrase | None, within: Segment | None = None) -> Speaker | None:
        """State who a phrase of segment `number` means; without one, whom the story is about, if the language does so.

        `within` is the segment of a quotation's own words, where the phrase stands in it.
        """
        if phrase is None:
            name = self._last_main(number) if "drops_subject" in self.lex.flags else None
            return Speaker(name=name, description=self.people.descriptions.get(name)) if name else None
        segment = within or self.segments[number]
        start = segment.items[phrase.whole[0]].start
        span = (start, segment.items[phrase.whole[1] - 1].end)
        if phrase.pronoun:
            meant = self.meant(number, phrase.pronoun, start)
            return Speaker(name=meant, description=self.people.descriptions.get(meant or ""), span=span)
        name, described = name_of(segment, phrase), self.words(segment, self._bare(segment, phrase.described))
        if name:
            name = self.people.resolve(name, start)
            if described:
                self.people.describe(name, described, start)
            described = described or self.people.descriptions.get(name)
        elif (
            described
            and segment.tags[phrase.whole[0]] == "d"
            and self.lex.has("the", segment.items[phrase.whole[0]].low)
        ):
            name = self.people.described(self._head(segment, phrase), start)
        return Speaker(name=name, description=described, span=span)

    def _bare(self, segment: Segment, span: Range | None) -> Range | None:
        """A description without the article or possessive that leads it: "mayor", not "the mayor"."""
        if span and span[1] - span[0] > 1 and self.lex.has("articles", segment.items[span[0]].low):
            return span[0] + 1, span[1]
        return span

    def _head(self, segment: Segment, phrase: Phrase) -> str:
        """The word of a phrase that says what somebody is: "spokesman" of "the spokesman for the port"."""
        start, end = phrase.whole
        roles = [segment.items[i].low for i in range(start, end) if self.lex.role(segment.items[i].low)]
        links = [i for i in range(start, end) if segment.tags[i] in "oi"]
        before = [segment.items[i].low for i in range(start, min([end, *links])) if self.lex.role(segment.items[i].low)]
        return (before or roles or [segment.items[end - 1].low])[-1]

    def _last_main(self, number: int) -> str | None:
        return next((main for main in reversed(self.mains[max(0, number - LOOK_BACK) : number]) if main), None)

    def according(self, number: int) -> list[tuple[int, Phrase]]:
        """Return where "according to" and its like stand in segment `number`, and who follows."""
        segment = self.segments[number]
        out: list[tuple[int, Phrase | None]] = []
        for at, item in enumerate(segment.items):
            if item.low not in self.lex.vouching:
                continue
            opening = (
                segment.tags[:at].strip("cb,r-") == ""
            )  # "According to the port, …": the comma begins what it says
            out += [
                (at, phrase_after(segment, at + len(words), self.lex, closed=opening))
                for words in self.lex.according
                if item.low == words[0] and tuple(i.low for i in segment.items[at : at + len(words)]) == words
            ]
            if self.lex.has("remark", item.low) and segment.tags[at - 1 : at] in (",", "Q"):  # …, so Stein
                phrase = phrase_after(segment, at + 1, self.lex)
                if phrase and segment.tags[phrase.whole[1] : phrase.whole[1] + 1] in (".", ",", "r", ""):
                    out.append((at, phrase))
        return [(at, phrase) for at, phrase in out if phrase]

    def items_before(self, number: int, at: int) -> int:
        """How many items of segment `number` stand before a place of the text."""
        return bisect_left(self.segments[number].items, at, key=lambda item: item.start)

    def meant(self, number: int, pronoun: str, at: int) -> str | None:
        """Whom a pronoun of segment `number` means: the last subject of fitting gender, else the last person named."""
        gender = "m" if self.lex.has("he", pronoun) else "f" if self.lex.has("she", pronoun) else ""
        if not gender:
            return None
        for cue in reversed(self.cues[number]):  # "Stone said he …"
            if (
                cue.end <= self.items_before(number, at)
                and cue.subject
                and (name := name_of(self.segments[number], cue.subject))
            ):
                name = self.people.resolve(name, at)
                if self.people.person(name) and self.people.gender(name) in ("", gender):
                    return name
        for main in reversed(self.mains[max(0, number - LOOK_BACK) : number]):
            if main and self.people.gender(main) in ("", gender):
                return main
        for mention in reversed(self.people.before(at)):
            if mention.gender in ("", gender):
                return mention.name
        return None


def read_story(text: str, lex: Lexicon, entities: Sequence[Entity] = (), begins: int = 0) -> Story:
    """Read a text in a language, from where it begins behind its dateline.

    Names are known from all of it, subjects from sentence to sentence.
    """
    marked = quotations(text)
    cut = segments(text, marked, lex, begins)
    story = Story(text, lex, marked, cut, [cues(s, lex) for s in cut], people(cut, lex, entities))
    for number, segment in enumerate(cut):
        story.mains.append(_main(story, number, segment))
    return story


def _main(story: Story, number: int, segment: Segment) -> str | None:
    """Who a segment is about: the subject of a verb of saying, else its first noun phrase."""
    phrases = [cue.subject for cue in story.cues[number] if cue.subject and not cue.shared]
    for phrase in phrases:
        if phrase.name:
            story.speaker(number, phrase)  # learns how the story describes them
    first = first_phrase(segment, story.lex)
    for phrase in [*phrases[-1:], *([first] if first else [])]:
        if phrase.name or phrase.pronoun:
            speaker = story.speaker(number, phrase)
            name = speaker.name if speaker else None
            if name and (phrase.pronoun or story.people.person(name)):
                return name
    return None
