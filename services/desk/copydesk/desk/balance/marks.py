"""Compact names: of millions of records only a few numbers are kept, by which ids are told apart and found again.

A fingerprint is the first 60 bits of an MD5, which Python and PostgreSQL reckon alike: among ten million ids two are taken for one
with a chance of 1 in 20,000.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import LiteralString

import numpy as np
from copydesk.desk.records import NOWHERE, OFFSET, OFFSET_BITS
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

FINGERPRINT: LiteralString = "('x' || substr(md5({}), 1, 15))::bit(60)::bigint"
"""The same in SQL, of the text that stands for `{}`."""


def fingerprint(text: str) -> int:
    """Return the 60 bits that stand for this text."""
    digest = hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8]) >> 4


def article_mark(document: str, index: int | str) -> int:
    """Return what stands for an article: its document, and its place in it."""
    return fingerprint(f"{document}/{index}")


def at_or_beyond(places: Numbers, offsets: Mapping[int, int]) -> Flags:
    """Say of each place whether its offset is at or beyond that of its partition; an unnamed partition has reached nothing."""
    partitions = places >> OFFSET_BITS
    limits = np.zeros(int(partitions.max(initial=0)) + 1, dtype=np.int64)
    for number, offset in offsets.items():
        if number < len(limits):
            limits[number] = offset
    reached: Flags = (places == NOWHERE) | ((places & OFFSET) >= limits[np.maximum(partitions, 0)])
    return reached


def among(wanted: Numbers, known: Numbers) -> Flags:
    """Say of each number whether it is among the known. By sorting: numpy's own `isin` hashes, five times as slowly."""
    if not len(known):
        return np.zeros(len(wanted), dtype=np.bool_)
    ordered = np.sort(known)
    found: Flags = ordered[np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)] == wanted
    return found


def unique(values: Numbers) -> Numbers:
    """Return the numbers once each, sorted."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    once: Numbers = ordered[first]
    return once
