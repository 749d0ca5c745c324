"""Quotations of a language that nothing else is known of: what stands between marks and is long enough to be speech."""

from __future__ import annotations

from copydesk.enrich.speech.marks import quotations
from copydesk.schemas.article import Evidence, Quote

FEWEST_WORDS = 4
FEWEST_LETTERS = 12
"""For scripts that put no spaces between words."""


def marked_quotes(text: str, version: str) -> list[Quote]:
    """Return the quotations of a text without speakers; titles and single words between marks are none."""
    found = []
    for quotation in quotations(text):
        start, end = quotation.inner
        words = text[start:end].split()
        if len(words) < FEWEST_WORDS and not _unspaced(words):
            continue
        evidence = Evidence(rule=f"quotes-marks@{version}", span=(start, end))
        found.append(Quote(text=text[start:end], span=(start, end), direct=True, evidence=evidence))
    return found


def _unspaced(words: list[str]) -> bool:
    return any(len(word) >= FEWEST_LETTERS and ord(word[0]) > 0x2E7F for word in words)
