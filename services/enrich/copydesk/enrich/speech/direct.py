"""Who says what stands between quotation marks.

In the order of trust: a verb of saying right behind the quotation ("…, said Stone"), one before it in the sentence ("Stone
said: …"), "according to" beside it, the speaker of the quotation before it in the paragraph, the one whom the paragraph
before it leads to ("Stone told reporters:"), the sentence's subject.
"""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.enrich.speech.cues import Cue, cues
from copydesk.enrich.speech.phrases import Phrase, first_phrase, phrase_after
from copydesk.enrich.speech.segments import Segment, inner
from copydesk.enrich.speech.story import Story
from copydesk.enrich.speech.via import medium
from copydesk.schemas.article import Evidence, Quote, Speaker

FEWEST_WORDS = 3
LONGEST_TITLE = 7
NEAR = 4
PLAIN = frozenset({"say", "tell"})
SAYING = frozenset({"say", "tell"})


@dataclass(frozen=True, slots=True)
class Said:
    """Who said a quotation, how sure a rule found that, and the verb with its segment."""

    speaker: Speaker
    rule: str
    cue: str | None = None
    via: str | None = None


def direct_quotes(story: Story, version: str) -> list[Quote]:
    """Return the quotations of a story that somebody says, with who does."""
    found: list[Quote] = []
    last: Said | None = None
    last_paragraph = -1
    for number, segment in enumerate(story.segments):
        for at, item in enumerate(segment.items):
            if item.quote < 0:
                continue
            said = _by_cue(story, number, at) or _carried(story, number, at, last, last_paragraph)
            if said is not None:
                last, last_paragraph = said, segment.paragraph
            if said is None or not _is_speech(story, number, at, said):
                continue
            start, end = story.quotations[item.quote].inner
            found.append(
                Quote(
                    text=story.text[start:end],
                    span=(start, end),
                    direct=True,
                    speaker=said.speaker
                    if said.speaker.name or said.speaker.description or said.speaker.span
                    else None,
                    cue=said.cue,
                    via=said.via,
                    evidence=Evidence(rule=f"quotes-{said.rule}@{version}", span=(start, end)),
                )
            )
    return found


def _by_cue(story: Story, number: int, at: int) -> Said | None:
    """Who says the quotation at item `at`, by a verb in its sentence."""
    segment, found = story.segments[number], story.cues[number]
    behind = next((c for c in found if c.start > at and _frames(story, segment, at, c)), None)
    before = _before(segment, found, at)
    if behind and (before is None or _leads_on(story, segment, at)):
        return _said(story, number, behind, "behind")
    trailing = next((c for c in reversed(found) if c.start > at and _trails(segment, c)), None)
    if trailing and (before is None or "say" not in before.word.frames):
        return _said(story, number, trailing, "trailing")
    subject = None
    if before:
        subject = _passive_agent(story, number, before) if before.passive else before.subject
    if before and (subject or (not before.passive and "drops_subject" in story.lex.flags)):
        return _said(story, number, before, "before", subject)
    if behind:
        return _said(story, number, behind, "behind")
    return (
        _according(story, number, at)
        or _answered(story, number, at)
        or _labelled(story, number, at)
        or _signed(story, number, at)
        or _inside(story, number, at)
    )


def _before(segment: Segment, found: list[Cue], at: int) -> Cue | None:
    """The verb before the quotation: the nearest, but where it stands off, a verb of saying before it."""
    earlier = [c for c in found if c.end <= at]
    if not earlier:
        return None
    nearest = earlier[-1]
    near, relative = at - nearest.end <= NEAR, _in_relative(segment, nearest)
    if (SAYING & nearest.word.frames and (near or not relative)) or (near and not relative):
        return nearest
    main = (c for c in reversed(earlier) if SAYING & c.word.frames and c.subject and not _in_relative(segment, c))
    return next(main, nearest)


def _in_relative(segment: Segment, cue: Cue) -> bool:
    """Whether a verb stands in a relative clause, which says nothing by itself: "told a woman who suggested that …"."""
    return cue.start > 0 and segment.tags[cue.start - 1] == "w"


def _said(story: Story, number: int, cue: Cue, rule: str, subject: Phrase | None = None) -> Said | None:
    speaker = story.speaker(number, subject or cue.subject)
    if speaker is None:
        return None
    segment = story.segments[number]
    words = story.words(segment, (cue.verb, cue.end))
    return Said(speaker, rule, words, medium(story, segment, cue))


