"""Verbs of saying in a segment, each with who says it.

The subject stands before the verb and its auxiliaries ("the minister has said"), behind it ("said the minister"), or is
that of the clause before ("…, saying that"; "criticised it and said").
"""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.enrich.speech.lexicon import Lexicon, Verb
from copydesk.enrich.speech.phrases import Phrase, first_phrase, phrase_after, phrase_before
from copydesk.enrich.speech.segments import Segment

LONGEST_CLAUSE = 30
MOST_CUES = 40
"""Verbs of saying that are read in a segment; with more it is a list, and each is weighed against all others."""
FLOATING = frozenset({"all", "both", "each"})


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of saying: items `start` to `end` with auxiliaries, `verb` its own place, and its subject."""

    start: int
    verb: int
    end: int
    word: Verb
    subject: Phrase | None
    passive: bool = False
    inverted: bool = False
    shared: bool = False
    """Whether the subject is that of an earlier clause."""


def cues(segment: Segment, lex: Lexicon) -> list[Cue]:
    """Return the verbs of saying of a segment outside of its quotations, in order."""
    found: list[Cue] = []
    for at in range(len(segment.items)):
        if len(found) >= MOST_CUES:
            break
        if segment.tags[at] in "vge" and (cue := _cue(segment, at, lex, found)):
            found.append(cue)
    return found


def _cue(segment: Segment, at: int, lex: Lexicon, earlier: list[Cue]) -> Cue | None:
    """Read the verb at an item; None where it is a noun or an adjective."""
    word = next((v for v in lex.verbs.get(segment.items[at].low, ()) if _follows(segment, at, v, lex)), None)
    if word is None:
        return None
    start = _group(segment, at)
    end = at + 1 + (0 if "clause_behind_comma" in lex.flags else len(word.rest))
    kind = _kind(segment, at, start, word, lex)
    if not kind:
        return None
    if kind == "passive":
        return Cue(start, at, end, word, None, passive=True)
    tags = segment.tags
    infinitive = "2" in tags[start:at] and start > 0
    if kind == "gerund" and tags[start - 1 : start] in ("x", "N") and (subject := phrase_before(segment, start, lex)):
        return Cue(start, at, end, word, subject)
    if (
        kind == "gerund"
        or infinitive
        or tags[start - 1 : start] == "c"
        or (tags[start - 1 : start] == "," and earlier and tags[start] != "v")
    ):
        return Cue(start, at, end, word, _shared(segment, start, earlier, lex), shared=True)
    if subject := _behind(segment, (start, at, end), word, lex):
        return Cue(start, at, end, word, subject, inverted=True)
    subject = phrase_before(segment, start, lex)
    return Cue(start, at, end, word, subject or _shared(segment, start, earlier, lex), shared=subject is None)


def _follows(segment: Segment, at: int, word: Verb, lex: Lexicon) -> bool:
    """Whether the other words of the verb stand behind it; a separable prefix, at the end of its clause."""
    if word.rest and "clause_behind_comma" in lex.flags:
        return any(
            segment.items[i].low == word.rest[0] and segment.tags[i + 1 : i + 2] in (",", ".", ":", ";", "", "Q", "c")
            for i in range(at + 1, min(len(segment.items), at + LONGEST_CLAUSE))
        )
    return all(
        at + 1 + i < len(segment.items) and segment.items[at + 1 + i].low == rest for i, rest in enumerate(word.rest)
    )


def _group(segment: Segment, at: int) -> int:
    """Where the verb group begins: before auxiliaries, "to" and adverbs."""
    start = at
    while start > 0 and (segment.tags[start - 1] in "ar2" or segment.tags[start - 2 : start] == "ap"):
        start -= 1
    while start < at and segment.tags[start] == "r" and segment.tags[start:at].strip("r") == "" and start == 0:
        start += 1
    return start


def _kind(segment: Segment, at: int, start: int, word: Verb, lex: Lexicon) -> str:
    """How the form is used: `finite`, `gerund`, `passive`; empty where it is no verb."""
    tags, items = segment.tags, segment.items
    before = tags[at - 1] if at else ""
    if before == "d" and items[at - 1].low in FLOATING:  # "they all said"
        before = "r"
    passive = any(lex.has("be", items[i].low) for i in range(start, at))
    if word.kind == "g" and not passive:
        return "" if before and before in "d$" else "gerund"
    if before in ("d", "o", "$") or (before == "i" and word.kind != "g"):
        return ""
    if passive and word.kind != "g":
        return "passive"
    if word.kind == "e":
        return "finite" if "a" in tags[start:at] else ""
    if lex.code != "en":
        return "finite"
    low = items[at].low
    if low.endswith("ed") or not (low.endswith("s") or word.lemma.split()[0] == low):
        return _past(segment, at, start)
    return "finite" if start < at or _finite(segment, at, lex) else ""


def _past(segment: Segment, at: int, start: int) -> str:
    """A past tense is a verb, unless it is an adjective before a noun ("the proposed law") or a participle ("by")."""
    after = segment.tags[at + 1 : at + 2]
    if start == at and after == "i" and segment.items[at + 1].low == "by":
        return ""
    return "finite"


def _finite(segment: Segment, at: int, lex: Lexicon) -> bool:
    """Whether a form that may be a noun ("plans", "claim") is a verb here."""
    tags, low = segment.tags, segment.items[at].low
    before, after = tags[at - 1 : at], tags[at + 1 : at + 2]
    if "verb" in lex.verbs[low][0].frames:
        return before not in ("", "2")
    if "Q" in tags[:at] and after in (",", ".", "") and before not in ("", "c"):  # "…," the letter read.
        return True
    plural = low.endswith("s") and not low.endswith("ss")
    if before and before in "pw":
        return True
    if before and before in "N)T":
        if not plural:
            return "c" in tags[max(0, at - 4) : at] and after not in ("i", "o", ",", ".")
        return after not in ("o", "i", "c", ",", ".", "") or low == "says"
    if before and before in ",cQ":
        return plural or "Q" in tags[max(0, at - 2) : at] or after in ("t", "Q", "h", "p")
    if before == "x":
        noun = segment.items[at - 1].low
        if plural == noun.endswith("s"):
            return False
        return after in ("t", "p", "h", "2", "d", "Q", ":", "N", "b")
    return False


def _behind(segment: Segment, group: tuple[int, int, int], word: Verb, lex: Lexicon) -> Phrase | None:
    """The subject where it stands behind the verb: `, said Stone`, `" said Stone`."""
    start, at, end = group
    if at - start > 0 and segment.tags[at - 1] == "p":  # a-t-il dit
        return Phrase((at - 1, at), pronoun=segment.items[at - 1].low)
    before = segment.tags[start - 1] if start else ""
    free = "free_inversion" in lex.flags
    if "say" not in word.frames or not (before in ("Q", ",", "-") or (free and not phrase_before(segment, start, lex))):
        return None
    if free and before == "," and _apposed(segment, start, lex):
        return None
    begin = _past_adverbials(segment, end, lex) if free else end
    if segment.tags[begin : begin + 1] not in ("N", "T", "d", "x", "p", "m") or lex.has(
        "oblique", segment.items[begin].low
    ):
        return None
    subject = phrase_after(segment, begin, lex)
    if subject is None or segment.tags[subject.whole[1] : subject.whole[1] + 1] in ("a", "v"):
        return None
    if (
        not free
        and before == ","
        and segment.tags[subject.whole[1] : subject.whole[1] + 1] not in (",", ".", "", "i", "k", "w", "-", ";")
    ):
        return None
    told = free and any(
        lex.has("media", i.low) or lex.ends("media_endings", i.low) for i in segment.items[begin : subject.whole[1]]
    )
    return None if told and before == "," and phrase_before(segment, start, lex) else subject


def _apposed(segment: Segment, start: int, lex: Lexicon) -> bool:
    """Whether the comma before a verb closes an apposition to its subject: `El alcalde, José Paz, anunció la compra`."""
    if "Q" in segment.tags[:start]:
        return False
    subject = phrase_before(segment, start, lex)
    if subject is None or not (subject.name and subject.described):
        return False
    first, second = sorted((subject.name, subject.described))
    return "," in segment.tags[first[1] : second[0]]


def _past_adverbials(segment: Segment, at: int, lex: Lexicon) -> int:
    """Past "el lunes", "mardi", "am Mittwoch", "auch" between a verb and its subject."""
    tags = segment.tags
    while at + 1 < len(tags):
        if tags[at] in "kr":
            at += 1
        elif tags[at : at + 2] in ("ik", "dk") or (tags[at] in "dx" and lex.has("times", segment.items[at + 1].low)):
            at += 2
        elif (
            tags[at] == "i"
            and (told := phrase_after(segment, at + 1, lex))
            and tags[told.whole[1] : told.whole[1] + 1] in ("d", "T")
        ):
            at = told.whole[1]  # "a confié au journal La Voix sa directrice"
        else:
            break
    return at


def _shared(segment: Segment, start: int, earlier: list[Cue], lex: Lexicon) -> Phrase | None:
    """The subject of the clause that a gerund or a second verb leans on."""
    for cue in reversed(earlier):
        relative = cue.start > 0 and segment.tags[cue.start - 1] == "w" and segment.tags[start - 1 : start] == ","
        if cue.subject and cue.end <= start and not relative:
            return cue.subject
    return first_phrase(segment, lex)
