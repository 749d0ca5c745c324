"""What the story says that others said: quotations with their speakers, and reported speech."""

from __future__ import annotations

from copydesk.enrich.enricher import Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.speech.direct import direct_quotes
from copydesk.enrich.speech.lexicon import lexicon
from copydesk.enrich.speech.marked import marked_quotes
from copydesk.enrich.speech.reported import reported_quotes
from copydesk.enrich.speech.story import read_story
from copydesk.enrich.text.language import primary
from copydesk.schemas.article import Article

VERSION = "0.1"


def find(article: Article, _knowledge: Knowledge) -> Findings:
    """Find the quotes of the body, in the order of the text."""
    if not article.body:
        return {}
    lex = lexicon(primary(article.language))
    if lex is None:
        quotes = marked_quotes(article.body, VERSION)
    else:
        story = read_story(article.body, lex, article.entities)
        quotes = direct_quotes(story, VERSION) + reported_quotes(story, VERSION)
    return {"quotes": sorted(quotes, key=lambda quote: quote.span)} if quotes else {}


ENRICHER = Enricher("quotes", VERSION, frozenset({"body", "language", "entities"}), frozenset({"quotes"}), find)
