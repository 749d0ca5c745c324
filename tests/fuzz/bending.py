"""Hostile documents: fixtures, bent by a seed."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.fuzz.mutation import damaged

FIXTURES = Path(__file__).parent.parent / "fixtures"
LONGEST = 200_000
TOKENS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"]]>", b"<![CDATA[", b"<!DOCTYPE x [<!ENTITY a 'a'>]>", b"&a;", b"&#0;", b"&#xD800;",
    b"\r\n\r\n", b"\x1b[2J", b"\x01\x02\x03", b"9" * 400, b"-1", b"1e999", b"NaN", b'"\\ud800"', b"{" * 500, b"[" * 500, b"<a>" * 500,
    b"2026-13-45T99:99:99Z", b"0000-00-00", b"../../etc/passwd", b"javascript:alert(1)", "\u202e\u0000".encode(), b"%s%n%x", b"' or 1=1 --",
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" * 20, b"kill kill kill", b"EMBARGO",
)  # fmt: skip


@cache
def samples() -> tuple[bytes, ...]:
    """Return every fixture of the formats that is not too long."""
    files = sorted(
        p for p in FIXTURES.rglob("*") if p.is_file() and not p.name.endswith((".expected.json", ".py", ".toml"))
    )
    return tuple(data for data in (p.read_bytes() for p in files) if 0 < len(data) <= LONGEST)


def mutant(dice: random.Random) -> bytes:
    """Return a document that no feed would send, and some that one might."""
    data = dice.choice(samples())
    for _ in range(dice.choice((0, 1, 1, 2, 4))):
        data = dice.choice(BENDS)(dice, data)[:LONGEST]
    return data


def _cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _flip(dice: random.Random, data: bytes) -> bytes:
    bent = bytearray(data)
    for _ in range(dice.choice((1, 4, 64)) if bent else 0):
        bent[dice.randrange(len(bent))] = dice.randrange(256)
    return bytes(bent)


def _put(dice: random.Random, data: bytes) -> bytes:
    place = dice.randrange(len(data) + 1)
    return data[:place] + dice.choice(TOKENS) + data[place:]


def _repeat(dice: random.Random, data: bytes) -> bytes:
    begin = dice.randrange(len(data) + 1)
    piece = data[begin : begin + dice.randrange(1, 400)]
    return data[:begin] + piece * dice.choice((2, 50, 500)) + data[begin:]


def _splice(dice: random.Random, data: bytes) -> bytes:
    other = dice.choice(samples())
    return data[: dice.randrange(len(data) + 1)] + other[dice.randrange(len(other)) :]


def _recode(dice: random.Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(dice.choice(("utf-16", "latin-1", "cp1251", "utf-7")), "replace")


def _noise(dice: random.Random, data: bytes) -> bytes:
    del data
    return dice.randbytes(dice.choice((0, 1, 40, 4000)))


def _zip(dice: random.Random, data: bytes) -> bytes:
    return gzip.compress(data)[: dice.choice((None, 20))]


def _damage(dice: random.Random, data: bytes) -> bytes:
    return damaged(data, dice)


BENDS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _cut, _flip, _put, _put, _repeat, _splice, _recode, _noise, _zip, _damage, _damage,
)  # fmt: skip

NAMES = (
    "a.txt", "../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "a\x00b.xml", "a\nb: c", "\u202etxt.exe", "%2e%2e%2f", "CON", "-rf",
    "a" * 4000, "", " ", ".", "..", "a/../../b", "\U0001f6a2.xml", "$(reboot)", "'; drop table documents; --", "<script>", "a.tmp",
)  # fmt: skip
"""Names that files have had."""
