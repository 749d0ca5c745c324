"""Whether a page holds a story at all: index pages, walls and errors are refused, never passed as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.parse.page.cues import cues
from copydesk.parse.page.dom.blocks import Block
from copydesk.parse.page.features import length
from copydesk.parse.page.lines import normal

STUB_WORDS = 40
"""A story with fewer words (two ideographs a word) is none, unless the page says that it is an article."""
SHORT_WORDS = 120
LIST_TITLES = 8
"""Linked headings from which a page looks like a list of other stories."""


LONG_PARAGRAPH, SOLID_WORDS = 35, 200
"""A page with so many words in paragraphs of at least that length is no list, whatever else stands on it."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against a story."""

    body: str
    kept: Sequence[Block]
    blocks: Sequence[Block]
    titles: Sequence[str]
    """The page's own titles: `title`, `og:title`, first headings."""
    claims_article: bool
    """The markings say that it is an article: JSON-LD, OpenGraph type, publication time."""
    claims_list: bool
    """The markings say that it is a list: `CollectionPage`, `WebSite` alone, OpenGraph type `website`."""
    free: bool = True
    """False where JSON-LD says `isAccessibleForFree: false`."""


def verdict(evidence: Evidence) -> str | None:
    """Return why the page is no article (`error-page`, `consent-wall`, `paywall`, `index-page`, `stub`), None where it is one."""
    words = length(evidence.body)
    said = [normal(title) for title in evidence.titles if title]
    shown = [normal(block.text[:600]) for block in evidence.blocks[:80]]
    if words < 250 and _says("missing", said):
        return "error-page"
    if words < SHORT_WORDS and not evidence.claims_article and _says("missing", shown):
        return "error-page"
    walls = sum(
        cues("consent").count(text, text.split()) for text in (*said, *(normal(b.text[:2000]) for b in evidence.kept))
    )
    if (walls >= 2 and words < 400 and not evidence.claims_article) or (
        walls and words < SHORT_WORDS and not evidence.claims_article
    ):
        return "consent-wall"
    gate = any(cues("paywall").count(text, text.split()) for text in shown)
    if words < SHORT_WORDS and (not evidence.free or gate):
        return "paywall"
    if not evidence.claims_article and _lists(evidence, words):
        return "index-page"
    if words < (STUB_WORDS // 2 if evidence.claims_article else STUB_WORDS):
        return "stub"
    return None


def _says(kind: str, texts: Sequence[str]) -> bool:
    return any(cues(kind).count(text, text.split()) for text in texts)


def _lists(evidence: Evidence, words: float) -> bool:
    """Whether the page is mainly titles that lead elsewhere."""
    if sum(size for block in evidence.kept if (size := length(block.text)) >= LONG_PARAGRAPH) >= SOLID_WORDS:
        return False
    linked = [b for b in evidence.blocks if b.linked >= 0.8 * len(b.text) and 4 <= length(b.text) <= 30]
    titles = sum(_in_heading(block) for block in linked)
    many = titles >= LIST_TITLES or len(linked) >= 3 * LIST_TITLES
    parents = {id(block.context.parent) for block in evidence.kept}
    scattered = len(evidence.kept) >= 4 and len(parents) > 0.7 * len(evidence.kept)
    cut = sum(block.text.rstrip().endswith(("…", "...")) for block in evidence.kept)
    if cut >= 5 and cut >= 0.5 * len(evidence.kept):
        return True
    listed = sum(length(block.text) for block in linked)
    if evidence.claims_list:
        return (many and (scattered or words < 2 * SHORT_WORDS)) or listed > words
    return many and (scattered or listed > 1.5 * words or words < SHORT_WORDS)


def _in_heading(block: Block) -> bool:
    context = block.context
    return context.tag in {"h1", "h2", "h3", "h4"} or (
        context.parent is not None and context.parent.tag in {"h2", "h3", "h4"}
    )
