"""Where and when the story was filed, as its first line says: `TEHRAN, April 7 (Reuters) -`.

Knows the datelines of agencies in the languages of `knowledge/calendar.tsv`; one without date or known agency is taken
only where the gazetteer knows its place.
"""

from __future__ import annotations

import re
from datetime import date

from copydesk.enrich.dateline.line import Line, find_lines, parse
from copydesk.enrich.dateline.place import placed
from copydesk.enrich.dateline.year import infer, month_of
from copydesk.enrich.enricher import Enricher, Findings
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Dateline, Evidence

SENTENCE = re.compile(r"\s[-–—]\s[^\W\d_a-zß-ÿ][^\n]{60}")
LARGE = 100_000
NAMED = re.compile(r"[^\W\d_]*[a-zß-ÿ][^\W\d_]*(?: [^\W\d_]+){0,3}")
"""A maker's name between brackets that no table has: `PORT ELLERY (Valley Wire) --`; no party, no ticker."""
SPEAKER = re.compile(r"^[^\W\d_a-zß-ÿ][^\W\d_a-zß-ÿ. '-]+:", re.MULTILINE)
"""A label at the head of a line: `CLINTON:`."""


def find(article: Article, knowledge: Knowledge) -> Findings:
    """Read the dateline at the head of the body, or the one that the wire sent as a field."""
    sent, body = article.dateline, article.body or ""
    language = (article.language or "en").partition("-")[0].lower()
    if sent and sent.text:
        line = parse(sent.text, 0, len(sent.text.rstrip(" -–—_")), language)
        return {"dateline": _filled(sent, line, article, knowledge, language)} if line else {}
    for line in find_lines(body, language):
        if _trusted(line, body, knowledge) or (language == "de" and _german(line, body, knowledge)):
            text = body[slice(*line.span)]
            base = Dateline(text=" ".join(text.split()))
            return {"dateline": _filled(base, line, article, knowledge, language)}
    return {}


def _trusted(line: Line, body: str, knowledge: Knowledge) -> bool:
    """Whether it is a dateline: by its date or agency, else by places that are known and look like a dateline's.

    A colon closes names of speakers as well: a text that has more of them is an interview or a play.
    """
    capitals = all(name.isupper() for name, _ in line.places)
    if line.certain or (line.places and capitals and line.agency and NAMED.fullmatch(line.agency)):
        return True
    if not line.places or not all(knowledge.gazetteer.find(name) for name, _ in line.places):
        return False
    if line.colon and SPEAKER.search(body, line.span[1] + 1):
        return False
    return line.day is not None or line.known_agency or capitals


def _german(line: Line, body: str, knowledge: Knowledge) -> bool:
    """Whether a city stands before a dash and a capital as German papers print it: `Berlin - Die Brücke ist gesperrt.`."""
    if len(line.places) != 1 or line.places[0][1] or not SENTENCE.match(body, line.span[1]):
        return False
    found = knowledge.gazetteer.find(line.places[0][0])
    return line.span[0] == 0 and bool(found) and found[0].population >= LARGE


def _filled(base: Dateline, line: Line, article: Article, knowledge: Knowledge, language: str) -> Dateline:
    places = [placed(name, region, knowledge.gazetteer, article.body or "") for name, region in line.places]
    day, inferred, confidence, candidates = _day(line, article, language)
    read_from_field = article.dateline is not None
    evidence = Evidence(
        rule=ENRICHER.label,
        span=None if read_from_field else line.span,
        field="dateline" if read_from_field else None,
        confidence=confidence,
        candidates=candidates,
    )
    return base.model_copy(
        update={
            "place": base.place or (places[0] if places else None),
            "places": base.places or (places if len(places) > 1 else []),
            "date": base.date or day,
            "agency": base.agency or line.agency,
            "inferred": base.inferred if base.date else inferred,
            "evidence": base.evidence or evidence,
        }
    )


def _day(line: Line, article: Article, language: str) -> tuple[date | None, list[str], float | None, list[str]]:
    """The date, what of it was inferred, how sure that is, and what else it could be."""
    if line.day is None:
        return None, [], None, []
    if not line.day.month:
        when = month_of(line.day, article)
        return when, ["year", "month"] if when else [], None, []
    if line.day.year:
        try:
            return date(line.day.year, line.day.month, line.day.day), [], None, []
        except ValueError:
            return None, [], None, []
    guess = infer(line.day, article, (article.body or "")[line.span[1] :], language)
    others = [when.isoformat() for when, _ in guess.ranked if when != guess.day][:8]
    if guess.day is None:
        return None, [], None, others
    return guess.day, ["year"], round(guess.ranked[0][1], 3), others


ENRICHER = Enricher("dateline", "1.0", frozenset({"body", "language"}), frozenset({"dateline"}), find)
