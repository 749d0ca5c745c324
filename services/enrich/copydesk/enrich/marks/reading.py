"""Marks to the desk, read where desks write them: headline, slugline, take, notes, and the head of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from copydesk.enrich.marks.vocabulary import SHOUTED, SIGNALS, Vocabulary, Words, spoken
from copydesk.schemas.article import Article

HEAD = 1_500
"""Code points of the body in which a desk speaks to another before the story begins, or instead of one."""
TAIL = 700
"""Code points at the end of the body, where a story says that it was corrected."""
FIELD = 2_000
"""Code points of any other field that are read."""
NOTED_PARAGRAPHS = 5
LONG_MARK = 6
"""Letters from which a small-written word behind a headline's last dash is a mark: `- update`, not `- lead`."""
CHAINED = 4
"""Marks that a headline may bear one after the other: `CORRECTED-UPDATE 2-`."""

_QUOTED = re.compile('[“„][^“”„\n]{1,300}[”“]|«[^«»\n]{1,300}»|»[^«»\n]{1,300}«|"[^"\n]{1,300}"')
_INNER_STOP = re.compile(
    r"(?<=\d)\.(?=\d)|(?<=\b[A-Z][a-z])\.(?=\s[\da-z])|(?<=\b[A-Z][a-z]{2})\.(?=\s[\da-z])|(?<=\b[A-Z][a-z]{3})\.(?=\s\d)"
)
_NOTED = re.compile(
    r"\s*(?:eds?\b\.?\s*[:;,-]|editor[’']?s?[’']?\s*(?:note)?\s*[:;-]|attention\s(?:all\s)?editors\s*[:;,.-]|red(?:aktion)?\.?\s*:|"
    r"achtung,?\sredaktionen\s*[:;,-]|note\sto\s(?:editors|clients)\s*[:;-]|\(|\[|\*+\s*)\s*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s*(?:LEAD|UPDATE|WRAPUP|LD)\s\d{1,2}\s\S")
"""`LEAD 2 Landslide kills 12`: no more than a blank parts the mark from the headline."""
_TAKE = re.compile(r"[^\s()]\s\([2-9]\)$")
"""The second take of a story, or a later one: `Inondations: cinq morts (2)`."""
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n")


class Mark(NamedTuple):
    """One signal, where it was read, and by what kind of words. `span` is of the body."""

    signal: str
    field: str
    kind: str
    span: tuple[int, int] | None = None


def marks(article: Article) -> list[Mark]:
    """Return the marks that the article's words bear, the strongest evidence of each signal first."""
    vocabularies = spoken(article.language)
    found: dict[str, Mark] = {}
    for mark in _all(article, vocabularies):
        found.setdefault(mark.signal, mark)
    return _settled([found[signal] for signal in SIGNALS if signal in found])


def _settled(found: list[Mark]) -> list[Mark]:
    """A kill is a kill whatever else its words would mean; a lifted embargo is none; the other advisories are no more than that."""
    signals = {mark.signal for mark in found}
    if "kill" in signals:
        return [mark for mark in found if mark.signal == "kill"]
    if "lift" in signals:
        found = [mark for mark in found if mark.signal not in {"embargo", "advisory"}]
    if signals - {"advisory"}:
        found = [mark for mark in found if mark.signal != "advisory"]
    return found


def _all(article: Article, vocabularies: tuple[Vocabulary, ...]) -> Iterator[Mark]:
    headline = (article.headline or "")[:FIELD]
    for signal in _chain(headline, vocabularies):
        yield Mark(signal, "headline", "mark")
    for field, text in (("takekey", article.takekey), ("slugline", article.slugline)):
        for signal in _tokens((text or "")[:FIELD], vocabularies):
            yield Mark(signal, field, "token")
    body = article.body or ""
    yield from _paragraph_marks(body[:HEAD], vocabularies)
    for field, note, span in _notes(article, body[:HEAD]):
        for vocabulary in vocabularies:
            for signal, words in vocabulary.words.items():
                if words.note.match(note):
                    yield Mark(signal, field, "note", span)
    yield from _said(article, vocabularies)


def _chain(line: str, vocabularies: tuple[Vocabulary, ...]) -> Iterator[str]:
    """The signals of the marks at the head of a line, one behind the other, and of the one in brackets at its end."""
    rest = line.strip()
    shouting = rest.upper() == rest
    for _ in range(CHAINED):
        hit = _first(rest, vocabularies, shouting=shouting)
        if hit is None:
            break
        signal, end = hit
        yield signal
        rest = rest[end:].lstrip(" -–—:/|(")
    for vocabulary in vocabularies:
        for signal, words in vocabulary.words.items():
            found = words.bracketed.search(line[-120:])
            if found and _ends_in_mark(signal, found):
                yield signal
    if _TAKE.search(line) or (not shouting and _NUMBERED.match(line)):
        yield "update"


def _first(rest: str, vocabularies: tuple[Vocabulary, ...], *, shouting: bool) -> tuple[str, int] | None:
    """The longest mark at the head, and where it ends."""
    hits = [
        (found.end(), signal)
        for vocabulary in vocabularies
        for signal, words in vocabulary.words.items()
        if (found := words.mark.match(rest)) and _is_mark(found, signal, rest, shouting=shouting)
    ]
    if not hits:
        return None
    end, signal = max(hits)
    return signal, end


