"""Tables that ship with the package: tab separated lines, `#` starts a comment."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

PACKAGE = "copydesk.enrich.knowledge"


def rows(name: str) -> Iterator[list[str]]:
    """Yield the cells of every line of the table, in order. FileNotFoundError where there is no such table."""
    for line in (files(PACKAGE) / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("\t")]
