"""Who stands before or behind a verb: noun phrases found by the tags of a segment.

A phrase is cut into the name of whom it names and the words that describe them: "Foreign Ministry spokesman" "Ali Rahimi",
or "Its president", "Ada Stone", or "a spokesman for the port", which names nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copydesk.enrich.speech.given import borne_by
from copydesk.enrich.speech.lexicon import NAME_LINK, Lexicon
from copydesk.enrich.speech.segments import Segment

Range = tuple[int, int]
"""`[start, end)` in items of a segment."""

FLOOR = ".;:-Qbthv"
APPOSITIVE = re.compile(r"[dxTmN]")
NOT_SUBJECT = re.compile(r"[irbg2hkoa]")
AFTER = re.compile(r"(?:p|[dr]?[rdxTmNec$]*?[xTmN$e]*[xTmN](?:[oi2][dr]?[xTmN$ck]*[xTmN])*)(?![$])")
MOST_CHUNKS = 8


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: its items, those of the name in it, those that describe (None where there are none)."""

    whole: Range
    name: Range | None = None
    described: Range | None = None
    pronoun: str = ""


def phrase_before(segment: Segment, end: int, lex: Lexicon) -> Phrase | None:
    """Return the subject that ends before item `end`, looking through appositions and brackets."""
    floor = _floor(segment.tags, end)
    chunks = _chunks(segment.tags, floor, end)
    if not chunks:
        return None
    comma = segment.tags[end - 1] in ",)"
    at = len(chunks) - 1
    while at > 0 and (comma or _leans(segment.tags, chunks[at])) and _apposition(segment.tags, chunks, at):
        at -= 1
    while at < len(chunks) - 1 and segment.tags[chunks[at][0]] == "w":
        at += 1
    return _subject(segment, chunks[at:], lex)


def phrase_after(segment: Segment, start: int, lex: Lexicon, *, closed: bool = False) -> Phrase | None:
    """Return the subject that begins at item `start`, with the apposition behind it; `closed`, if a comma ends that."""
    tags = segment.tags
    if start >= len(tags):
        return None
    if tags[start] == "p":
        return Phrase((start, start + 1), pronoun=_pronoun(segment, start))
    end = _phrase_end(segment, start, lex)
    if end == start:
        return None
    chunks = [(start, end)]
    if tags[end : end + 1] == "," and end + 1 < len(tags) and APPOSITIVE.match(tags, end + 1):
        stop = end + 1
        while stop < len(tags) and tags[stop] not in ",.;:-Qw()vb":
            stop += 1
        if not closed or tags[stop : stop + 1] == ",":
            chunks.append((end + 1, stop))
    return _named(segment, chunks, lex)


def first_phrase(segment: Segment, lex: Lexicon, start: int = 0) -> Phrase | None:
    """Return the first noun phrase of a segment that is no adverbial: most often its subject."""
    tags, at = segment.tags, start
    while at < len(tags) and (tags[at] in "cr,-.:(" or lex.has("but", segment.items[at].low)):
        at += 1
    while at < len(tags) and tags[at] in "irgbh2":
        comma = tags.find(",", at)
        if comma < 0:
            return None
        at = comma + 1
        comma = tags.find(",", at)
        if comma > 0 and tags[at:comma].strip("Nm") == "" and tags[comma + 1 : comma + 2] in ("N", "T", "d", "p"):
            at = comma + 1  # the rest of a place: "In Salem, New Hampshire, Stone …"
    return phrase_after(segment, at, lex) if at < len(tags) and tags[at] in "pdxTNm" else None


def _pronoun(segment: Segment, at: int) -> str:
    """The pronoun at an item, without the verb that leans on it: "he" of "he's"."""
    return segment.items[at].low.partition("'")[0]


def _floor(tags: str, end: int) -> int:
    """Where the clause that ends before `end` may begin."""
    at, depth = end, 0
    while at > 0:
        tag = tags[at - 1]
        depth += (tag == ")") - (tag == "(")
        if depth < 0 or (depth == 0 and tag in FLOOR):
            break
        at -= 1
    return at


