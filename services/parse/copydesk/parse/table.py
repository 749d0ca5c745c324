"""A table of data as lines of text: a row a line, its cells parted by tabs, every cell in its column."""

from __future__ import annotations

from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml's only name for its elements

_BLANK = frozenset(["p", "br", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr"])
_MAX_SPAN = 100


def rows_of(table: Element) -> list[str]:
    """Return the table's rows, or nothing where it is no table of data but a frame for the page's layout.

    A frame holds further tables, or never two cells with text in one row. Columns that are empty throughout are left out.
    """
    if next(table.iterdescendants("{*}table"), None) is not None:
        return []
    grid = [_cells(row) for row in table.iterdescendants("{*}tr")]
    if not any(sum(map(bool, row)) > 1 for row in grid):
        return []
    width = max(map(len, grid))
    used = [column for column in range(width) if any(column < len(row) and row[column] for row in grid)]
    lines = ["\t".join(row[c] if c < len(row) else "" for c in used).rstrip("\t") for row in grid]
    return _caption(table) + [line for line in lines if line.strip()]


def _caption(table: Element) -> list[str]:
    caption = next(table.iterchildren("{*}caption"), None)
    return [text] if caption is not None and (text := _text(caption)) else []


def _cells(row: Element) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren("{*}td", "{*}th"):
        cells.append(_text(cell))
        span = cell.get("colspan", "1").strip()
        cells.extend([""] * (min(int(span), _MAX_SPAN) - 1 if span.isdecimal() and span.isascii() else 0))
    return cells


def _text(cell: Element) -> str:
    """The cell's text on one line; blocks and line breaks inside it part words."""
    if len(cell) == 0:
        return " ".join((cell.text or "").split())
    parts: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end", "comment", "pi")):
        tag = element.tag
        blank = isinstance(tag, str) and tag.rpartition("}")[2] in _BLANK
        if blank:
            parts.append(" ")
        if event == "start":
            parts.append(element.text or "")
        elif element is not cell:
            parts.append(element.tail or "")
    return " ".join("".join(parts).split())
