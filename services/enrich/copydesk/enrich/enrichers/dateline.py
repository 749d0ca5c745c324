"""Where and when the story was filed, as its first line says: `TEHRAN, April 7 (Reuters) -`."""

from __future__ import annotations

import re

from copydesk.enrich.enricher import Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Dateline, Evidence, Place

LINE = re.compile(
    r"\s*(?P<text>(?P<place>[^\W\d_][^(),\n]{1,40}),?[^()\n]{0,25}\((?P<agency>[^()\n]{2,30})\))\s*[-–—]+\s"
)


def find(article: Article, knowledge: Knowledge) -> Findings:
    """Read the dateline at the head of the body."""
    line = LINE.match(article.body or "")
    if not line:
        return {}
    name = line["place"].strip().title()
    known = next(iter(knowledge.gazetteer.find(name)), None)
    place = (
        Place(
            name=name,
            country=known.country,
            latitude=known.latitude,
            longitude=known.longitude,
            geonameid=known.geonameid,
        )
        if known
        else Place(name=name)
    )
    evidence = Evidence(rule=ENRICHER.label, span=line.span("text"))
    return {"dateline": Dateline(text=line["text"], place=place, agency=line["agency"], evidence=evidence)}


ENRICHER = Enricher("dateline", "0.1", frozenset({"body"}), frozenset({"dateline"}), find)
