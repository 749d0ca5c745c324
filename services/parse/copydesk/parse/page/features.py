"""What can be seen of each line of a text without knowing its language: the input of the line model.

Three kinds: the line's own looks, the document's, and the line's place among its neighbours. The function words of any
language are the words that the document itself uses most; the story's own words are those that its long lines share.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from copydesk.parse.page.anchors import end_mark, is_sign_off
from copydesk.parse.page.cues import cues
from copydesk.parse.page.lines import Line
from copydesk.parse.page.stamps import is_stamp
from copydesk.parse.page.teasers import chrome, inline, label
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_STOP = re.compile(r"[.!?。！？।؟۔։።][\"'”’»“„‘)\]）」』]*$")
_DOTS = re.compile(r"(?:\.\.\.|…|\[…\])[\"'”’»]*$")
_INNER_STOP = re.compile(r"[.!?][\"'”’»)]*\s|[。！？।؟]")
_LINK = re.compile(r"https?://|www\.|\w@\w|\.(?:com|org|net)\b")
_MARKS = re.compile(r"[|•·›»→▸▶▪■►★✓✅]")
_QUOTE = re.compile(r"[\"“”„«»「」『』]")
_COMMA = re.compile(r"[,;，、،；]")
_SYMBOL = re.compile("[©®™#@\U0001f300-\U0001faff]")
_CAPITALS = bytes(range(ord("A"), ord("Z") + 1))
LOOKED_AT = 2_000
"""Code points of a line that are looked at."""
FREQUENT = 40
"""How many of a document's commonest words are taken for its function words."""
WINDOW = 3
PROSE_WORDS = 12


@dataclass(frozen=True)
class Look:
    """A line, its words and its length in words (two ideographs, kana or hangul count for a word)."""

    line: Line
    words: list[str]
    length: float


def features(lines: Sequence[Line]) -> Matrix:
    """Return one row of numbers a line."""
    if not lines:
        return np.zeros((0, 0), dtype=np.float32)
    looks = [_look(line) for line in lines]
    alike = {(look.line.text, look.line.gap): look for look in looks}
    seen = {mark: _own(look) for mark, look in alike.items()}  # a line that repeats is looked at once
    own = np.array([seen[look.line.text, look.line.gap] for look in looks], dtype=np.float32)
    shared = _shared(looks)
    place = _place(looks)
    document = _document(looks)
    whole = np.hstack([own, shared, place, np.tile(document, (len(looks), 1))])
    around = own[:, :NEIGHBOURLY]
    return np.hstack([whole, *(shifted(around, by) for by in range(-WINDOW, WINDOW + 1) if by)])


NEIGHBOURLY = 10
"""How many of a line's own numbers, from the first, are also shown for its neighbours."""


def length(text: str) -> float:
    """Return how long the text is in words; two ideographs, kana or hangul count for one."""
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    return max(len(_WORD.findall(text)), unspaced / 2)


def _look(line: Line) -> Look:
    text = line.text[:LOOKED_AT]
    return Look(line, _WORD.findall(text.casefold()), length(text))


def _own(look: Look) -> list[float]:
    text, words = look.line.text[:LOOKED_AT], look.words
    key_words = look.line.key[:LOOKED_AT].split()
    size, count = len(text), max(1.0, look.length)
    letters, capitals, digits = _characters(text)
    raw_words = text.split()
    short = len(text) <= 160
    chrome_like = cues("chrome").count(look.line.key, key_words) if short else 0
    return [
        math.log1p(look.length),
        float(_STOP.search(text) is not None),
        float(look.length >= PROSE_WORDS and (_STOP.search(text) is not None or _INNER_STOP.search(text) is not None)),
        min(5.0, len(_INNER_STOP.findall(text))),
        float(short and label(text)),
        float(short and (chrome(text) or chrome_like > 0)),
        float(short and is_stamp(text)),
        digits / size,
        sum(w[:1].isupper() for w in raw_words) / (len(raw_words) or 1),
        min(6.0, cues("legal").count(look.line.key, key_words)) / math.sqrt(count),
        float(look.line.gap),
        math.log1p(size),
        len(_COMMA.findall(text)) / count,
        float(_DOTS.search(text) is not None),
        float(text.endswith((":", "："))),
        capitals / (letters or 1),
        float(text[0].islower()),
        float(text[0].isdigit()),
        float(_MARKS.match(text[0]) is not None or text[0] in "-*–—+>"),
        min(4.0, len(_QUOTE.findall(text))),
        min(2.0, len(_LINK.findall(text))),
        min(4.0, len(_MARKS.findall(text))),
        min(4.0, len(_SYMBOL.findall(text))),
        min(3.0, cues("caption").count(look.line.key, key_words)) if look.length < 60 else 0.0,
        float(bool(words) and cues("byline").begin(key_words) > 0 and look.length < 20),
        chrome_like / count if short else 0.0,
        float(cues("related").begin(key_words) > 0),
        float(short and inline(text) is not None),
        min(3.0, cues("paywall").count(look.line.key, key_words)),
        min(3.0, cues("consent").count(look.line.key, key_words)),
        float(is_sign_off(text[-400:])),
        float(end_mark(text, frozenset()) is not None) if size < 20 else 0.0,
        sum(len(w) for w in words) / (len(words) or 1),
        float(text.count("(") != text.count(")")),
        float("?" in text or "？" in text),
    ]


