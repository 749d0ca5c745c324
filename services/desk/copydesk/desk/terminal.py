"""The terminal as the commands print to it."""

from __future__ import annotations

import sys

from rich.console import Console

WIDTH_OF_A_FILE = 150


def terminal() -> Console:
    """Return a console as wide as the terminal; where there is none, wide enough that no table is cut."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)


def plain(text: str) -> str:
    """Return a stranger's text as it may be printed: it never steers the terminal."""
    return "".join(c if c.isprintable() else "·" for c in text)


def printable(text: str) -> str:
    """Return the same for rich, whose mark-up it does not steer either."""
    return plain(text).replace("[", "\\[")
