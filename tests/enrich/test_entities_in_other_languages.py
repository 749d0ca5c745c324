"""Entities of German, French and Spanish stories, ten of our own in each language: people, organisations, places with country."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from copydesk.enrich.enrichers.entities import ENRICHER
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Dateline, Entity, Evidence, Place

STORIES = Path(__file__).with_name("stories")
KNOWLEDGE = Knowledge()
Fact = tuple[str, ...]


def wanted(story: dict[str, object]) -> set[Fact]:
    people, organisations, places = story["people"], story["organisations"], story["places"]
    assert isinstance(people, list)
    assert isinstance(organisations, list)
    assert isinstance(places, dict)
    return (
        {("person", n) for n in people}
        | {("organisation", n) for n in organisations}
        | {("place", n, c) for n, c in places.items()}
    )


def given(entity: Entity, facts: set[Fact]) -> Fact:
    """The fact that an entity states, by any of its names; else the entity itself, which is one too many."""
    tail = (entity.country or "",) if entity.type == "place" else ()
    said = [(entity.type, name, *tail) for name in (entity.name, *entity.aliases)]
    return next((fact for fact in said if fact in facts), said[0])


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_seven_of_ten_entities_are_right(language: str) -> None:
    right = want = got = 0
    for line in (STORIES / f"entities_{language}.jsonl").read_text(encoding="utf-8").splitlines():
        story = json.loads(line)
        facts = wanted(story)
        article = Article(uri="urn:test:1", format="text", body=story["text"], language=language)
        found = {given(e, facts) for e in ENRICHER.find(article, KNOWLEDGE).get("entities", [])}
        right, want, got = right + len(found & facts), want + len(facts), got + len(found)
    assert 2 * right / (want + got) >= 0.8


def test_a_language_without_rules_has_only_what_is_written_alike() -> None:
    article = Article(
        uri="urn:test:1", format="text", body="Prezydent Jan Nowak odwiedził Kraków i ONZ.", language="pl"
    )
    kinds = {e.type for e in ENRICHER.find(article, KNOWLEDGE).get("entities", [])}
    assert kinds <= {"person", "place", "organisation"}


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("it", '"La sicurezza viene prima di tutto", ha detto Marco Rossi a Genova.', {"Marco Rossi", "Genova"}),
        ("nl", '"We hebben gewacht", zei burgemeester Jan de Vries in Rotterdam.', {"Jan de Vries", "Rotterdam"}),
        ("de", "Das sagte Sprecher Ole Krog der Deutschen Presse-Agentur.", {"Ole Krog", "Deutschen Presse-Agentur"}),
    ],
)
def test_words_that_open_a_sentence_and_articles_are_no_names(language: str, body: str, expected: set[str]) -> None:
    article = Article(uri="urn:test:1", format="text", body=body, language=language)
    assert {e.name for e in ENRICHER.find(article, KNOWLEDGE).get("entities", [])} == expected


def test_the_month_of_a_dateline_is_no_organisation() -> None:
    body = "(ANSA) - GENOVA, 12 MAR - Il sindaco Marco Rossi ha annunciato la chiusura del porto."
    line = Dateline(
        text="(ANSA) - GENOVA, 12 MAR", agency="ANSA", place=Place(name="Genova"),
        evidence=Evidence(rule="dateline@1", span=(0, 23)),
    )  # fmt: skip
    article = Article(uri="urn:test:1", format="text", body=body, language="it", dateline=line)
    names = {e.name for e in ENRICHER.find(article, KNOWLEDGE).get("entities", [])}
    assert "MAR" not in names
    assert "Marco Rossi" in names
