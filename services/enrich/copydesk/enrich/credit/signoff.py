"""Sign-offs: `(Reporting by A and B in PARIS; Editing by C)`, `Redaktion: A`, `bur-abc/def`, `AP writer A contributed`.

They are looked for where agencies put them: in the story's last lines, and labels also in its first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from copydesk.enrich.credit.names import is_desk, names
from copydesk.schemas.article import Span

TAIL = 2_500
"""Code points at the end of a story in which a sign-off can stand; dpa's notes for editors are the longest."""

Found = tuple[str, str, Span]
"""Role, name, span of the name in the text."""

BRACKETS = re.compile(r"[(\[]((?:[^()\[\]]|\([^()]{0,60}\)){4,700})[)\]]")
LABEL = re.compile(
    r"^[\s*#•–-]*(?P<label>[^\W\d_][^\W\d_ '’]{2,30}(?:\s[^\W\d_]{2,12}){0,2})\s*(?:\([^()\n]{1,40}\))?\s*:\s*(?P<names>[^\n]{3,200})$",
    re.MULTILINE,
)
BOUNDARY = re.compile(r"(?:^|[;,.:(|\n–—-]\s*|\b(?:and|und|et|y|e|och|og|i|и)\s+|^\s*)$")
CONTRIBUTED = re.compile(
    r"(?P<names>[^\W\d_a-z][^.;:()\n]{3,200}?)\s+(?:also\s+)?(?:contributed|provided|added)\s+(?:additional\s+|to\s+)?(?:(?:to\s+)?(?:this|the)\s+(?:report|story|article)|reporting|research)",
)
REPORTED_FROM = re.compile(
    r"^(?P<names>[^\W\d_a-z][\w'’.-]+(?:\s(?:and\s)?[^\W\d_a-z][\w'’.-]*){0,8})\s+reported\s+from\s+[A-Z][^\n]{2,120}$",
    re.MULTILINE,
)
INITIALS = re.compile(
    r"^(?:AFP\s|EFE\s|\(?END\)?\s)?(?P<who>(?:burs?|str|ag)?(?:[-/ ]?[a-z]{2,4})(?:[-/][a-z]{1,4})+)\.?$|^(?P<pap>[a-z]{2,4}/(?:\s?[a-z]{2,4}/)+)$"
    r"|^(?P<lusa>[A-Z]{2,5}(?:[/,][A-Z]{2,5})?)(?:\s\([A-Z/]+\))?\s*//\s*(?P<lusa_editor>[A-Z]{2,5})\.?$"
    r"|^dpa(?:[/-]\w+)?\s(?P<dpa>[a-z]{2,3})\s[a-z]{2,4}\s[a-z]{1,2}\d?\s(?P<dpa_editor>[a-z]{2,3})$",
    re.MULTILINE,
)


def signoffs(text: str) -> Iterator[Found]:
    """Yield the credits at the end of the text, in order, and labelled ones at its head."""
    from_ = max(0, len(text) - TAIL)
    tail = text[from_:]
    for group in BRACKETS.finditer(tail):
        if len(tail) - group.end() < TAIL // 2 or text.endswith(")"):
            yield from clauses(group[1], from_ + group.start(1))
    bare = BRACKETS.sub(lambda m: " " * len(m.group()), tail)
    yield from _bare(bare, from_)
    yield from _labels(bare, from_)
    if from_ > 0:
        yield from _labels(text[:300], 0)
    for pattern, role in ((CONTRIBUTED, "contributor"), (REPORTED_FROM, "reporter")):
        for found in pattern.finditer(bare):
            for name, span in names(found["names"], from_ + found.start("names")):
                yield (role, name, span)
    yield from initials(tail, from_)


