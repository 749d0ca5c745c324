"""Compact names: of millions of records only a few numbers are kept, by which ids are told apart and found again.

A fingerprint is the first 60 bits of an MD5, which Python and PostgreSQL reckon alike: among ten million ids two are taken for one
with a chance of 1 in 20,000. A place is a record's partition and offset in one number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import LiteralString

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOWHERE = -1
"""Place of what no record brought."""
_OFFSET_BITS = 48
_OFFSET = (1 << _OFFSET_BITS) - 1

FINGERPRINT: LiteralString = "('x' || substr(md5({}), 1, 15))::bit(60)::bigint"
"""The same in SQL, of the text that stands for `{}`."""


def fingerprint(text: str) -> int:
    """Return the 60 bits that stand for this text."""
    digest = hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8]) >> 4


def article_mark(document: str, index: int | str) -> int:
    """Return what stands for an article: its document, and its place in it."""
    return fingerprint(f"{document}/{index}")


def place(partition: int, offset: int) -> int:
    """Return the place of a record; places of one partition are in its order."""
    return partition << _OFFSET_BITS | offset


def partition_and_offset(where: int) -> tuple[int, int]:
    """Return what the place is made of."""
    return where >> _OFFSET_BITS, where & _OFFSET


def position(stated: str | None) -> int:
    """Return the place that `partition/offset` names, NOWHERE where it names none."""
    partition, _, offset = (stated or "").partition("/")
    if partition.isascii() and partition.isdigit() and offset.isascii() and offset.isdigit():
        return place(int(partition), int(offset))
    return NOWHERE


def at_or_beyond(places: Numbers, offsets: Mapping[int, int]) -> Flags:
    """Say of each place whether its offset is at or beyond that of its partition; an unnamed partition has reached nothing."""
    partitions = places >> _OFFSET_BITS
    limits = np.zeros(int(partitions.max(initial=0)) + 1, dtype=np.int64)
    for number, offset in offsets.items():
        if number < len(limits):
            limits[number] = offset
    reached: Flags = (places == NOWHERE) | ((places & _OFFSET) >= limits[np.maximum(partitions, 0)])
    return reached


def among(wanted: Numbers, known: Numbers) -> Flags:
    """Say of each number whether it is among the known."""
    return np.isin(wanted, known)


def unique(values: Numbers) -> Numbers:
    """Return the numbers once each, sorted."""
    return np.unique(values)
