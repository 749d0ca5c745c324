"""Numbers in words and digits: `three`, `twenty-one`, `two and a half`, `5 1/2`, `1,500`, `einundzwanzig`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from copydesk.enrich.timex.lexicon import Value

HALF = 0.5
MULTIPLIERS = (HALF, 12, 100, 1000)
FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
DIGITS = re.compile(r"(\d+(?:[.,]\d+)*)(?:\s?([½¼¾])|[\s-](\d)/(\d))?")


def number(text: str, words: Mapping[str, Value]) -> float | None:
    """Return the number, None where it is vague or none (`several`)."""
    if found := DIGITS.fullmatch(text):
        whole = found[1]
        grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", whole)
        base = float(re.sub(r"[.,]", "", whole) if grouped else whole.replace(",", "."))
        return base + FRACTIONS.get(found[2] or "", 0.0) + (int(found[3]) / max(1, int(found[4])) if found[3] else 0.0)
    whole_text = " ".join(text.lower().split())
    if whole_text in words:
        return float(words[whole_text])
    return _spelled(re.split(r"[\s-]+", whole_text), words)


def _spelled(parts: list[str], words: Mapping[str, Value]) -> float | None:
    """Add up words: tens and units, hundreds and thousands multiply what stands before them, halves add."""
    if len(parts) > 1 and words.get(parts[0]) == 1 and words.get(parts[1], 1) not in MULTIPLIERS:
        parts = parts[1:]  # an article: `a five-hour flight`
    if len(parts) > 1 and words.get(parts[-1]) == HALF and parts[0] in words:
        return float(words[parts[0]]) + HALF
    total = 0.0
    for word in parts:
        if word not in words:
            return None
        value = float(words[word])
        total = max(1.0, total) * value if value in MULTIPLIERS[1:] else total + value
    return total
