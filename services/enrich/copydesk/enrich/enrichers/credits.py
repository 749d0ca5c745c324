"""Who made the story: from the wire's byline field, the byline at its head and the sign-off at its end.

Knows the forms of agencies in the languages of `credit/roles.tsv`, whatever language the article states.
"""

from __future__ import annotations

from copydesk.enrich.credit.byline import bylines, field
from copydesk.enrich.credit.signoff import Found, signoffs
from copydesk.enrich.enricher import Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Credit, Evidence

MAKERS = frozenset({"reporter", "writer", "author", "photographer", "fotograf", "creator"})
"""Roles that the wire itself may give; a bare byline adds nothing to them."""

BY_TYPE = {"picture": "photographer", "graphic": "graphic artist", "video": "videographer"}
"""What a bare byline's names are of."""


def find(article: Article, _knowledge: Knowledge) -> Findings:
    """Read them in that order; the same name in the same role counts once, credits that the wire sent stay first."""
    body = article.body or ""
    line = article.dateline.evidence.span if article.dateline and article.dateline.evidence else None
    known = list(article.credits)
    named = {c.name.casefold() for c in known if c.role in MAKERS}
    for found in field(article.byline or ""):
        if found[0] != "reporter":
            known.append(_credit(found, by_field=True))
        elif found[1].casefold() not in named:
            maker = BY_TYPE.get(article.type, "reporter")
            known.append(_credit((maker, *found[1:]), by_field=True))
    known += [_credit(f, by_field=False) for f in (*bylines(body, line[0] if line else None), *signoffs(body))]
    credits_once = _once(known)
    return {"credits": credits_once} if len(credits_once) > len(article.credits) else {}


def _once(known: list[Credit]) -> list[Credit]:
    """Each name once a role, and no surname alone of somebody who stands there with the whole name."""
    seen: set[tuple[str, str]] = set()
    whole = {c.name.casefold() for c in known if " " in c.name}
    kept = []
    for credit in known:
        name = credit.name.casefold()
        again = (credit.role, name) in seen or any(full.endswith(f" {name}") for full in whole)
        seen.add((credit.role, name))
        if not again or credit.evidence is None:
            kept.append(credit)
    return kept


def _credit(found: Found, *, by_field: bool) -> Credit:
    role, name, span = found
    evidence = Evidence(rule=ENRICHER.label, field="byline") if by_field else Evidence(rule=ENRICHER.label, span=span)
    return Credit(role=role, name=name, evidence=evidence)


ENRICHER = Enricher("credits", "1.0", frozenset({"body", "dateline"}), frozenset({"credits"}), find)
