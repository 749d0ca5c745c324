"""Damage that keeps a document's structure: what byte by byte mutation hardly ever gives, for it breaks the mark-up at once."""

from __future__ import annotations

import contextlib
import copy
import json
import random
from typing import Any

from lxml import etree

ODD = (
    "", " ", "0", "-1", "1e999", "9999-12-31T23:59:59Z", "0000-00-00", "2026-02-30T25:61:00", "20260101T000000+9999", "\u202e",
    "\ufeff", "A" * 3000, "&amp;amp;lt;p&gt;", "<p>", "<table><tr><td>", "]]>", "\t|\t|", "urn:", "://", "(", "[", "=" * 50,
    "medtop:20000001", "٣٤", "²", "𝟙", "\x85", "é" * 90, "NaN", "canceled", "sig:correction", "null", "http://[", "x@y@z",
)  # fmt: skip
"""Texts that parsers of times, numbers, codes, addresses and mark-up may fall over."""


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Return the document with one or more of its parts changed, lost, doubled or moved; as it is where it has no structure."""
    head = data.lstrip()[:1]
    for _ in range(dice.randint(1, 4)):
        if head == b"<":
            data = _xml(data, dice)
        elif head in (b"{", b"["):
            data = _json(data, dice)
        else:
            data = _lines(data, dice)
    return data


def _xml(data: bytes, dice: random.Random) -> bytes:
    try:
        root = etree.fromstring(data, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return data
    if root is None:
        return data
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    element, other = dice.choice(elements), dice.choice(elements)
    with contextlib.suppress(ValueError):  # a name or a text that no XML may hold
        _change(element, other, dice)
    try:
        return etree.tostring(root)
    except etree.SerialisationError:  # an encoding that nobody has
        return data


def _change(element: Any, other: Any, dice: random.Random) -> None:
    parent = element.getparent()
    kind = dice.randrange(8)
    odd = "".join(c for c in dice.choice(ODD) if c.isprintable())
    if kind == 0:
        element.text = odd
    elif kind == 1:
        element.tail = odd
    elif kind == 2 and element.attrib:
        element.set(dice.choice(list(element.attrib)), odd)
    elif kind == 3:
        element.tag = other.tag
    elif kind == 4 and parent is not None:
        parent.remove(element)
    elif kind == 5 and parent is not None:
        parent.insert(dice.randrange(len(parent) + 1), copy.deepcopy(element))
    elif kind == 6 and element not in other.iterancestors() and element is not other and parent is not None:
        other.append(element)
    elif kind == 7:
        for name in list(other.attrib):
            element.set(name, other.get(name))


def _json(data: bytes, dice: random.Random) -> bytes:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return data
    holders: list[Any] = []
    _holders(value, holders)
    if not holders:
        return data
    holder = dice.choice(holders)
    key = dice.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    values = (
        dice.choice(ODD),
        None,
        [],
        {},
        True,
        0,
        -1.5,
        10**30,
        [holder[key]],
        {"name": holder[key]},
        dice.choice(holders),
    )
    if dice.random() < 0.2:
        del holder[key]
    else:
        holder[key] = dice.choice(values)
    try:
        return json.dumps(value, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):  # it now holds itself
        return data


def _holders(value: Any, found: list[Any]) -> None:
    """Gather every object and list that is not empty."""
    if isinstance(value, (dict, list)) and value:
        found.append(value)
        for inner in value.values() if isinstance(value, dict) else value:
            _holders(inner, found)


def _lines(data: bytes, dice: random.Random) -> bytes:
    rows = data.split(b"\n")
    at = dice.randrange(len(rows))
    kind = dice.randrange(4)
    if kind == 0:
        rows[at] = dice.choice(ODD).encode()
    elif kind == 1:
        del rows[at]
    elif kind == 2:
        rows.insert(dice.randrange(len(rows) + 1), rows[at])
    else:
        words = rows[at].split(b" ")
        words[dice.randrange(len(words))] = dice.choice(ODD).encode()
        rows[at] = b" ".join(words)
    return b"\n".join(rows)
