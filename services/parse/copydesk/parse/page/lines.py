"""Lines of a text that was scraped, pasted or rendered: numbered, so that whatever is cut off can say where it stood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

_SPACE = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_WORDLESS = re.compile(r"[\W_]+")
LEAST_WRAPPED = 4
MOST_LINES = 20_000
WRAP_LIMIT = 100
"""No line of hard-wrapped text is longer than this, in code points."""


@dataclass(frozen=True)
class Line:
    """One line with text. `number` counts from 1 in the input; `gap` says that a blank line stood before it."""

    number: int
    text: str
    gap: bool = False
    last: int = 0
    """Number of the last line of a paragraph that was wrapped over several; 0 where it was not."""

    @cached_property
    def key(self) -> str:
        """The line without case and punctuation, for comparing."""
        return normal(self.text)

    @property
    def where(self) -> str:
        """How evidence names the line."""
        return f"line {self.number}"

    def saying(self, text: str) -> Line:
        """Return the line with other text."""
        return replace(self, text=text.strip())


def normal(text: str) -> str:
    """Return the text without case, punctuation and runs of space."""
    return _WORDLESS.sub(" ", text.casefold()).strip()


def clean(text: str) -> str:
    """Return the text with one kind of line break, composed letters, and no invisible marks."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _BREAKS.sub("\n", text)))


def split(text: str) -> list[Line]:
    """Return the lines of the text that hold anything, hard-wrapped paragraphs joined again."""
    found, gap = [], False
    for number, line in enumerate(clean(text).split("\n"), 1):
        line = _SPACE.sub(" ", line).strip()
        if line:
            found.append(Line(number, line, gap))
            gap = False
        else:
            gap = True
    return unwrapped(_bounded(found))


def _bounded(lines: list[Line]) -> list[Line]:
    """At most as many lines as are read in a few seconds; the shortest go."""
    if len(lines) <= MOST_LINES:
        return lines
    longest = sorted(range(len(lines)), key=lambda at: -len(lines[at].text))[:MOST_LINES]
    return [lines[at] for at in sorted(longest)]


def unwrapped(lines: list[Line]) -> list[Line]:
    """Join the lines of paragraphs that were wrapped at a fixed width; leave every other text as it is."""
    paragraphs = _paragraphs(lines)
    width = _width(paragraphs)
    if width is None:
        return lines
    joined: list[Line] = []
    for paragraph in paragraphs:
        start = 0
        for at, line in enumerate(paragraph):
            if at + 1 == len(paragraph) or len(line.text) + _first_word(paragraph[at + 1].text) < width - 1:
                joined.append(_joined(paragraph[start : at + 1]))
                start = at + 1
    return joined


def _paragraphs(lines: list[Line]) -> list[list[Line]]:
    paragraphs: list[list[Line]] = []
    for line in lines:
        if line.gap or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(line)
    return paragraphs


def _width(paragraphs: list[list[Line]]) -> int | None:
    """The column at which the text was wrapped, None where its lines were not.

    Wrapped lines are about as long as each other, could not take the next line's first word, and few end a sentence.
    """
    pairs = [pair for paragraph in paragraphs for pair in pairwise(paragraph)]
    if len(pairs) < LEAST_WRAPPED:
        return None
    lengths = sorted(len(line.text) for line, _ in pairs)
    width = lengths[-1]
    if not 40 <= width <= WRAP_LIMIT or lengths[len(lengths) // 2] < 0.8 * width:
        return None
    full = sum(len(line.text) + 1 + _first_word(following.text) > width - 1 for line, following in pairs)
    ending = sum(line.text[-1] in '.!?:;"”»' for line, _ in pairs)
    return width if full >= 0.85 * len(pairs) and ending <= 0.4 * len(pairs) else None


def _first_word(text: str) -> int:
    return len(text.split(" ", 1)[0])


def _joined(lines: list[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    text = lines[0].text
    for line in lines[1:]:
        broken = text.endswith("-") and line.text[:1].islower() and text[-2:-1].isalpha()
        text = text + line.text if broken else f"{text} {line.text}"
    return Line(lines[0].number, text, lines[0].gap, lines[-1].number)
