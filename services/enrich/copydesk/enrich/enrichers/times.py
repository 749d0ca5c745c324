"""Time expressions with their TIMEX3 values. Knows the languages that `timex/languages/` has a grammar for."""

from __future__ import annotations

from datetime import date

from copydesk.enrich.enricher import MOST_TEXT, Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.timex.scan import Time, times
from copydesk.schemas.article import Article, Evidence, TimeExpression

VERSION = "1.0"


def find(article: Article, _knowledge: Knowledge) -> Findings:
    """Find and resolve them against the dateline's date, else `versioncreated`, else `published`."""
    body = (article.body or "")[:MOST_TEXT]
    language = (article.language or "").partition("-")[0].lower()
    anchor, dated = _anchor(article)
    line = article.dateline.evidence.span if article.dateline and article.dateline.evidence else None
    found = [_expression(body, time) for time in times(body, language, anchor, dated=dated) if not _inside(time, line)]
    return {"times": found} if found else {}


def _anchor(article: Article) -> tuple[date | None, bool]:
    if article.dateline and article.dateline.date:
        return article.dateline.date, True
    stamp = article.versioncreated or article.published or article.firstcreated
    return (stamp.date() if stamp else None), article.dateline is not None


def _inside(time: Time, line: tuple[int, int] | None) -> bool:
    return line is not None and time.span[0] < line[1] and time.span[1] > line[0] and time.type == "DURATION"


def _expression(body: str, time: Time) -> TimeExpression:
    start, end = time.span
    return TimeExpression.model_validate(
        {
            "text": body[start:end],
            "span": (start, end),
            "type": time.type,
            "value": time.value,
            "evidence": Evidence(rule=f"times.{time.rule}@{VERSION}", span=(start, end)),
        }
    )


ENRICHER = Enricher("times", VERSION, frozenset({"body", "language", "dateline"}), frozenset({"times"}), find)
