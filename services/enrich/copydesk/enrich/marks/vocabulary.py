"""The words of `words.toml` as compiled patterns, one vocabulary a language."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SIGNALS = ("kill", "correction", "update", "advisory", "embargo", "lift")
SHOUTED = frozenset({"kill", "advisory"})
"""Signals whose marks must be in capitals: `Kill: a thriller` and `Advisory: stay indoors` are no marks to a desk."""
_OPEN = r"^[\s(\[*\"'“„«/+#!-]*"
_NUMBER = r"(?:\s+(?:nr\.?\s*|no\.?\s*|[#]\s*)?\d{1,2}(?:st|nd|rd|th|\.)?)?"
_AFTER = r"[)\]*\"”»]*\s*(?P<sep>:|--|[-–—]|/|!|\||\(|$)"
_FLAGS = re.IGNORECASE | re.VERBOSE | re.MULTILINE


@dataclass(frozen=True)
class Words:
    """What says one signal in one language; a pattern that matches nothing where the language has no such words."""

    mark: re.Pattern[str]
    """A mark at the head of a line, with what parts it from the rest (`sep`)."""
    bracketed: re.Pattern[str]
    """A mark in brackets or behind a dash at the end of a line."""
    token: re.Pattern[str]
    """A mark that is a whole token of a slugline or take."""
    note: re.Pattern[str]
    say: re.Pattern[str]
    cued: re.Pattern[str]
    stems: tuple[str, ...]
    """Pieces of words without one of which neither `say` nor `cued` is worth trying; none: always try."""


@dataclass(frozen=True)
class Vocabulary:
    """One language: the words of each signal, and those that only a desk says to another."""

    language: str
    words: dict[str, Words]
    cue: re.Pattern[str]


@cache
def vocabulary(language: str) -> Vocabulary | None:
    """Return the vocabulary of a language by its two letters, None where there is none."""
    data = _data().get(language)
    if data is None:
        return None
    story = data["story"]
    words = {signal: _words(data.get(signal, {}), story) for signal in SIGNALS}
    return Vocabulary(language, words, re.compile(data["cue"], _FLAGS))


def spoken(tag: str | None) -> tuple[Vocabulary, ...]:
    """Return the vocabularies in which a text of that language may speak to desks: its own and English; all if unknown."""
    code = (tag or "").replace("_", "-").partition("-")[0].lower()
    code = {"nb": "no", "nn": "no"}.get(code, code)
    codes = [code, "en"] if code in _data() else ["en"] if code else list(_data())
    return tuple(v for c in dict.fromkeys(codes) if (v := vocabulary(c)))


@cache
def _data() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("copydesk.enrich.marks") / "words.toml").read_text(encoding="utf-8"))


def _words(kinds: dict[str, list[str]], story: str) -> Words:
    marks = "|".join(kinds.get("mark", [])) or "(?!)"
    return Words(
        mark=re.compile(rf"{_OPEN}(?P<mark>{marks}){_NUMBER}{_AFTER}", _FLAGS),
        bracketed=re.compile(
            rf"(?:[(\[]|\s[-–—]\s)(?P<mark>{marks}){_NUMBER}(?::\s[^()\[\]]{{1,60}})?[)\]]?\s*$", _FLAGS
        ),
        token=re.compile(rf"(?<![^\W_])(?P<mark>{marks})(?![^\W_])", _FLAGS),
        note=_any(kinds.get("note", []), story),
        say=_any(kinds.get("say", []), story),
        cued=_any(kinds.get("cued", []), story),
        stems=tuple(kinds.get("stems", [])),
    )


def _any(patterns: list[str], story: str) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)"
    return re.compile(joined.replace("{story}", story), _FLAGS)