def _characters(text: str) -> tuple[int, int, int]:
    """How many letters, capitals and digits the text has; bytes are counted faster than characters."""
    if not text.isascii():
        return sum(map(str.isalpha, text)), sum(map(str.isupper, text)), sum(map(str.isdigit, text))
    data = text.encode()
    capitals = len(data) - len(data.translate(None, _CAPITALS))
    small = len(data) - len(data.translate(None, _CAPITALS.lower()))
    return capitals + small, capitals, len(data) - len(data.translate(None, b"0123456789"))


def _shared(looks: Sequence[Look]) -> Matrix:
    """What lines have in common: repetitions, the document's commonest words, the vocabulary of its long lines."""
    seen = Counter(look.line.key for look in looks)
    # Of words used equally often the earlier ones count: a set's order would differ from one process to the next.
    counts = Counter(word for look in looks if look.length >= PROSE_WORDS for word in dict.fromkeys(look.words))
    frequent = {word for word, _ in counts.most_common(FREQUENT)}
    in_prose = Counter(word for look in looks if look.length >= PROSE_WORDS for word in set(look.words) - frequent)
    starts = Counter(look.line.key[:24] for look in looks if len(look.line.key) >= 24)
    first = set(looks[0].words) if looks else set()
    rows = []
    for look in looks:
        total = len(look.words) or 1
        known = sum((in_prose[w] - (look.length >= PROSE_WORDS)) > 0 for w in look.words)
        strong = sum(in_prose[w] > 2 for w in look.words if len(w) > 3)
        rows.append(
            [
                min(4.0, seen[look.line.key] - 1),
                float(len(look.line.key) >= 24 and starts[look.line.key[:24]] > 1),
                sum(w in frequent for w in look.words) / total,
                known / total,
                strong / total,
                sum(w in first for w in look.words if len(w) > 3) / total,
            ]
        )
    return np.array(rows, dtype=np.float32)


def _place(looks: Sequence[Look]) -> Matrix:
    """Where the line stands: in the text, from the nearest prose, and in the densest stretch of it."""
    n = len(looks)
    length = np.array([look.length for look in looks], dtype=np.float32)
    prose = np.array(
        [float(look.length >= PROSE_WORDS and _INNER_STOP.search(look.line.text + " ") is not None) for look in looks]
    )
    total = np.concatenate([[0.0], np.cumsum(length)])
    count = np.concatenate([[0.0], np.cumsum(prose)])
    gain = np.where(prose > 0, np.minimum(length, 80.0), -8.0)
    start, end = best_stretch(gain)
    at = np.arange(n)
    columns = [
        at / n,
        total[:-1] / (total[-1] or 1),
        np.log1p(at),
        np.log1p(n - at),
        count[:-1] / (count[-1] or 1),
        np.log1p(count[:-1]),
        np.log1p(count[-1] - count[1:]),
        _since(prose),
        _since(prose[::-1])[::-1],
        ((at >= start) & (at < end)).astype(float),
        np.clip(at - start, -20, 20),
        np.clip(at - end, -20, 20),
    ]
    columns += [_window(values, width) for width in (2, 5, 12) for values in (prose, np.minimum(length, 60.0))]
    return np.stack(columns, axis=1).astype(np.float32)


def best_stretch(gain: NDArray[np.float64]) -> tuple[int, int]:
    """Return `[start, end)` of the run with the greatest sum (Kadane 1984)."""
    best, start, end, total, since = -math.inf, 0, 0, 0.0, 0
    for at, value in enumerate(gain):
        if total <= 0:
            total, since = 0.0, at
        total += float(value)
        if total > best:
            best, start, end = total, since, at + 1
    return start, end


def shifted(values: Matrix, by: int) -> Matrix:
    """Return the rows of the lines `by` places further on; -1 where there is no such line."""
    out = np.full_like(values, -1.0)
    if by > 0:
        out[:-by] = values[by:]
    elif by < 0:
        out[-by:] = values[:by]
    return out


def _since(prose: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many lines ago the last prose was, at most 15."""
    out, ago = np.empty(len(prose)), 15.0
    for at, value in enumerate(prose):
        out[at] = ago
        ago = 0.0 if value else min(15.0, ago + 1)
    return out


def _window(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The mean of the lines at most `width` away."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    low, high = np.maximum(0, at - width), np.minimum(len(values), at + width + 1)
    means: NDArray[np.float64] = (total[high] - total[low]) / (high - low)
    return means


def _document(looks: Sequence[Look]) -> NDArray[np.float32]:
    n = len(looks)
    length = np.array([look.length for look in looks])
    prose = length >= PROSE_WORDS
    return np.array(
        [
            math.log1p(n),
            math.log1p(float(length.sum())),
            float(prose.mean()),
            float(length[prose].sum() / (length.sum() or 1)),
            float(np.median(length)),
            float(np.mean([look.line.gap for look in looks])),
        ],
        dtype=np.float32,
    )
