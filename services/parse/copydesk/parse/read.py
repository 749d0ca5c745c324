"""From the bytes of a document to its articles: the one function that the parse service and `copydesk read` both run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.parse.detect import detect, named
from copydesk.parse.habits import settled
from copydesk.parse.profile import profiles
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article, Provenance

if TYPE_CHECKING:
    from copydesk.parse.format import Format
    from copydesk.parse.raw import Raw


def read(raw: Raw, *, form: str | None = None, feed: str | None = None) -> list[Article]:
    """Return the articles of the document, in order, each with its provenance.

    `form` names the format where the caller knows it; else it is detected. Refusal where the document cannot be read.
    """
    chosen = named(form) if form else detect(raw)
    habits = profiles(feed)
    articles = [
        _stamped(settled(article, habits), index, raw, chosen, feed)
        for index, article in enumerate(chosen.read(raw, habits))
    ]
    if not articles:
        raise Refusal("no-article", f"{chosen.name}: the document holds no article")
    return articles


def _stamped(article: Article, index: int, raw: Raw, form: Format, feed: str | None) -> Article:
    notes = article.provenance.notes if article.provenance else []
    provenance = Provenance(
        sha256=raw.sha256, feed=feed, index=index, received=raw.received, parser=form.label, notes=notes
    )
    return article.model_copy(update={"provenance": provenance, "feed": feed})
