"""Subjects: names for codes that came without, Media Topics for old Subject Codes, and topics where none came.

Codes as sent stay first. Topics are inferred from the words of headline and text for the languages of
`topics/newswords.tsv`; each says how sure it is, and below `SURE` nothing is said.
"""

from __future__ import annotations

from copydesk.enrich.enricher import Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.topics.classify import ranked, scores
from copydesk.enrich.topics.vocabulary import OLD, PREFIX, vocabulary
from copydesk.schemas.article import Article, Evidence, Subject

SURE = 0.36
"""Confidence from which a topic is given; measured on the stories of the tests."""

SECOND = 0.27
"""Confidence from which a second topic is given beside the first."""


def find(article: Article, _knowledge: Knowledge) -> Findings:
    """Fill names, map old codes, and infer topics where no IPTC code came."""
    known = [_named(subject) for subject in article.subjects]
    known += _mapped(known)
    if not any((s.code or "").startswith(PREFIX) for s in known):
        known += _inferred(article)
    return {"subjects": known} if known != article.subjects else {}


def _named(subject: Subject) -> Subject:
    name = None if subject.name else vocabulary().name(subject.code or "")
    return subject.model_copy(update={"name": name}) if name else subject


def _mapped(subjects: list[Subject]) -> list[Subject]:
    """The media topics that old codes mean, each once, where the story states it not itself."""
    seen = {s.code for s in subjects}
    found = []
    for subject in subjects:
        code = vocabulary().media_topic(subject.code) if (subject.code or "").startswith(OLD) and subject.code else None
        if code and code not in seen:
            seen.add(code)
            evidence = Evidence(rule=ENRICHER.label, field="subjects")
            found.append(Subject(code=code, scheme="medtop", name=vocabulary().name(code), evidence=evidence))
    return found


def _inferred(article: Article) -> list[Subject]:
    language = (article.language or "").partition("-")[0].lower()
    headline, body = article.headline or "", article.body or ""
    found = ranked(scores(headline, body, language))
    if not found or found[0][1] < SURE:
        return []
    return [_topic(topic, sure, "body" if body else "headline") for topic, sure in found[:2] if sure >= SECOND]


def _topic(topic: str, sure: float, field: str) -> Subject:
    code = f"{PREFIX}{topic}000000"
    confidence = round(min(1.0, sure), 3)
    evidence = Evidence(rule=ENRICHER.label, field=field, confidence=confidence)
    return Subject(code=code, scheme="medtop", name=vocabulary().name(code), confidence=confidence, evidence=evidence)


ENRICHER = Enricher("topics", "1.0", frozenset({"headline", "body", "language"}), frozenset({"subjects"}), find)
