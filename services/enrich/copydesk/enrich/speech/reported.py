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
FEWEST_ITEMS = 3
PLAIN = frozenset({"say", "think", "believe", "know", "hope", "tell"})
"""Verbs that a clause nearly always follows; behind others it must look like one."""


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
    speaker = story.speaker(number, content.subject)
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
        if left := _before(story, segment, cue, floor):
            yield Content(left, cue.subject, (cue.verb, cue.end), "comment")
    yield from _according(story, number)


def _behind(story: Story, number: int, cue: Cue) -> tuple[Range, str] | None:
    """The clause, infinitive or object behind a verb."""
    segment = story.segments[number]
    start = _behind_verb(cue)
    if cue.inverted or _comments(story, segment, cue):
        if "tell" in cue.word.frames and not cue.inverted:
            start = _recipient(story, segment, start, ",.-ikr") or start
        aside = not cue.inverted and segment.tags[start : start + 1] == ","
        if aside and segment.tags[start + 1 : start + 2] not in ("g", "w", "", "Q", "c", "b", "d"):
            return _content(story, number, cue, start + 1, "comment")
        if not cue.inverted or segment.tags[cue.start - 1 : cue.start] in (",", "-", "Q"):
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
    if tag == ":" and frames & CLAUSE and segment.tags[start + 1 : start + 2] not in ("Q", ""):
        return _content(story, number, cue, start + 1, "say")
    if "judge" in frames and tag and not _purpose(segment, cue) and tag in "dNTpxo$ghimert":
        return _content(story, number, cue, start, "judge")
    return None


def _purpose(segment: Segment, cue: Cue) -> bool:
    """Whether an infinitive only says what for: "a majority to confirm judges"."""
    return "2" in segment.tags[cue.start : cue.verb]


def _behind_verb(cue: Cue) -> int:
    """Where what follows a verb begins: past its subject, if that stands behind it."""
    return max(cue.end, cue.subject.whole[1]) if cue.inverted and cue.subject else cue.end


def _clause(story: Story, number: int, cue: Cue, start: int) -> int | None:
    """Where the clause behind a verb begins: past whom it is told, when and where it is said."""
    segment = story.segments[number]
    tags = segment.tags
    flags = story.lex.flags
    if "clause_behind_comma" in flags:
        return _behind_comma(segment, start)
    if "bare_clause" in flags and "tell" in cue.word.frames and tags[start : start + 1] not in ("t", "h"):
        told = _recipient(story, segment, start, "thpdNTxm2Q")
        if told is None:
            return None
        start = told
    for at in range(start, min(len(tags), start + LONGEST_ADVERBIAL)):
        if tags[at] in "th" or (tags[at] == "w" and at == start):
            return at
        if tags[at] not in ADVERBIAL or (tags[at] == "," and cue.inverted):
            break
    if "bare_clause" not in flags or "only" in cue.word.frames:
        return None
    rest = tags[start : _end(story, number, start, cue)]
    if not rest or rest[0] in ".,:;-)":
        return None
    if rest[0] in "kio" and not any(t in rest for t in "apv"):
        return None
    if (
        cue.word.lemma not in PLAIN
        and rest[0] != "p"
        and not (rest[0] in "dNTxmk" and set("apv") & set(rest[:LONGEST_ADVERBIAL]))
    ):
        return None
    skipped = _when(story, segment, start)
    return skipped if skipped < start + len(rest) else None


def _behind_comma(segment: Segment, start: int) -> int | None:
    """Where a clause begins behind its comma: past the addressee, the time, an apposition and a prefix of the verb."""
    tags = segment.tags
    comma = tags.find(",", start, start + LONGEST_ADVERBIAL)
    if comma < 0 or set(tags[start:comma]) & set("vQ:;-"):
        return None
    closing = tags.find(",", comma + 1, comma + LONGEST_ADVERBIAL)
    if (
        closing > 0
        and tags[comma + 1] in "dT"
        and "T" in tags[comma + 1 : closing]
        and not set("av") & set(tags[comma + 1 : closing])
    ):
        comma = closing
    return comma + 1 if len(tags) - comma > FEWEST_ITEMS and tags[comma + 1] not in "wQ" else None


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


def _comments(story: Story, segment: Segment, cue: Cue) -> bool:
    """Whether the verb only comments: `…, Stone said.`, `…, he said, …`."""
    if cue.subject is None or cue.shared or not cue.word.frames & CLAUSE:
        return False
    begin = min(cue.subject.whole[0], cue.start)
    end = _behind_verb(cue)
    if "tell" in cue.word.frames and not cue.inverted:  # …, he told reporters, …
        end = _recipient(story, segment, end, ",.-ikr") or end
    after = segment.tags[end : end + 1]
    before = segment.tags[begin - 1] if begin else ""
    if before not in (",", "-", "Q") or not before:
        return False
    return after in (".", ",", "", "-", ";") or (
        after in ("i", "k", "r", "b")
        and bool(cue.word.frames & {"say", "tell"})
        and segment.tags[end:].strip("ikdxNTmor$.b") == ""
    )


def _before(story: Story, segment: Segment, cue: Cue, floor: int) -> Range | None:
    """The clause on which a verb comments."""
    aside = cue.inverted and segment.tags[cue.start - 1 : cue.start] in (",", "-", "Q")
    if not (_comments(story, segment, cue) or aside) or cue.subject is None:
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
    """What "according to" and its like vouch for: the clause before it, or behind it where it opens the sentence."""
    segment = story.segments[number]
    tags = segment.tags
    for at, phrase in story.according(number):
        cue, behind = (at, phrase.whole[0]), phrase.whole[1]
        if tags[:at].strip("cb,r-") == "":
            comma = tags.find(",", behind)
            verb_next = "clause_behind_comma" in story.lex.flags and tags[behind : behind + 1] in (
                "a",
                "x",
                "v",
                "r",
                "p",
            )
            start = behind if verb_next else comma + 1
            if start > 0:
                end = _end(story, number, start, None)
                yield Content((start, end - (tags[end - 1] == ".")), phrase, cue, "according")
            continue
        start, end = max(tags.rfind(";", 0, at) + 1, 0), at
        if "clause_behind_comma" in story.lex.flags and tags[at - 1 : at] not in (
            ",",
            "Q",
        ):  # Das Urteil soll laut Gericht fallen
            yield Content((start, len(tags) - tags.endswith(".")), phrase, cue, "according")
            continue
        while end > start and tags[end - 1] in ",-(":
            end -= 1
        yield Content((start, end), phrase, cue, "according")
        if (
            "bare_clause" not in story.lex.flags
            and tags[behind : behind + 1] in (",", "a", "x", "r", "2", "e")
            and len(tags) - behind > FEWEST_ITEMS
        ):
            yield Content((behind + (tags[behind] == ","), len(tags) - tags.endswith(".")), phrase, cue, "according")


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
    stops = [_stop(story, segment, c) for c in later]
    end = len(tags)
    for at in range(start, len(tags)):
        if tags[at] == ";" or (
            tags[at] == "," and tags[at + 1 : at + 2] == "b" and segment.items[at + 1].low in CONTRAST
        ):
            end = at
            break
    return min([end, *(s for s in stops if s is not None and s > start)])


def _stop(story: Story, segment: Segment, cue: Cue) -> int | None:
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
    return begin - 1 if before == "," and _comments(story, segment, cue) else None
