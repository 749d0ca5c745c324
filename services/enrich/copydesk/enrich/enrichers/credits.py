"""Who made the story: from the wire's byline field, the byline at its head and the sign-off at its end.

Knows the forms of agencies in the languages of `credit/roles.tsv`, whatever language the article states.
"""

from __future__ import annotations

from copydesk.enrich.credit.byline import bylines, field
from copydesk.enrich.credit.signoff import Found, signoffs
from copydesk.enrich.enricher import Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Credit, Evidence


def find(article: Article, _knowledge: Knowledge) -> Findings:
    """Read them in that order; the same name in the same role counts once, credits that the wire sent stay first."""
    body = article.body or ""
    line = article.dateline.evidence.span if article.dateline and article.dateline.evidence else None
    known = list(article.credits)
    seen = {(c.role, c.name.casefold()) for c in known}
    spoken = [(found, True) for found in field(article.byline or "")]
    spoken += [(found, False) for found in (*bylines(body, line[0] if line else None), *signoffs(body))]
    for found, by_field in spoken:
        role, name, _span = found
        if (role, name.casefold()) not in seen:
            seen.add((role, name.casefold()))
            known.append(_credit(found, by_field=by_field))
    return {"credits": known} if len(known) > len(article.credits) else {}


def _credit(found: Found, *, by_field: bool) -> Credit:
    role, name, span = found
    evidence = Evidence(rule=ENRICHER.label, field="byline") if by_field else Evidence(rule=ENRICHER.label, span=span)
    return Credit(role=role, name=name, evidence=evidence)


ENRICHER = Enricher("credits", "1.0", frozenset({"body", "dateline"}), frozenset({"credits"}), find)
