"""Reported speech: what somebody says, thinks or asks for, in the story's own words.

A verb of saying gives the clause behind it ("said that …", "told reporters he …", "urged them to …", "criticised the …"),
or the clause before it where it only comments ("…, the ministry said."); "according to" gives the clause beside it. A
clause ends where another begins: at a semicolon, at ", but", before another verb of saying with a subject of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from copydesk.enrich.speech.cues import Cue
from copydesk.enrich.speech.phrases import Phrase, Range, phrase_after
from copydesk.enrich.speech.segments import Segment
from copydesk.enrich.speech.story import Story
from copydesk.enrich.speech.via import medium
from copydesk.schemas.article import Evidence, Quote

ADVERBIAL = "idxkmNTor$,"
CLAUSE = frozenset({"say", "tell", "think", "show"})
CONTRAST = frozenset({"but", "while", "although", "though", "whereas", "yet", "so"})
LONGEST_ADVERBIAL = 16


class Content(NamedTuple):
    """What is said: items of a segment, who says it (None: nobody named), the verb's items, and the kind of rule."""

    items: Range
    subject: Phrase | None
    cue: Range
    kind: str


def reported_quotes(story: Story, version: str) -> list[Quote]:
    """Return what the story reports without quotation marks, in the order of the text."""
    found = []
    for number, segment in enumerate(story.segments):
        taken: list[Range] = []
        for content in sorted(contents(story, number), key=lambda c: (c.items[0], -c.items[1])):
            if any(s <= content.items[0] and content.items[1] <= e for s, e in taken):
                continue
            taken.append(content.items)
            if quote := _quote(story, number, segment, content, version):
                found.append(quote)
    return found


def _quote(story: Story, number: int, segment: Segment, content: Content, version: str) -> Quote | None:
    start, end = content.items
    if segment.tags[start:end].strip("Q,.:;-()crdp") == "":
        return None
    span = (segment.items[start].start, segment.items[end - 1].end)
    speaker = story.speaker(number, content.subject) if content.subject else None
    cue = next((c for c in story.cues[number] if (c.verb, c.end) == content.cue), None)
    return Quote(
        text=story.text[span[0] : span[1]],
        span=span,
        direct=False,
        speaker=speaker,
        cue=story.words(segment, content.cue),
        via=medium(story, segment, cue) if cue else None,
        evidence=Evidence(rule=f"quotes-{content.kind}@{version}", span=span),
    )


def contents(story: Story, number: int) -> Iterator[Content]:
    """Yield what each verb of saying and each "according to" of a segment gives."""
    segment = story.segments[number]
    floor = 0
    for cue in story.cues[number]:
        right = _behind(story, number, cue)
        if right:
            yield Content(right[0], cue.subject, (cue.verb, cue.end), right[1])
            floor = max(floor, right[0][1])
        if left := _before(segment, cue, floor):
            yield Content(left, cue.subject, (cue.verb, cue.end), "comment")
    yield from _according(story, number)


def _behind(story: Story, number: int, cue: Cue) -> tuple[Range, str] | None:
    """The clause, infinitive or object behind a verb."""
    segment = story.segments[number]
    start = cue.subject.whole[1] if cue.inverted and cue.subject else cue.end
    if cue.inverted or _comments(segment, cue):
        if (
            not cue.inverted
            and segment.tags[start : start + 1] == ","
            and segment.tags[start + 1 : start + 2] not in ("g", "w", "", "Q", "c", "b", "d")
        ):
            return _content(story, number, cue, start + 1, "comment")
        return None
    frames = cue.word.frames
    tag = segment.tags[start : start + 1]
    if cue.passive:
        return _content(story, number, cue, start, "expected") if tag == "2" and frames & {"think", "plan"} else None
    if tag == "2" and "plan" in frames:
        return _content(story, number, cue, start, "plan")
    if "urge" in frames and (begin := _recipient(story, segment, start, "2")):
        return _content(story, number, cue, begin, "urge")
    if frames & CLAUSE and (begin := _clause(story, number, cue, start)):
        return _content(story, number, cue, begin, next(f for f in ("say", "tell", "show", "think") if f in frames))
    if "judge" in frames and tag and tag in "dNTpxo$ghimert":
        return _content(story, number, cue, start, "judge")
    return None


def _clause(story: Story, number: int, cue: Cue, start: int) -> int | None:
    """Where the clause behind a verb begins: past whom it is told, when and where it is said."""
    segment = story.segments[number]
    tags = segment.tags
    if "tell" in cue.word.frames and tags[start : start + 1] not in ("t", "h"):
        told = _recipient(story, segment, start, "thpdNTxm2Q")
        if told is None:
            return None
        start = told
    for at in range(start, min(len(tags), start + LONGEST_ADVERBIAL)):
        if tags[at] in "th" or (tags[at] == "w" and at == start):
            return at
        if tags[at] not in ADVERBIAL:
            break
    rest = tags[start : _end(story, number, start, cue)]
    if not rest or rest[0] in ".,:;-)":
        return None
    if rest[0] in "kio" and not any(t in rest for t in "apv"):
        return None
    skipped = _when(story, segment, start)
    return skipped if skipped < start + len(rest) else None