def _chunks(tags: str, start: int, end: int) -> list[Range]:
    """Cut a stretch at its commas, brackets left out."""
    chunks, begin, depth = [], start, 0
    for at in range(start, end):
        tag = tags[at]
        if tag == "(" or (tag == "," and depth == 0):
            if begin < at and depth == 0:
                chunks.append((begin, at))
            begin = at + 1
            depth += tag == "("
        elif tag == ")":
            depth = max(0, depth - 1)
            begin = at + 1
    if begin < end:
        chunks.append((begin, end))
    return chunks[-MOST_CHUNKS:]


def _leans(tags: str, chunk: Range) -> bool:
    """Whether a chunk right before the verb can be no subject by itself: "58", "of Boston"."""
    return all(t in "mki" for t in tags[chunk[0] : chunk[1]]) or tags[chunk[0]] in "ow"


def _apposition(tags: str, chunks: list[Range], at: int) -> bool:
    """Whether the chunk belongs to the one before it."""
    begin, end = chunks[at - 1]
    before = tags[begin:end]
    mine = tags[chunks[at][0] : chunks[at][1]]
    if mine[0] == "g" and not before.strip("NTdx$"):  # Stone, speaking to reporters, said
        return True
    if mine[0] in "bgtha" or (mine[0] in "ir" and "w" not in before and not before.strip("NTdx")):
        return mine[0] == "i" and before[-1] == "N" and at > 0
    if at > 1 and before[0] == "i" and before[-1] == "N" and not mine.strip("N"):  # "in Salem, Ohio,"
        return True
    if before[0] in "wo" or (before[0] in "mk" and at > 1):
        return True
    return not NOT_SUBJECT.match(before) and before[-1] in "NTxm" and "v" not in before and "a" not in before


def _subject(segment: Segment, chunks: list[Range], lex: Lexicon) -> Phrase | None:
    """Trim what stands before the noun phrase in the first chunk."""
    tags = segment.tags
    start, end = chunks[0]
    while start < end and (tags[start] in "crwk" or tags[start : start + 2] == "dk"):
        start += 1
    if start < end and NOT_SUBJECT.match(tags, start):
        if "free_inversion" in lex.flags:
            return None
        if segment.items[start].low == "with":  # "with many marchers chanting"
            return _named(segment, [(start + 1, end)], lex)
        start = _behind_adverbial(tags, start, end)
    start = max(start, _behind_link(segment, start, end))
    if start >= end or not tags[start:end].strip("d"):
        return None
    if tags[end - 1] == "p":
        return Phrase((end - 1, end), pronoun=_pronoun(segment, end - 1))
    return _named(segment, [(start, end), *chunks[1:]], lex)


def _behind_adverbial(tags: str, start: int, end: int) -> int:
    """After a leading "In Iowa", "On Monday": where the noun phrase at the end begins."""
    at = end
    while at > start and tags[at - 1] in "NTx$m":
        at -= 1
    if at > start and tags[at - 1] in "dp":
        return at - 1
    names = end
    while names > start and tags[names - 1] in "NT":
        names -= 1
    return min(end, names)


def _behind_link(segment: Segment, start: int, end: int) -> int:
    """Behind an "and" that joins clauses, or an unknown verb: after the last "and" that joins no names."""
    tags = segment.tags
    for at in range(end - 1, start, -1):
        if tags[at] == "c" and not (tags[at - 1] in "NTx" and tags[at + 1 : at + 2] in ("N", "T", "x", "d")):
            return at + 1
        if tags[at] in "aeg" and tags[at - 1] != "d":
            return at + 1
    return start


def _phrase_end(segment: Segment, start: int, lex: Lexicon) -> int:
    """Where the noun phrase that begins at `start` ends, by its tags; names take no prepositional phrase but "of"."""
    tags, at = segment.tags, start
    while at < len(tags):
        tag = tags[at]
        if tag in "dxTmN$e" or (tag == "c" and tags[at + 1 : at + 2] in ("N", "T") and at > start):
            if tag == "d" and at > start and tags[at - 1] not in "oic2d":
                break
            if (
                tag == "x"
                and at > start
                and tags[at - 1] == "N"
                and tags[start] not in "dx"
                and not lex.has("roles", segment.items[at].low)
            ):
                break
        elif tag in "oi2" and at > start and _link_holds(segment, start, at, lex):
            pass
        else:
            break
        at += 1
    while at > start and tags[at - 1] in "oi2cd$":
        at -= 1
    return at


