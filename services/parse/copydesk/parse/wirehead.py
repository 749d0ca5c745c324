"""What IPTC 7901 and ANPA 1312 share: messages between control characters, lines of a head, notes to the desk in the text."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from copydesk.parse.plain import line

SOH, STX, ETX, EOT, US = "\x01", "\x02", "\x03", "\x04", "\x1f"
LONGEST_LINE = 2_000
"""Characters of a line beyond which it is text, whatever it begins with."""
_PADDING = re.compile("[\x00\x05-\x08\x0b\x0e-\x10\x15-\x1a\x1b\x7f]")
_CONTACT = re.compile(
    r"^[-\s]*(?P<role>Reporting|Editing|Autor(?:/in)?|Redaktion)(?:\s+by)?\s*:\s*\ufffd?\s*(?P<names>.{3,200})$"
)
_ROLES = {"reporting": "reporter", "editing": "editor", "autor": "writer", "autor/in": "writer", "redaktion": "editor"}
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\((https?://[^()\s]{1,500})\)")


@dataclass(frozen=True)
class Message:
    """The three parts of a wire message, without the control characters between them."""

    header: str
    text: str
    trailer: str
    whole: bool
    """Its end came: end of text, end of transmission, or, where the start of text did not come either, nothing to miss."""


@dataclass
class Notes:
    """What the text says to the desk: the lines, whom they name, and where they point."""

    lines: list[str] = field(default_factory=list)
    credits: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


def begins(pattern: re.Pattern[bytes], head: bytes) -> re.Match[bytes] | None:
    """Return the pattern's match where a message may begin: at the start of the head, or at a start of header."""
    at = 0
    while at >= 0:
        if found := pattern.match(head, at):
            return found
        at = head.find(b"\x01", at + 1)
    return None


def split(data: bytes) -> list[bytes]:
    """Return the messages of a file: from each start of header to the next. One where there is no such character."""
    parts = [part for part in data.split(b"\x01") if part.strip(b"\x00\x04\x03\x16\x7f \r\n\t\x0c")]
    return parts or [data]


def message(text: str) -> Message:
    """Return the parts of one message. Where transport ate STX or ETX the header, or the trailer, is empty."""
    text = _PADDING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text, ended, _ = text.partition(EOT)
    header, found, rest = text.partition(STX)
    if not found:
        header, rest = "", text
    body, closed, trailer = rest.partition(ETX)
    return Message(header, body.replace(STX, ""), trailer, whole=bool(ended or closed or not found))


def matches(kind: str, said: str) -> re.Match[str] | None:
    """Return the match of a whole line with one of the kinds in `words/wirehead.toml`."""
    return None if len(said) > LONGEST_LINE else _kinds()[kind].fullmatch(said.strip())


@cache
def _kinds() -> dict[str, re.Pattern[str]]:
    words = tomllib.loads((files("copydesk.parse.words") / "wirehead.toml").read_text(encoding="utf-8"))
    return {name: re.compile(pattern, re.IGNORECASE | re.VERBOSE) for name, pattern in words.items()}


def without_notes(text: str) -> tuple[str, Notes]:
    """Return the story, its sign-off at the end, and what stood between the two for the desk alone."""
    rows = text.split("\n")
    start = next(
        (i for i, row in enumerate(rows) if row[:1] in {"#", "*", "T", "D", "N", "A"} and matches("aside", row)), None
    )
    if start is None:
        return text, Notes()
    notes = rows[start:]
    while notes and not notes[-1].strip():
        notes.pop()
    signoff = [notes.pop()] if notes and matches("signoff", notes[-1]) else []
    return "\n".join([*rows[:start], "", *signoff]), _notes(notes)


def _notes(rows: list[str]) -> Notes:
    notes = Notes()
    for row in rows:
        said = line(row.strip().lstrip("#*- "))
        contact = _CONTACT.match(row)
        notes.links += _LINK.findall(row)
        if contact:
            notes.credits += [(_ROLES[contact["role"].lower()], name) for name in _people(contact["names"])]
        elif said and not _LINK.search(row) and not matches("aside", row):
            notes.lines.append(said)
    return notes


def _people(names: str) -> list[str]:
    """Names out of `Anna Berg in Oslo, Jon Dahl in Skerry, +47 …`."""
    found = [re.sub(r"\s+(?:in|aus)\s+.*$", "", part).strip() for part in re.split(r",|;|\sand\s|\sund\s", names)]
    return [name for name in found if re.fullmatch(r"[^\W\d_][^\d@<>()+]{2,50}", name) and " " in name]
