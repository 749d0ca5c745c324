"""What a desk says to other desks in words: kill, correction, update, advisory, embargo, lift.

Codes that the provider sent stay; words add to them. A story about a killing, a court's correction or an arms embargo is
none of these: see `marks/reading.py` for where the words are looked for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from copydesk.enrich.enricher import Enricher, Findings
from copydesk.enrich.knowledge.agencies import local_zone
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.marks.embargo import READ, until
from copydesk.enrich.marks.reading import Mark, marks
from copydesk.schemas.article import Article, Evidence


def find(article: Article, _knowledge: Knowledge) -> Findings:
    """Read the marks; a kill cancels, and an embargo whose end cannot be made out withholds."""
    found = marks(article)
    if not found:
        return {}
    said = {mark.signal: mark for mark in found}
    evidence = {"signals": _evidence(found[0])}
    findings: dict[str, Any] = {"signals": list(dict.fromkeys([*article.signals, *said]))}
    if "kill" in said and article.pubstatus != "canceled":
        findings["pubstatus"] = "canceled"
        evidence["pubstatus"] = _evidence(said["kill"])
    if "embargo" in said and article.embargoed is None:
        end, assumed = _end(article, said["embargo"])
        if end:
            findings["embargoed"] = end
            findings.update({"timezone_assumed": assumed} if assumed else {})
            evidence["embargoed"] = _evidence(said["embargo"])
        elif article.pubstatus == "usable":
            findings["pubstatus"] = "withheld"
            evidence["pubstatus"] = _evidence(said["embargo"])
    return {**findings, "evidence": evidence}


def _end(article: Article, mark: Mark) -> tuple[datetime | None, str | None]:
    """When the embargo ends, and the agency's own zone where only that gives its hour a meaning."""
    words, language, seen = _words(article, mark), _language(article), _sent(article)
    stated = until(words, language=language, seen=seen, zone=article.timezone_assumed)
    zone = local_zone(article.provider)
    if stated or article.timezone_assumed or not zone:
        return stated, None
    end = until(words, language=language, seen=seen, zone=zone)
    return end, zone if end else None


def _language(article: Article) -> str:
    code = (article.language or "en").partition("-")[0].lower()
    return {"nb": "no", "nn": "no"}.get(code, code)


def _sent(article: Article) -> datetime | None:
    return article.versioncreated or article.firstcreated or article.published


def _words(article: Article, mark: Mark) -> str:
    """The text from the words for embargo on."""
    if mark.span:
        return (article.body or "")[mark.span[0] : mark.span[0] + READ]
    text = getattr(article, mark.field) or ""
    return str(text)


def _evidence(mark: Mark) -> Evidence:
    rule = f"{ENRICHER.name}.{mark.kind}@{ENRICHER.version}"
    return Evidence(rule=rule, span=mark.span) if mark.span else Evidence(rule=rule, field=mark.field)


NEEDS = frozenset({"headline", "slugline", "takekey", "ednote", "body", "language", "signals", "versioncreated"})
GIVES = frozenset({"signals", "pubstatus", "embargoed", "timezone_assumed", "evidence"})
ENRICHER = Enricher("signals", "1.0", NEEDS, GIVES, find)
