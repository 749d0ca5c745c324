"""The language of a story whose file states none, among the languages in which news agencies write.

By py3langid (BSD-3-Clause), a naive Bayes model over byte n-grams (Lui and Baldwin, 2012). A stated language is kept.
"""

from __future__ import annotations

from functools import cache

from copydesk.enrich.enricher import Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Evidence
from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = (
    "en de fr es pt it ca nl sv da no fi et lv lt pl cs sk sl hr sr bg mk hu ro el ru uk be tr az ar fa he ur hi bn ta te"
    " th vi id ms tl ko ja zh sq hy ka kk sw af is ga mt eu gl"
)
READ = 300
"""Code points that are looked at: more does not decide better, and costs."""

FEW = 20
"""Letters below which nothing is said."""

SURE = 0.5


def find(article: Article, _knowledge: Knowledge) -> Findings:
    """Give `language` and what it rests on where the article has none and the text is long enough to tell."""
    if article.language:
        return {}
    field = "body" if article.body else "headline"
    text = _sample(article)
    if sum(map(str.isalpha, text)) < FEW:
        return {}
    tag, confidence = identify(text)
    if confidence < SURE:
        return {}
    evidence = Evidence(rule=ENRICHER.label, field=field, confidence=round(min(1.0, confidence), 3))
    return {"language": tag, "evidence": {**article.evidence, "language": evidence}}


def identify(text: str) -> tuple[str, float]:
    """Return the likeliest language (BCP 47) and its probability."""
    tag, confidence = _model().classify(text)
    return str(tag), float(confidence)


def _sample(article: Article) -> str:
    """The head of the story: its headline, then its body."""
    return f"{article.headline or ''}\n{article.body or ''}"[:READ].strip()


@cache
def _model() -> LanguageIdentifier:
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([tag for tag in LANGUAGES.split() if tag in model.labels])
    return model


ENRICHER = Enricher("language", "1.0", frozenset({"body"}), frozenset({"language", "evidence"}), find)
