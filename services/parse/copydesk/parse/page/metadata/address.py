"""What a page's address says of its story: the words of its path, which an editor's system cut from the first headline."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from urllib.parse import unquote, urlsplit

LEAST, MOST = 4, 40
"""Words that a path must have to say something, and how many are looked at."""
_WORD = re.compile(r"[^\W_]+")
_SUFFIX = re.compile(r"\.\w{2,5}$")
_NUMBER = re.compile(r"[a-z]{0,4}\d{5,}|[0-9a-f]{8,}")
"""A word of a path that is the story's number in the publisher's system."""
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d"})


def slug(link: str | None) -> list[str]:
    """Return the words of the part of the address that has most of them; empty where it has fewer than `LEAST`."""
    try:
        path = unquote(urlsplit(link or "").path)
    except ValueError:
        return []
    parts = [_WORD.findall(_SUFFIX.sub("", part.lower())) for part in path[:2000].split("/")]
    words = [word for word in max(parts, key=len, default=[]) if len(word) > 1 and not _NUMBER.fullmatch(word)]
    return words[:MOST] if len(words) >= LEAST else []


def likeness(text: str, words: Sequence[str]) -> float:
    """Return how alike a text and the words of an address are, in their order: 0 to 1 (Ratcliff and Metzener 1988)."""
    plain = [word for word in _WORD.findall(spelt(text)) if len(word) > 1][:MOST]
    if not words or not plain:
        return 0.0
    return SequenceMatcher(None, plain, list(words), autojunk=False).ratio()


def spelt(text: str) -> str:
    """Return the text as addresses spell it: without case and accents, umlauts as two letters."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_SPELT))
    return "".join(c for c in apart if not unicodedata.combining(c))
