"""JSON of a document, read safely, and what one may ask of its values without knowing their shapes.

Providers send numbers as text, one thing where a list is due, null for absent, and several documents in one file. What is
cut short or nested without end is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from copydesk.parse.charset import decode, repaired
from copydesk.parse.raw import Raw
from copydesk.runtime.refusal import Refusal

MAX_BYTES = 32 * 1024 * 1024
MAX_DOCUMENTS = 10_000
LOOKED_AT = 65_536
"""Bytes in which a format looks for the names of its fields."""

Node = dict[str, Any]

_ODD = re.compile(r"\\u(?:[dD][89a-fA-F]|00[89])|[\x80-\x9fÃÂâ]")
"""Signs of a surrogate, of a C1 control that was a character of windows-1252, or of UTF-8 that was read as such."""
_ESCAPES = re.compile(
    r"\\\\|(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\u00([89][0-9a-fA-F])"
)
_BEFORE = b"\x00\xef\xbb\xbf\xff\xfe\x1e \t\r\n"
_SPACE = re.compile(r"[\s\x00\x1e\ufeff,]*")


class Document(NamedTuple):
    """The values of a file, one or several, and what was repaired while reading them."""

    values: list[Any]
    notes: list[str]


def load(raw: Raw) -> Document:
    """Return the file's JSON values: one, or a line each (RFC 7464 and its like).

    Refusal `too-large`, `too-deep`, `truncated` or `broken`.
    """
    if len(raw.data) > MAX_BYTES:
        raise Refusal("too-large", f"{len(raw.data)} bytes of JSON; {MAX_BYTES} are the most that is read")
    decoded = decode(raw.data)
    text, notes = decoded.text, list(decoded.notes)
    if _ODD.search(text):
        mended = repaired(_ESCAPES.sub(_whole, text))
        text, notes = mended.text, [*notes, *mended.notes]
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = _after_space(text, 0)
    while at < len(text):
        if len(values) == MAX_DOCUMENTS:
            raise Refusal("too-large", f"more than {MAX_DOCUMENTS} JSON documents in one file")
        value, at = _one(decoder, text, at)
        values.append(value)
        at = _after_space(text, at)
    return Document(values, notes)


def _one(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, at)
    except RecursionError:
        raise Refusal("too-deep", "JSON nested without end") from None
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated")
        raise Refusal("truncated" if cut else "broken", f"JSON: {error.msg} at character {error.pos}") from error
    except ValueError as error:  # a number of more digits than Python turns into an int
        raise Refusal("broken", f"JSON: {error}") from error


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _whole(found: re.Match[str]) -> str:
    """A surrogate that stands alone means no character; an escaped C1 control was one of windows-1252."""
    if found[2]:
        return bytes.fromhex(found[2]).decode("cp1252", "replace")
    return found[0] if found[1] or found[0] == "\\\\" else "\\ufffd"


def looks_like(raw: Raw) -> bytes | None:
    """Return the part of the document in which to look for names of fields, None where it is no JSON object or list."""
    if raw.head.lstrip(_BEFORE)[:1] not in {b"{", b"["}:
        return None
    return raw.data[:LOOKED_AT].replace(b"\x00", b"").lstrip(_BEFORE)


def folded(value: object) -> Node:
    """Return an object with its names in lower case (`versionCreated` is `versioncreated`); {} for what is no object."""
    return {name.lower(): inner for name, inner in value.items()} if isinstance(value, dict) else {}


def text(node: Node, *names: str) -> str | None:
    """Return the first of these fields that holds text or a number, as text; lists of text are joined by blanks."""
    for name in names:
        value = node.get(name)
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            value = " ".join(value)
        if (said := scalar(value)) is not None:
            return said
    return None


def scalar(value: object) -> str | None:
    """Return a text or number as text (`2.0` is `2`), None for anything else and for nothing but white space."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    said = str(value)
    return said if said.strip() else None


def inner(node: Node, *path: str) -> Node:
    """Return the object at the end of the path, names folded; {} where there is none."""
    for name in path:
        node = folded(node.get(name))
    return node


def nodes(node: Node, *names: str) -> list[Node]:
    """Return the objects of the first of these fields that holds some, names folded: a list's, or the one that it is."""
    for name in names:
        value = node.get(name)
        if isinstance(value, dict) and value:
            return [folded(value)]
        if isinstance(value, list) and (found := [folded(part) for part in value if isinstance(part, dict)]):
            return found
    return []


def members(node: Node, *names: str) -> list[tuple[str | None, Node]]:
    """Return the objects of a field that is a list, or an object whose values are objects (ninjs 1), with their names."""
    for name in names:
        value = node.get(name)
        if isinstance(value, list) and (found := [(None, folded(part)) for part in value if isinstance(part, dict)]):
            return [(scalar(part.get("name")), part) for _, part in found]
        if isinstance(value, dict) and (
            found := [(key, folded(part)) for key, part in value.items() if isinstance(part, dict)]
        ):
            return list(found)
    return []


def names_of(node: Node, *names: str, key: str = "name") -> list[str]:
    """Return texts of a field: a list of texts, of objects with a name, or one of either."""
    for name in names:
        value = node.get(name)
        parts = value if isinstance(value, list) else [value]
        said = [scalar(part.get(key) if isinstance(part, dict) else part) for part in parts]
        if any(said):
            return [part for part in said if part]
    return []


def objects(values: list[Any]) -> Iterator[Node]:
    """Yield every object of the file's values and of their lists, names folded."""
    for value in values:
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield folded(part)


def whole(node: Node, *names: str) -> int | None:
    """Return the first of these fields that is a whole number of a size that may be meant."""
    said = text(node, *names)
    return int(said) if said and re.fullmatch(r"\d{1,12}", said.strip()) else None
