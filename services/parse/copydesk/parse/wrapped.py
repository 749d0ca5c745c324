"""Plain text whose lines were broken at a column, as wires and mail send it, back to paragraphs.

A line break that was forced (the next word would not have fitted) is a space; an indented line or a blank one begins a
paragraph; a table keeps its lines. Text that was never wrapped keeps its line breaks.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

WIDEST = 100
"""Columns of the widest wrapped text; whoever writes longer lines writes a paragraph a line."""
NARROWEST = 30
LOOSE = 0.8
"""A break counts as forced where the next word would have reached beyond this share of the width."""
SHARE = 0.6
"""Share of its breaks that must be forced for a text to count as wrapped."""
LONG_LINE = 120
"""Columns from which a line of text that is not wrapped is a paragraph by itself."""

_COLUMNS = re.compile(r"\S(?:\t+| {3,})\S|\.{4,}|(?:\S+;){3,}|\|.*\|")
_SPLIT_WORD = re.compile(r"\w-$")
_SENTENCE_END = re.compile(r"""[.!?:…]["'”’»)\]]*$""")


@dataclass(frozen=True)
class _Line:
    text: str
    indent: int
    """Columns of white space before the text."""

    @property
    def end(self) -> int:
        return self.indent + len(self.text)


def unwrapped(text: str) -> str:
    """Return the text with its paragraphs parted by a blank line. Linear in the length of the text."""
    blocks = [
        _lines(block) for block in re.split(r"\n(?:[ \t\r\f\v]*\n)+", text.replace("\r\n", "\n").replace("\r", "\n"))
    ]
    blocks = [block for block in blocks if block]
    width = _width(blocks)
    if width is None:
        return "\n\n".join(_kept(block, alone=len(blocks) == 1) for block in blocks)
    return "\n\n".join(_joined(block, width) for block in blocks)


def is_table(lines: list[str]) -> bool:
    """Tell whether most of the lines are in columns: runs of blanks or tabs, leaders, semicolons, bars."""
    return len(lines) > 1 and sum(bool(_COLUMNS.search(line)) for line in lines) > 0.5 * len(lines)


def _lines(block: str) -> list[_Line]:
    rows = [row.expandtabs(4) if row.startswith((" ", "\t")) else row for row in block.split("\n")]
    return [_Line(row.strip(), len(row) - len(row.lstrip())) for row in rows if row.strip()]


def _width(blocks: list[list[_Line]]) -> int | None:
    """The column at which the text was wrapped, None where it was not."""
    prose = [block for block in blocks if not is_table([line.text for line in block])]
    ends = sorted(line.end for block in prose for line in block)
    if not ends:
        return None
    width = ends[-1 - len(ends) // 50]
    if not NARROWEST <= width <= WIDEST:
        return None
    breaks = [(here, after) for block in prose for here, after in itertools.pairwise(block) if not _begins(here, after)]
    forced = sum(_forced(here, after, width) or _runs_on(here, after) for here, after in breaks)
    return width if breaks and forced >= SHARE * len(breaks) and _has_words(breaks) else None


def _runs_on(here: _Line, after: _Line) -> bool:
    """The sentence goes on in the next line: it begins small, and the first has not ended."""
    return after.text[:1].islower() and not _SENTENCE_END.search(here.text)


def _has_words(breaks: list[tuple[_Line, _Line]]) -> bool:
    """Some of the lines run on into the next: wrapped prose, not a list of headlines."""
    return any(after.text[:1].islower() or not _SENTENCE_END.search(here.text) for here, after in breaks)


def _forced(here: _Line, after: _Line, width: int) -> bool:
    word = after.text.split(None, 1)[0]
    return here.end + 1 + len(word) > LOOSE * width


def _begins(here: _Line, after: _Line) -> bool:
    """The second line begins a paragraph: it is indented, and more than the first or as much as a first line is."""
    return after.indent >= 2 and after.indent >= here.indent


def _joined(block: list[_Line], width: int) -> str:
    if is_table([line.text for line in block]):
        return "\n".join(" " * line.indent + line.text for line in block)
    deep = all(line.indent == block[0].indent for line in block)
    written = block[0].text
    for here, after in itertools.pairwise(block):
        if _begins(here, after) and not deep:
            written += "\n\n"
        elif _forced(here, after, width) or after.text[:1].islower():
            written += "" if _SPLIT_WORD.search(here.text) and after.text[:1].islower() else " "
        else:
            written += "\n\n" if _SENTENCE_END.search(here.text) else "\n"
        written += after.text
    return written


def _kept(block: list[_Line], *, alone: bool) -> str:
    """Lines of text that was not wrapped: each a paragraph where it is long or where no blank line parts any."""
    texts = [line.text for line in block]
    if is_table(texts):
        return "\n".join(" " * line.indent + line.text for line in block)
    if alone:
        return "\n\n".join(texts)
    written = texts[0]
    for here, after in itertools.pairwise(texts):
        written += ("\n\n" if len(here) >= LONG_LINE or len(after) >= LONG_LINE else "\n") + after
    return written