def _when(story: Story, segment: Segment, at: int) -> int:
    """Past "on Monday", "last month", "again" right behind a verb."""
    while at + 1 < len(segment.tags):
        here, following = segment.tags[at], segment.tags[at + 1]
        if here in "kr":
            at += 1
        elif (here == "i" and following == "k") or (here in "dx" and story.lex.has("times", segment.items[at + 1].low)):
            at += 2
        else:
            break
    return at


def _recipient(story: Story, segment: Segment, start: int, then: str) -> int | None:
    """Past whom somebody tells or asks: where what they are told begins, if its tag is one of `then`."""
    phrase = phrase_after(segment, start, story.lex)
    if phrase is None:
        return None
    end = phrase.whole[1]
    while segment.tags[end : end + 1] in ("i", "k", "o", "r") and segment.tags[end : end + 1] not in then:
        following = phrase_after(segment, end + 1, story.lex)
        end = following.whole[1] if following else end + 1
    return end if segment.tags[end : end + 1] and segment.tags[end] in then else None


def _comments(segment: Segment, cue: Cue) -> bool:
    """Whether the verb only comments: `…, Stone said.`, `…, he said, …`."""
    if cue.subject is None or cue.shared or not cue.word.frames & {"say", "think", "show"}:
        return False
    begin = min(cue.subject.whole[0], cue.start)
    after = segment.tags[cue.end : cue.end + 1]
    before = segment.tags[begin - 1] if begin else ""
    if before not in (",", "-", "Q") or not before:
        return False
    return after in (".", ",", "", "-", ";") or (
        after in ("i", "k", "r") and segment.tags[cue.end :].strip("ikdxNTmor$.") == ""
    )


def _before(segment: Segment, cue: Cue, floor: int) -> Range | None:
    """The clause on which a verb comments."""
    if not (_comments(segment, cue) or cue.inverted) or cue.subject is None:
        return None
    end = min(cue.subject.whole[0], cue.start)
    while end > floor and segment.tags[end - 1] in ",-":
        end -= 1
    start = floor
    while start < end and segment.tags[start] in ",-.":
        start += 1
    if "Q" in segment.tags[start:end]:
        start_after = segment.tags.rfind("Q", start, end) + 1
        if start_after == end:
            return None
    return (start, end) if end - start > 1 else None


def _according(story: Story, number: int) -> Iterator[Content]:
    segment = story.segments[number]
    for at, phrase in story.according(number):
        cue = (at, phrase.whole[0])
        if segment.tags[:at].strip("cb,r-") == "":
            comma = segment.tags.find(",", phrase.whole[1])
            if comma > 0:
                end = _end(story, number, comma + 1, None)
                yield Content((comma + 1, end - (segment.tags[end - 1] == ".")), phrase, cue, "according")
            continue
        start = max(segment.tags.rfind(";", 0, at), 0)
        end = at
        while end > start and segment.tags[end - 1] in ",-(":
            end -= 1
        yield Content((start, end), phrase, cue, "according")


def _content(story: Story, number: int, cue: Cue, start: int, kind: str) -> tuple[Range, str] | None:
    segment = story.segments[number]
    end = _end(story, number, start, cue)
    while end > start and segment.tags[end - 1] in ".,-":
        end -= 1
    return ((start, end), kind) if end > start else None


def _end(story: Story, number: int, start: int, cue: Cue | None) -> int:
    """Where the clause that begins at an item ends."""
    segment = story.segments[number]
    tags = segment.tags
    later = [c for c in story.cues[number] if c.start > start and (cue is None or c.verb > cue.verb)]
    stops = [_stop(segment, c) for c in later]
    end = len(tags)
    for at in range(start, len(tags)):
        if tags[at] == ";" or (
            tags[at] == "," and tags[at + 1 : at + 2] == "b" and segment.items[at + 1].low in CONTRAST
        ):
            end = at
            break
    return min([end, *(s for s in stops if s is not None and s > start)])


def _stop(segment: Segment, cue: Cue) -> int | None:
    """Where the clause before a later verb of saying ends, if that verb starts a clause of its own."""
    tags = segment.tags
    if cue.shared:
        if cue.word.kind == "g" and tags[cue.start - 1 : cue.start] == ",":
            return cue.start - 1
        return cue.start - 1 if tags[cue.start - 1 : cue.start] == "c" and cue.word.kind == "v" else None
    if cue.subject is None:
        return None
    begin = min(cue.subject.whole[0], cue.start)
    before = tags[begin - 1 : begin]
    if before == "c" and tags[begin - 2 : begin - 1] == ",":
        return begin - 2
    return begin - 1 if before == "," and _comments(segment, cue) else None