def _of(story: Story, number: int, phrase: Phrase | None, rule: str) -> Said | None:
    """Who says it by a phrase, without a verb."""
    speaker = story.speaker(number, phrase) if phrase else None
    return Said(speaker, rule) if speaker else None


def _frames(story: Story, segment: Segment, at: int, cue: Cue) -> bool:
    """Whether the verb and its subject stand right behind the quotation."""
    if not SAYING & cue.word.frames:
        return False
    if cue.subject is None:  # «…», dijo.
        return "drops_subject" in story.lex.flags and segment.tags[at + 1 : cue.start].strip(",-r") == ""
    if cue.shared:
        return False
    begin = cue.start if cue.inverted else min(cue.subject.whole[0], cue.start)
    between = segment.tags[at + 1 : begin]
    return between.strip(",-Tdxcr") == "" and len(between) < 5


def _trails(segment: Segment, cue: Cue) -> bool:
    """Whether the verb comments on all that stands before it: `…, said Stone.`."""
    if cue.subject is None or cue.shared or "say" not in cue.word.frames:
        return False
    begin = min(cue.subject.whole[0], cue.start)
    end = max(cue.subject.whole[1], cue.end)
    return segment.tags[begin - 1 : begin] == "," and segment.tags[end : end + 1] in (".", ",", "i", "k", "")


def _leads_on(story: Story, segment: Segment, at: int) -> bool:
    """Whether the quotation asks for what follows: it opens its sentence, or a comma ends it."""
    _start, end = story.quotations[segment.items[at].quote].inner
    return (
        segment.tags[:at].strip(",.:-()c") == ""
        or story.text[end - 1] in ",?!—–"
        or segment.tags[at + 1 : at + 2] == ","
    )


def _passive_agent(story: Story, number: int, cue: Cue) -> Phrase | None:
    """Who does what a passive states: `was called "…" by Stone`."""
    segment = story.segments[number]
    for at in range(cue.end, min(len(segment.items), cue.end + 12)):
        if segment.items[at].low == "by" and segment.tags[at] == "i":
            return phrase_after(segment, at + 1, story.lex)
    return None


def _according(story: Story, number: int, at: int) -> Said | None:
    """`"…," according to Stone`."""
    segment = story.segments[number]
    for start, phrase in story.according(number):
        if start > at or segment.tags[:at].count("Q") == 0:
            return _of(story, number, phrase, "according")
    return None


def _answered(story: Story, number: int, at: int) -> Said | None:
    """`"No!" Stone said.`: a short sentence behind one that ends with the quotation."""
    if number + 1 >= len(story.segments) or at != len(story.segments[number].items) - 1:
        return None
    following = story.segments[number + 1]
    if following.paragraph != story.segments[number].paragraph or "Q" in following.tags[:2]:
        return None
    cue = next(iter(story.cues[number + 1]), None)
    if cue is None or cue.subject is None or cue.shared or min(cue.subject.whole[0], cue.start) > 0:
        return None
    rest = following.tags[cue.end :]
    ends = (
        rest[:1] in (".", ",", ":", "i", "k", "2", "r", "")
        if "say" in cue.word.frames
        else rest.strip("xNTdio$.") == ""
    )
    if ends and SAYING & cue.word.frames:
        return _said(story, number + 1, cue, "behind")
    return None


def _labelled(story: Story, number: int, at: int) -> Said | None:
    """`Stone: "…"`, and `In a statement, Stone: "…"`."""
    segment = story.segments[number]
    if at == 0 or segment.tags[at - 1] != ":":
        return None
    phrase = first_phrase(segment, story.lex)
    return _of(story, number, phrase, "label") if phrase and phrase.whole[0] < at else None


def _signed(story: Story, number: int, at: int) -> Said | None:
    """`"…" — Ada Stone, baker`: a quotation on a line of its own, signed."""
    segment = story.segments[number]
    if segment.tags[:at].strip(".") or segment.tags[at + 1 : at + 2] != "-":
        return None
    phrase = phrase_after(segment, at + 2, story.lex)
    if phrase is None or phrase.name is None or segment.tags[phrase.whole[1] :].strip("NTxdo.,kmi") != "":
        return None
    return _of(story, number, phrase, "signature")


