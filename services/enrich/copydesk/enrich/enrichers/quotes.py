"""What the story says that others said: quotations with their speakers, and reported speech."""

from __future__ import annotations

import re

from copydesk.enrich.enricher import MOST_TEXT, Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.speech.direct import direct_quotes
from copydesk.enrich.speech.lexicon import lexicon
from copydesk.enrich.speech.marked import marked_quotes
from copydesk.enrich.speech.reported import reported_quotes
from copydesk.enrich.speech.story import read_story
from copydesk.enrich.text.language import primary
from copydesk.schemas.article import Article, Quote, Span

VERSION = "1.0"
DASH = re.compile(r"\s*[-–—_:.]+\s*")
PLACE = re.compile(r"\s*[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.' -]{2,40}:\s+")
"""A dateline of a place alone, as some republishers cut it: `ADDIS ABABA: …`."""


def find(article: Article, _knowledge: Knowledge) -> Findings:
    """Find the quotes of the body, in the order of the text."""
    body = (article.body or "")[:MOST_TEXT]
    if not body:
        return {}
    lex = lexicon(primary(article.language))
    if lex is None:
        quotes = marked_quotes(body, VERSION)
    else:
        story = read_story(body, lex, article.entities, _behind_dateline(article))
        quotes = direct_quotes(story, VERSION) + reported_quotes(story, VERSION)
        bodies = _bodies(article)
        quotes = [_wholly_named(quote, bodies) for quote in quotes]
    return {"quotes": sorted(quotes, key=lambda quote: quote.span)} if quotes else {}


def _behind_dateline(article: Article) -> int:
    """Return where the first sentence begins: a dateline is no part of what anybody says."""
    body, line = article.body or "", article.dateline
    stated = line.evidence.span[1] if line and line.evidence and line.evidence.span else 0
    found = DASH.match(body, stated) if stated else PLACE.match(body)
    return found.end() if found else stated


def _bodies(article: Article) -> dict[str, list[tuple[Span, str]]]:
    """Return every mention of an organisation by its first word: its span and the words there."""
    body = article.body or ""
    found: dict[str, list[tuple[Span, str]]] = {}
    for entity in article.entities:
        for start, end in entity.spans if entity.type == "organisation" else []:
            name = body[start:end]
            found.setdefault(name.split(" ", 1)[0], []).append(((start, end), name))
    return found


def _wholly_named(quote: Quote, bodies: dict[str, list[tuple[Span, str]]]) -> Quote:
    """Give a speaker the whole name of a body: `Ministerio de la Producción`, where a phrase ends at its first noun."""
    speaker = quote.speaker
    if speaker is None or speaker.name is None or speaker.span is None:
        return quote
    for (start, end), name in bodies.get(speaker.name.split(" ", 1)[0], []):
        within = speaker.span[0] <= start and end <= speaker.span[1]
        if within and len(name) > len(speaker.name) and name.startswith(f"{speaker.name} "):
            return quote.model_copy(update={"speaker": speaker.model_copy(update={"name": name})})
    return quote


ENRICHER = Enricher(
    "quotes", VERSION, frozenset({"body", "language", "entities", "dateline"}), frozenset({"quotes"}), find
)
