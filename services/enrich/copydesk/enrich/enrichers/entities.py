"""Who and what the story names: people with their titles, organisations with their acronyms, places with coordinates."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

from copydesk.enrich.enricher import MOST_TEXT, Enricher, Findings
from copydesk.enrich.geography.context import toponyms
from copydesk.enrich.geography.mentions import Found, Scene, in_pieces, places
from copydesk.enrich.geography.resolution import resolve
from copydesk.enrich.knowledge.gazetteer import Known
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.naming.gathering import Gathered
from copydesk.enrich.naming.reader import Reader, Reading
from copydesk.schemas.article import Article, Entity, Evidence

SHORT_MONTH = 3
"""Letters of a month's name as datelines have it: `12 MAR`."""


@cache
def reader(knowledge: Knowledge, language: str) -> Reader:
    """One reader a language and process."""
    return Reader.of(knowledge, language)


def find(article: Article, knowledge: Knowledge) -> Findings:
    """Return the entities of the body."""
    body = (article.body or "")[:MOST_TEXT]
    language = (article.language or "en").replace("_", "-").split("-")[0].lower()
    if not body.strip():
        return {}
    reading = reader(knowledge, language).read(body)
    scene = Scene(reading.found, reading.over(), reading.families, reading.sight, knowledge.demonyms)
    scene, runs = in_pieces(scene, reading.runs)
    named = places(scene, runs)
    where = placed(named, scene, knowledge, body)
    entities = [entity(g, reading) for g in [*reading.people, *reading.organisations]]
    entities = [e for e in entities if not only_filed_from(article, e, where)] + where
    return {"entities": [*sorted(entities, key=lambda e: e.spans[0]), *told(article, entities)]} if entities else {}


def told(article: Article, found: list[Entity]) -> list[Entity]:
    """Return whom the provider itself names beside the text, as far as the text does not name them too."""
    known = {name.casefold() for entity in found for name in (entity.name, *entity.aliases)}
    return [entity for entity in article.entities if entity.name.casefold() not in known]


def only_filed_from(article: Article, entity: Entity, where: list[Entity]) -> bool:
    """Whether the name stands for nothing but the dateline's place or date: capitals make `KISUMU` and `MAR` look like acronyms."""
    line = article.dateline.evidence.span if article.dateline and article.dateline.evidence else None
    taken = {span for place in where for span in place.spans}
    name = entity.name.casefold()
    filed = article.dateline.place.name.casefold() if article.dateline and article.dateline.place else ""
    agency = (article.dateline.agency or "").casefold() if article.dateline else ""
    dated = entity.type == "organisation" and name not in agency and len(name) == SHORT_MONTH
    return line is not None and all(
        span[1] <= line[1] and (span in taken or dated or name == filed) for span in entity.spans
    )


def entity(gathered: Gathered, reading: Reading) -> Entity:
    """Return a person or an organisation as the contract has it."""
    return Entity(
        name=gathered.name,
        type="person" if gathered.kind == "person" else "organisation",
        aliases=gathered.aliases,
        titles=reading.titles_of(gathered) if gathered.kind == "person" else [],
        spans=gathered.spans,
        evidence=Evidence(rule=ENRICHER.label, span=gathered.spans[0]),
    )


def placed(named: list[Found], scene: Scene, knowledge: Knowledge, body: str) -> list[Entity]:
    """Return the places with their coordinates, one entity for each place on the map."""
    names, which = toponyms(scene.found, named, knowledge.gazetteer)
    chosen = resolve(names)
    grouped: dict[Known, list[tuple[Found, float]]] = defaultdict(list)
    for found, at in zip(named, which, strict=True):
        index, sure = chosen[at]
        grouped[names[at].candidates[index]].append((found, sure))
    return [place_entity(place, mentions, body) for place, mentions in grouped.items()]


def place_entity(place: Known, mentions: list[tuple[Found, float]], body: str) -> Entity:
    """Return one place. Its name is what the text calls it, unless that is only a nationality or an abbreviation."""
    surfaces = list(dict.fromkeys(body[f.start : f.end] for f, _ in mentions))
    plain = [body[f.start : f.end] for f, _ in mentions if not f.nationality]
    plain = [p for p in plain if "." not in p and not p.isupper()]
    name = Counter(plain).most_common(1)[0][0] if plain else place.name
    spans = sorted({(f.start, f.end) for f, _ in mentions})
    return Entity(
        name=name,
        type="place",
        aliases=[s for s in surfaces if s != name],
        spans=spans,
        country=place.country or None,
        latitude=place.latitude,
        longitude=place.longitude,
        geonameid=place.geonameid,
        evidence=Evidence(rule=ENRICHER.label, span=spans[0], confidence=round(min(1.0, mentions[0][1]), 3)),
    )


ENRICHER = Enricher("entities", "1.0", frozenset({"body", "language", "dateline"}), frozenset({"entities"}), find)