def _inside(story: Story, number: int, at: int) -> Said | None:
    """`« On part, a dit Jean Roche. C'est fini. »`: a verb of saying between the commas of the quotation itself."""
    if "said_inside" not in story.lex.flags:
        return None
    span = story.quotations[story.segments[number].items[at].quote].inner
    words = inner(story.text, span, story.lex)
    for cue in cues(words, story.lex) if words else ():
        if words and cue.inverted and cue.subject and words.tags[cue.start - 1 : cue.start] == ",":
            speaker = story.speaker(number, cue.subject, words)
            if speaker:
                return Said(speaker, "inside", story.words(words, (cue.verb, cue.end)))
    return None


def _carried(story: Story, number: int, at: int, last: Said | None, last_paragraph: int) -> Said | None:
    """Who says a quotation that has no verb of its own."""
    segment = story.segments[number]
    alone = segment.tags.strip("Q,.-:()c") == ""
    opens = segment.tags[:at].strip("Q,.-:()c") == ""
    if opens and last and last_paragraph == segment.paragraph:
        return Said(last.speaker, "goes-on", via=last.via)
    if alone:
        goes_on = last and last.rule != "signature" and last_paragraph == segment.paragraph - 1
        return _led(story, number) or (
            Said(last.speaker, "goes-on", via=last.via) if last and goes_on else _told_of(story, number)
        )
    phrase = first_phrase(segment, story.lex)
    if phrase and phrase.whole[0] < at and (phrase.name or phrase.pronoun):
        return _of(story, number, phrase, "subject")
    return None


def _led(story: Story, number: int) -> Said | None:
    """Whom the paragraph before leads to with a colon: `Stone told reporters:`."""
    if number == 0:
        return None
    before = story.segments[number - 1]
    if not before.tags.endswith(":"):
        return _announced(story, number)
    for cue in reversed(story.cues[number - 1]):
        if cue.subject and not cue.passive:
            return _said(story, number - 1, cue, "colon")
    phrase = first_phrase(before, story.lex)
    return _of(story, number - 1, phrase, "colon")


def _told_of(story: Story, number: int) -> Said | None:
    """Whom the sentence before says something of: `Stone praised the harbour. "It has grown."`."""
    if number == 0:
        return None
    for cue in reversed(story.cues[number - 1]):
        if cue.subject and not cue.passive and not _in_relative(story.segments[number - 1], cue):
            return _of(story, number - 1, cue.subject, "before-it")
    return None


def _announced(story: Story, number: int) -> Said | None:
    """`Stone said in a statement. "…"`: a verb of saying in the paragraph's sentence before that says nothing itself."""
    before = story.segments[number - 1]
    if before.paragraph != story.segments[number].paragraph or not story.cues[number - 1]:
        return None
    cue = story.cues[number - 1][-1]
    if "say" in cue.word.frames and cue.subject and before.tags[cue.end :].strip("idxrkm.o2") == "":
        return _said(story, number - 1, cue, "colon")
    return None


def _is_speech(story: Story, number: int, at: int, said: Said) -> bool:
    """Whether the marks hold speech, and not a title, a nickname or a word at arm's length."""
    segment = story.segments[number]
    start, end = story.quotations[segment.items[at].quote].inner
    words = story.text[start:end].split()
    if segment.tags[at - 1 : at] != ":" and 1 < len(words) <= LONGEST_TITLE and _is_title(words):
        return False
    if len(words) >= FEWEST_WORDS:
        return said.rule != "subject" or words[0][0].isalnum()
    if said.rule == "before" and _judges(story, number, at):
        return True
    return len(words) == FEWEST_WORDS - 1 and said.rule == "before" and _reports(story, number, at)


def _judges(story: Story, number: int, at: int) -> bool:
    """Whether a fragment is what somebody calls a thing: `called it "reckless"`, `calificó la decisión de "apresurada"`."""
    cue = _before(story.segments[number], [c for c in story.cues[number] if c.end <= at], at)
    return cue is not None and cue.word.lemma in story.lex.words.get("calling", ()) and at - cue.end <= 2 * NEAR


def _reports(story: Story, number: int, at: int) -> bool:
    """Whether a finite "said" or "told" governs a fragment of two words: shorter ones are words at arm's length."""
    return any(
        c.end <= at and c.subject and c.subject.name and not c.shared and c.word.lemma in PLAIN
        for c in story.cues[number]
    )


def _is_title(words: list[str]) -> bool:
    """Whether every word of weight has a capital: the name of a programme, a book, a bill."""
    heavy = [w for w in words if len(w) > 3]
    return (
        len(heavy) > 1
        and all(w[0].isupper() or not w[0].isalpha() for w in heavy)
        and words[-1][-1:] not in ".?!"
        and words[-1][0].isupper()
    )