def clauses(text: str, start: int) -> Iterator[Found]:
    """Yield the credits of the inside of brackets, cut at the words that say a role; names before the first one are the reporters'."""
    marks = [m for m in _phrases().finditer(text) if BOUNDARY.search(text, max(0, m.start() - 8), m.start())]
    if not marks:
        return
    ahead = text[: marks[0].start()]
    if 3 < len(ahead.strip()) < 60 and marks[0].start() > 0:
        yield from _with_role(("reporter",), ahead, start)
    for nth, mark in enumerate(marks):
        end = marks[nth + 1].start() if nth + 1 < len(marks) else len(text)
        stop = re.search(r"(?<=[^\W\d_]{3})\.\s+(?!$)", text[mark.end() : end])
        listed = text[mark.end() : mark.end() + stop.start() if stop else end]
        yield from _with_role(_roles()[_key(mark["phrase"])], listed, start + mark.end())


def _with_role(roles: tuple[str, ...], listed: str, start: int) -> Iterator[Found]:
    for name, span in names(listed.split(";", maxsplit=1)[0], start):
        for role in ("desk",) if is_desk(name) else roles:
            yield (role, name, span)


def _bare(tail: str, start: int) -> Iterator[Found]:
    """A last paragraph that is a sign-off without brackets: `Reporting by A; editing by B`."""
    for line in re.finditer(r"^[^\n]{6,400}$", tail, re.MULTILINE):
        mark = _phrases().match(line.group().lstrip("*_ –—-"))
        if mark and " " in mark["phrase"].strip() and _listed(line.group()[mark.end() :]):
            yield from clauses(line.group(), start + line.start())


def _listed(text: str) -> bool:
    """Whether the words are names rather than a sentence: few small letters begin words."""
    words = re.findall(r"[^\W\d_]+", _phrases().sub(" ", text))
    small = sum(1 for w in words if w[0].islower())
    return 0 < len(words) <= 40 and small <= 0.4 * len(words)


def _labels(text: str, start: int) -> Iterator[Found]:
    for line in LABEL.finditer(text):
        roles = _roles().get(_key(line["label"]))
        if roles and " von" not in line["label"]:
            yield from _with_role(
                roles, re.split(r",\s*(?=\+|Tel|<|https?:|E-Mail)", line["names"])[0], start + line.start("names")
            )


def initials(tail: str, start: int) -> Iterator[Found]:
    """Yield the credits of a last line of initials: desk and stringer, writers, then after slashes the editors."""
    lines = list(INITIALS.finditer(tail.rstrip()))
    if not lines or len(tail.rstrip()) - lines[-1].end() > 120:
        return
    found = lines[-1]
    if found["lusa"] or found["dpa"]:
        first, last = ("lusa", "lusa_editor") if found["lusa"] else ("dpa", "dpa_editor")
        for part in re.finditer(r"\w+", found[first]):
            yield ("writer", part.group(), _moved(part.span(), start + found.start(first)))
        yield ("editor", found[last], _moved(found.span(last), start))
        return
    group = "who" if found["who"] else "pap"
    slashed = False
    for part in re.finditer(r"[a-z]+|/", found[group]):
        if part.group() == "/":
            slashed = True
            continue
        role = {"bur": "desk", "burs": "desk", "ag": "desk", "str": "stringer"}.get(part.group())
        yield (
            role or ("editor" if slashed else "writer"),
            part.group(),
            _moved(part.span(), start + found.start(group)),
        )


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def _key(phrase: str) -> str:
    return " ".join(phrase.lower().replace("’", "'").split())


@cache
def _roles() -> dict[str, tuple[str, ...]]:
    lines = (files("copydesk.enrich.credit") / "roles.tsv").read_text(encoding="utf-8").splitlines()
    table = dict(line.split("\t") for line in lines if line and not line.startswith("#"))
    return {phrase: tuple(roles.split("|")) for phrase, roles in table.items()}


@cache
def _phrases() -> re.Pattern[str]:
    """Every phrase of more than one word, and the single ones where names or a colon follow at once."""
    longest = sorted(_roles(), key=lambda p: -len(p))
    listed = "|".join(re.escape(p).replace(r"\ ", r"\s+").replace("'", "['’]") for p in longest)
    return re.compile(
        rf"(?<![\w-])(?P<phrase>(?i:{listed}))(?:\s*:\s*|\s+)(?=(?:(?i:stringers?|our|staff|reuters|the)\s+)?[^\W\d_a-zß-ÿа-яё]|d['’]|al-)"
    )
