"""How long a story is, how long it takes to read, and the sentences that say most of it.

Words are counted by white space, as newsrooms do; scripts without spaces by characters. The summary is the lead and the
sentences nearest to what the whole story talks about, in their order and as they stand there: a lead alone is hard to
beat in news (Nenkova, 2005), so later sentences must earn their place. Knows no language but the shape of words.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from copydesk.enrich.enricher import Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.text.sentences import sentences
from copydesk.schemas.article import Article, Evidence, Span

WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction (Brysbaert, 2019)."""

CHARACTERS_A_MINUTE = 500
"""Chinese and Japanese; 255 Chinese words a minute make about as many characters (Brysbaert, 2019)."""

READ = 12_000
"""Code points that a summary looks at: what a story is about stands before that."""

LONGEST = 70
"""Words of a summary."""

UNSPACED = re.compile(r"[぀-ヿ㐀-鿿]")
WORD = re.compile(r"[^\W\d_]{4,}")
NO_SENTENCE = re.compile(r"^\W*(?:\(|By |Von |Par |Por |#|—+$|_+$)|[:,]$")
PLACE_WEIGHT = 0.15
"""How much a sentence loses for each one before it, on the logarithm."""


def find(article: Article, _knowledge: Knowledge) -> Findings:
    """Give `word_count` where the parser counted none, `reading_minutes`, and `summary` where the story is longer."""
    body = (article.body or "").strip()
    if not body:
        return {}
    characters = len(UNSPACED.findall(body[: 10 * READ]))
    unspaced = characters > 0.3 * min(len(body), 10 * READ)
    words = characters if unspaced else len(body.split())
    found: dict[str, object] = {} if article.word_count else {"word_count": words}
    found["reading_minutes"] = max(1, round(words / (CHARACTERS_A_MINUTE if unspaced else WORDS_A_MINUTE)))
    spans = [] if unspaced else summary(article)
    if spans and article.body:
        found["summary"] = " ".join(" ".join(article.body[a:b].split()) for a, b in spans)
        evidence = Evidence(rule=ENRICHER.label, span=spans[0], field="body")
        found["evidence"] = {**article.evidence, "summary": evidence}
    return found


def summary(article: Article) -> list[Span]:
    """Return the spans of the sentences that stand for the story, in order; none where the story is that short itself."""
    body = article.body or ""
    line = article.dateline.evidence.span if article.dateline and article.dateline.evidence else None
    spans = _candidates(body, article.language, line)
    if len(spans) < 3:
        return []
    bags = [Counter(w.lower() for w in WORD.findall(body, a, b)) for a, b in spans]
    heard = Counter(word for bag in bags for word in bag.elements())
    heard.update(w.lower() for w in WORD.findall(article.headline or "") * 2)
    chosen, covered, left = [0], set(bags[0]), LONGEST - len(body[slice(*spans[0])].split())
    ranked = sorted(range(1, len(spans)), key=lambda n: -_weight(bags[n], heard, covered, n))
    for nth in ranked[:6]:
        words = len(body[slice(*spans[nth])].split())
        if words <= left and len(chosen) < 3 and _weight(bags[nth], heard, covered, nth) > 0:
            chosen.append(nth)
            covered |= set(bags[nth])
            left -= words
    return [spans[nth] for nth in sorted(chosen)]


def _candidates(body: str, language: str | None, line: Span | None) -> list[Span]:
    spans = []
    for start, end in sentences(body[:READ], language)[:60]:
        if line and start < line[1]:
            head = re.compile(r"[\s_–—:.-]*").match(body, line[1], max(end, line[1]))
            start = head.end() if head else start
        text = body[start:end]
        if end - start > 30 and not NO_SENTENCE.search(text):
            spans.append((start, end))
    return spans


def _weight(bag: Counter[str], heard: Counter[str], covered: set[str], nth: int) -> float:
    """How much of what the story repeats the sentence says that is not said yet, less for a long or late one."""
    new = sum(math.log(heard[w]) for w in bag if w not in covered and heard[w] > 1)
    return new / math.sqrt(max(8, len(bag))) * math.exp(-PLACE_WEIGHT * math.log1p(nth))


ENRICHER = Enricher(
    "digest",
    "1.0",
    frozenset({"body", "language", "dateline"}),
    frozenset({"word_count", "reading_minutes", "summary", "evidence"}),
    find,
)
