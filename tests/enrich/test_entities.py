"""Entities: one for all mentions of a person, organisations with their acronyms, places where the story means them."""

from __future__ import annotations

from time import perf_counter

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


def test_a_nationality_belongs_to_the_name_of_a_body_that_a_nation_has_one_of() -> None:
    names = {
        e.name for e in read("She joined the Bulgarian Academy of Sciences. The Bulgarian Foreign Ministry agreed.")
    }
    assert "Bulgarian Academy of Sciences" in names
    assert "Bulgarian Foreign Ministry" not in names


def test_a_field_of_a_ministry_is_no_place() -> None:
    found = read("La viceministra de Pesca, Ada Rojas, llegó a Vigo.", "es")
    assert [e.name for e in found if e.type == "place"] == ["Vigo"]


def test_a_place_s_own_name_counts_for_more_than_one_it_bears_elsewhere() -> None:
    assert one(read("The envoy flew to Islamabad on Monday."), "Islamabad").country == "PK"


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


def test_a_name_that_only_a_title_shows_to_be_a_persons_is_one() -> None:
    found = read("Officials met Director-General Zolan Kertavi in the capital.")
    assert one(found, "Zolan Kertavi").titles == ["Director-General"]


def test_two_organisations_joined_by_and_are_two() -> None:
    found = read("He wrote for the Dallas Morning News and the Houston Post until 1990.")
    assert {"Dallas Morning News", "Houston Post"} <= {e.name for e in found}


def test_a_ministry_of_two_subjects_is_one() -> None:
    found = read("The National Institute of Allergy and Infectious Diseases said so on Friday.")
    assert "National Institute of Allergy and Infectious Diseases" in {e.name for e in found}


def test_a_county_draws_the_town_that_lies_in_it() -> None:
    found = read(
        "HUNTSVILLE - Walker County deputies arrested a man near Huntsville on Monday. Voters in Trinity County and Grimes County waited."
    )
    assert round(one(found, "Huntsville").latitude or 0) == 31


def test_many_states_do_not_draw_a_city_from_where_it_is_known() -> None:
    found = read("Marches were held in Atlanta, in Portland, Oregon, in Louisville, Kentucky, and in Houston, Texas.")
    assert round(one(found, "Atlanta").latitude or 0) == 34


def test_places_in_hyphenated_words_are_found() -> None:
    found = read("The Oslo-based firm welcomed the Franco-German and EU-Israel talks.")
    assert one(found, "Oslo").country == "NO"


def test_a_very_long_text_takes_seconds_not_minutes() -> None:
    started = perf_counter()
    read("Anna Berg met Omar Haddad of Nordic Rail Ltd in Turku on Monday. " * 15_000)
    assert perf_counter() - started < 30


def test_a_text_without_names_has_no_entities() -> None:
    assert read("it rained all day and nobody came.") == []
