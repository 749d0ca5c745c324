"""Entities: one for all mentions of a person, organisations with their acronyms, places where the story means them."""

from __future__ import annotations

from copydesk.enrich.enrichers.entities import ENRICHER
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Entity

KNOWLEDGE = Knowledge()


def read(body: str, language: str = "en") -> list[Entity]:
    article = Article(uri="urn:test:1", format="text", body=body, language=language)
    found: list[Entity] = list(ENRICHER.find(article, KNOWLEDGE).get("entities", []))
    return found


def one(entities: list[Entity], name: str) -> Entity:
    return next(e for e in entities if e.name == name)


def test_a_family_name_alone_is_the_person_whose_full_name_stands_before() -> None:
    found = read("Margaret Ellison opened the fair in Leeds. Ellison said visitors came from France.")
    assert len(one(found, "Margaret Ellison").spans) == 2
    assert one(found, "Margaret Ellison").aliases == ["Ellison"]


def test_a_title_is_no_part_of_the_name_but_kept_beside_it() -> None:
    found = read("The crew was met by Transport Minister John Harper on Friday.")
    assert one(found, "John Harper").titles == ["Transport Minister"]


def test_an_acronym_in_brackets_is_an_alias_of_its_organisation() -> None:
    found = read("The Northern Fisheries Council (NFC) met on Monday. NFC members voted to close the grounds.")
    assert one(found, "Northern Fisheries Council").aliases == ["NFC"]


def test_the_state_beside_a_town_decides_which_town_it_is() -> None:
    found = read("The bakery in Paris, Texas, burned down on Sunday, said firefighters.")
    assert one(found, "Paris").country == "US"


def test_a_nationality_leads_to_its_country() -> None:
    found = read("A Peruvian court freed the sailors.")
    assert (found[0].country, found[0].aliases) == ("PE", ["Peruvian"])


def test_every_span_holds_one_of_the_names_of_its_entity() -> None:
    body = "OSLO — Prime Minister Kari Holm met U.S. envoy Dan Reed in Oslo. Holm thanked the U.S. and the World Bank."
    for entity in read(body):
        assert {body[start:end] for start, end in entity.spans} <= {entity.name, *entity.aliases}


def test_a_text_without_names_has_no_entities() -> None:
    assert read("it rained all day and nobody came.") == []