def _is_mark(found: re.Match[str], signal: str, rest: str, *, shouting: bool) -> bool:
    """Tell a mark from a word that begins a headline: by capitals, a colon, or by standing alone."""
    said, parted = found["mark"], found["sep"]
    upper = said.upper() == said
    if _whispered(signal, said):
        return False
    if _joined(found, rest):
        return upper and not shouting
    return upper or parted in {":", ""} or rest[:1] in "(["


def _joined(found: re.Match[str], line: str) -> bool:
    """A dash without blanks joins the mark to the next word: `CORRECTED-Bank lifts forecast`."""
    dash, end = found["sep"] in {"-", "–", "—"}, found.end()
    return dash and line[end - 2 : end - 1] != " " and line[end : end + 1] != " "


def _ends_in_mark(signal: str, found: re.Match[str]) -> bool:
    """Tell a mark from the last words of a headline: in brackets, or behind a dash in capitals or long enough."""
    said = found["mark"]
    return not _whispered(signal, said) and (found[0][0] in "([" or said.upper() == said or len(said) >= LONG_MARK)


def _whispered(signal: str, said: str) -> bool:
    """Tell a word that only capitals make a mark, and that is not in capitals. `Note to editors` is one in any case."""
    plain = signal == "kill" or (signal == "advisory" and " " not in said)
    return signal in SHOUTED and plain and said.upper() != said


def _tokens(text: str, vocabularies: tuple[Vocabulary, ...]) -> Iterator[str]:
    """The signals among the tokens of a slugline or take, which hold no prose. The first token names the story."""
    first, parted, rest = text.partition(",") if "," in text else ("", "", text)
    for vocabulary in vocabularies:
        for signal, words in vocabulary.words.items():
            found = words.token.search(rest)
            if found and (found["mark"].upper() == found["mark"] or signal == "update" or (parted and first)):
                yield signal
    if re.search(r"\d(?:st|nd|rd|th)\s?(?:Ld|Lead)|writethru", text, re.IGNORECASE):
        yield "update"


def _paragraph_marks(head: str, vocabularies: tuple[Vocabulary, ...]) -> Iterator[Mark]:
    """Marks in capitals at the head of one of the first paragraphs."""
    at = 0
    for paragraph in head.split("\n\n")[:NOTED_PARAGRAPHS]:
        for vocabulary in vocabularies:
            for signal, words in vocabulary.words.items():
                found = words.mark.match(paragraph)
                if found and found["mark"].isupper() and not _joined(found, paragraph):
                    yield Mark(signal, "body", "mark", (at + found.start("mark"), at + found.end("mark")))
        at += len(paragraph) + 2


def _notes(article: Article, head: str) -> Iterator[tuple[str, str, tuple[int, int] | None]]:
    """Sentences that speak to the desk: of the editorial note, and of paragraphs in brackets or behind `Eds:`."""
    for sentence in _SENTENCE.split((article.ednote or "")[:FIELD]):
        if said := _NOTED.sub("", sentence, count=1).strip():
            yield "ednote", said, None
    if (article.headline or "").startswith(("(", "[")):
        yield "headline", _NOTED.sub("", article.headline or "", count=1), None
    at = 0
    for paragraph in head.split("\n\n")[:NOTED_PARAGRAPHS]:
        opened = _NOTED.match(paragraph)
        if opened:
            for sentence in _SENTENCE.split(paragraph[opened.end() :].rstrip(")] ")):
                if sentence.strip():
                    yield "body", sentence.strip(), (at, at + len(paragraph))
        at += len(paragraph) + 2


def _said(article: Article, vocabularies: tuple[Vocabulary, ...]) -> Iterator[Mark]:
    """Words that mean the signal wherever they stand, quotations left out."""
    body = article.body or ""
    tail = max(HEAD, len(body) - TAIL)
    parts = (
        ("ednote", (article.ednote or "")[:FIELD], 0),
        ("body", _unquoted(body[:HEAD]), 0),
        ("body", _unquoted(body[tail:]), tail),
        ("headline", (article.headline or "")[:FIELD], 0),
    )
    desk = "\n".join(text for _, text, _ in parts)
    small = desk.lower()
    for vocabulary in vocabularies:
        for signal, words in vocabulary.words.items():
            if words.stems and not any(stem in small for stem in words.stems):
                continue
            for field, text, at in parts:
                if not text or (at and signal not in {"correction", "update"}):
                    continue
                if found := words.say.search(text) or _cued(words, text, vocabulary, desk):
                    span = (at + found.start(), at + found.end()) if field == "body" else None
                    yield Mark(signal, field, "say", span)


def _cued(words: Words, text: str, vocabulary: Vocabulary, desk: str) -> re.Match[str] | None:
    """Words that mean the signal where only a desk would say what stands beside them."""
    found = words.cued.search(text)
    return found if found and vocabulary.cue.search(desk) else None


def _unquoted(text: str) -> str:
    """The text with its quotations blanked, and without the full stops that end no sentence; as long as it was."""
    return _INNER_STOP.sub(":", _QUOTED.sub(lambda found: " " * len(found[0]), text))
