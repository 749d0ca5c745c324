"""The gazetteer: names in any spelling, most important place first, states and counties beside towns."""

from __future__ import annotations

import pytest
from copydesk.enrich.knowledge.gazetteer import Gazetteer, fold


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.mark.parametrize(
    ("name", "country", "kind"),
    [
        ("Tehran", "IR", "city"),
        ("Köln", "DE", "city"),
        ("koln", "DE", "city"),
        ("MOSKAU", "RU", "city"),
        ("Москва", "RU", "city"),
        ("U.S.", "US", "country"),
        ("Deutschland", "DE", "country"),
        ("Licking County", "US", "admin2"),
        ("Oxfordshire", "GB", "admin2"),
        ("Calif.", "US", "admin1"),
        ("Saint Petersburg", "RU", "city"),
        ("Black Sea", "", "water"),
    ],
)
def test_a_name_leads_first_to_its_most_important_place(
    gazetteer: Gazetteer, name: str, country: str, kind: str
) -> None:
    first = gazetteer.find(name)[0]
    assert (first.country, first.kind) == (country, kind)


def test_a_country_stands_before_a_state_of_its_name(gazetteer: Gazetteer) -> None:
    assert [p.kind for p in gazetteer.find("Georgia")[:2]] == ["country", "admin1"]


def test_small_towns_of_the_same_name_are_all_known(gazetteer: Gazetteer) -> None:
    assert {"OH", "TX", "GA", "CA"} <= {p.admin1 for p in gazetteer.find("Dublin")}


def test_a_name_that_no_place_has_is_found_nowhere(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Qwzzyx") == ()


def test_saint_and_its_abbreviation_are_one_name() -> None:
    assert fold("St. Petersburg") == fold("Saint-Petersburg")