def _link_holds(segment: Segment, start: int, at: int, lex: Lexicon) -> bool:
    """Whether a preposition belongs to the phrase: "of", or "for the port" behind a lower-case role."""
    if segment.tags[at + 1 : at + 2] in ("k", "m", ""):
        return False
    if segment.tags[at] == "o":
        return True
    return (
        segment.items[at].low in {"for", "with", "at", "from", "in", "to"}
        and any(lex.has("roles", item.low) or lex.has("groups", item.low) for item in segment.items[start:at])
        and segment.tags[at - 1] != "N"
    )


def _named(segment: Segment, chunks: list[Range], lex: Lexicon) -> Phrase:
    """Find the name in a phrase and its appositions; the other words describe."""
    start, end = chunks[0]
    whole = (start, end)
    name, described = _core(segment, start, end, lex)
    if name and described and described[1] > name[0]:
        described = _bare(segment, start, name[0], lex)
    if len(chunks) == 1:
        return Phrase(whole, name, described)
    if name:
        extra = next((c for c in chunks[1:] if _describes(segment, c)), None)
        return Phrase(whole, name, described or extra)
    for chunk in chunks[1:]:
        if segment.tags[chunk[0]] in "NT":
            inner, _ = _core(segment, *chunk, lex)
            if inner:
                return Phrase((start, chunk[1]), inner, whole)
    return Phrase(whole, None, described)


def _describes(segment: Segment, chunk: Range) -> bool:
    """Whether an apposition says what somebody is: "a pilot", "president of the board"."""
    tag = segment.tags[chunk[0]]
    return tag in "dx" or (tag == "T" and segment.items[chunk[0]].text[0].islower())


def _core(segment: Segment, start: int, end: int, lex: Lexicon) -> tuple[Range | None, Range | None]:
    """The name at the end of the phrase's core and the words before it; without a name, all of it describes."""
    tags = segment.tags
    possessive = tags.rfind("$", start, end - 1)
    head = possessive + 1 if possessive >= 0 else start
    stop = head
    while stop < end and not (tags[stop] in "oiw2" and stop > head):
        stop += 1
    begin = stop
    while begin > head and (tags[begin - 1] == "N" or _particle(segment, begin - 1, head, stop)):
        begin -= 1
    if begin == stop:
        return _given_name(segment, stop, end), (start, end)
    begin = name_start(segment, begin, stop, lex)
    before = possessive if possessive >= 0 and begin == head else begin
    described = _bare(segment, start, before, lex)
    if tags[stop : stop + 1] in ("o", "i") and not described and stop < end:
        described = None
    return (begin, stop), described


def name_start(segment: Segment, start: int, end: int, lex: Lexicon) -> int:
    """Where the name begins in a run of capitals: at a given name, past a party or a nation ("Democrat Ada Stone").

    Where nouns have capitals too and no given name is known, the last two words are the name.
    """
    if end - start < 2 or borne_by(segment.items[start].text):
        return start
    given = next((at for at in range(start + 1, end - 1) if borne_by(segment.items[at].text)), None)
    if given is not None:
        return given
    return max(start, end - 2) if "nouns_capitalised" in lex.flags else start


def _given_name(segment: Segment, start: int, end: int) -> Range | None:
    """A name behind a role and its "of": "le ministre des Transports Jean Roche"."""
    for at in range(start, end - 1):
        if segment.tags[at : at + 2] == "NN" and borne_by(segment.items[at].text):
            return at, end
    return None


def _particle(segment: Segment, at: int, head: int, stop: int) -> bool:
    return head < at < stop - 1 and segment.tags[at - 1] == "N" and segment.items[at].low in NAME_LINK


def _bare(segment: Segment, start: int, end: int, lex: Lexicon) -> Range | None:
    """The describing words without article and courtesy."""
    while start < end and (segment.tags[start] in "dcr" or lex.has("courtesy", segment.items[start].low)):
        start += 1
    while end > start and (lex.has("courtesy", segment.items[end - 1].low) or segment.tags[end - 1] in "$dr"):
        end -= 1
    return (start, end) if start < end else None
