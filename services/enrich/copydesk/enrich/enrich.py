"""From a parsed article to what it says: the one function that the enrich service and `copydesk read` both run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.enrich.enricher import known
from copydesk.schemas.article import Provenance

if TYPE_CHECKING:
    from copydesk.enrich.knowledge.library import Knowledge
    from copydesk.schemas.article import Article


READ_CHARACTERS = 1_000_000
"""Code points of a body that enrichers read: some seconds' work. What is longer is no story, and must not hold up the others."""


def enrich(article: Article, knowledge: Knowledge) -> Article:
    """Return the article with what every enricher found in it, and their names in its provenance.

    Of a body longer than `READ_CHARACTERS` only so much is read, and a note says so.
    """
    whole = article.body
    long = whole is not None and len(whole) > READ_CHARACTERS
    if whole is not None and long:
        article = article.model_copy(update={"body": whole[:READ_CHARACTERS]})
    ran = []
    for enricher in known():
        found = enricher.find(article, knowledge)
        if stray := found.keys() - enricher.gives:
            raise TypeError(f"{enricher.name} gave {sorted(stray)}, which it does not declare")
        if evidence := found.get("evidence"):  # what several enrichers' plain fields rest on stands side by side
            found = {**found, "evidence": {**article.evidence, **evidence}}
        article = article.model_copy(update=dict(found))
        ran.append(enricher.label)
    provenance = article.provenance or Provenance()
    notes = [f"enrich: read the first {READ_CHARACTERS} characters of the body"] if long else []
    provenance = provenance.model_copy(update={"enrichers": ran, "notes": [*provenance.notes, *notes]})
    return article.model_copy(update={"provenance": provenance, "body": whole})
