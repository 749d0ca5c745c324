from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from copydesk.enrich.dateline.line import find_lines
from copydesk.enrich.enrichers.dateline import find
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Dateline

ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("datelines.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge()


def dateline(body: str, knowledge: Knowledge, **fields: object) -> Dateline | None:
    return find(Article(uri="urn:x", format="text", body=body, **fields), knowledge).get("dateline")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1][:40])
def test_the_line_is_read_as_the_agencies_print_it(row: list[str]) -> None:
    language, head, text, places, agency, day = row
    body = head.replace("⏎", "\n")
    line = next(find_lines(body, language))
    assert body[slice(*line.span)] == text
    assert "|".join(name for name, _ in line.places) == places
    assert (line.agency or "") == agency
    said = f"{line.day.year or ''}-{line.day.month:02}-{line.day.day:02}" if line.day else ""
    assert said == day


@pytest.mark.parametrize(
    "body",
    [
        "The council said - on Monday - that it would pay.",
        "Oil prices - up again",
        "Merkert (CDU) - die Bürgermeisterin - kam spät.",
        "He said: the bridge is safe.",
        "",
    ],
)
def test_a_story_without_a_dateline_gets_none(body: str, knowledge: Knowledge) -> None:
    assert dateline(body, knowledge) is None


def test_the_place_lies_in_the_state_printed_after_it(knowledge: Knowledge) -> None:
    found = dateline("PARIS, Texas, March 3 (AP) - A bridge fell.", knowledge)
    assert found is not None
    assert found.place is not None
    assert (found.place.name, found.place.country) == ("Paris", "US")
    assert found.place.latitude == pytest.approx(33.66, abs=0.1)


def test_the_year_comes_from_the_stamp_even_a_day_ahead_of_it(knowledge: Knowledge) -> None:
    stamp = datetime(1987, 3, 2, 21, 47, tzinfo=UTC)
    found = dateline("PEKING, March 3 - A bridge fell.", knowledge, versioncreated=stamp)
    assert found is not None
    assert (found.date, found.inferred) == (date(1987, 3, 3), ["year"])


def test_a_december_line_sent_in_january_is_of_the_year_before(knowledge: Knowledge) -> None:
    found = dateline("OSLO, Dec. 30 (NTB) - A bridge.", knowledge, versioncreated=datetime(2011, 1, 4, tzinfo=UTC))
    assert found is not None
    assert found.date == date(2010, 12, 30)


def test_weekday_office_and_looking_back_give_the_year_without_a_stamp(knowledge: Knowledge) -> None:
    body = (
        "OSLO, May 5 (Reuters) - The harbour reopened on Tuesday, its owner said.\n\n"
        "Trade has grown since the quay was widened in 2006. British Prime Minister Gordon Brown sent a letter."
    )
    found = dateline(body, knowledge)
    assert found is not None
    assert (found.date, found.inferred) == (date(2009, 5, 5), ["year"])
    assert found.evidence is not None
    assert found.evidence.confidence is not None
    assert found.evidence.confidence > 0.6


def test_a_year_that_nothing_decides_stays_open_with_its_candidates(knowledge: Knowledge) -> None:
    body = "OSLO, May 5 (Reuters) - The harbour reopened. President Ronald Reagan sent a letter."
    found = dateline(body, knowledge)
    assert found is not None
    assert found.date is None
    assert found.inferred == []
    assert found.evidence is not None
    assert "1984-05-05" in found.evidence.candidates


def test_a_printed_year_is_not_inferred(knowledge: Knowledge) -> None:
    found = dateline("Lisboa, 04 abr 2019 (Lusa) - A ponte", knowledge, language="pt")
    assert found is not None
    assert (found.date, found.inferred) == (date(2019, 4, 4), [])


def test_a_line_sent_as_a_field_is_evidence_by_that_field(knowledge: Knowledge) -> None:
    sent = Dateline(text="VIENNA, April 4, 2008 (APA) -")
    found = dateline("The bridge fell.", knowledge, dateline=sent)
    assert found is not None
    assert found.place is not None
    assert (found.place.country, found.agency, found.date) == ("AT", "APA", date(2008, 4, 4))
    assert found.evidence is not None
    assert found.evidence.field == "dateline"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("FARGO, N.D. — A bridge fell.", "FARGO, N.D."),
        ("LONDON - A bridge fell.", "LONDON"),
        ("Bridge falls.\n\nCHICAGO - A bridge fell.", "CHICAGO"),
        ("Bridge falls. CHICAGO -- A bridge fell.", "CHICAGO"),
        ("Bridge falls. MOUNT GILEAD, Ohio (AP) -- A bridge fell.", "MOUNT GILEAD, Ohio (AP)"),
    ],
)
def test_a_known_place_in_capitals_before_a_dash_is_enough(body: str, text: str, knowledge: Knowledge) -> None:
    found = dateline(body, knowledge)
    assert found is not None
    assert found.text == text


def test_a_place_before_a_colon_is_enough_where_no_speaker_follows(knowledge: Knowledge) -> None:
    found = dateline("ADDIS ABABA: The river rose by six metres.\n\nOfficials closed the bridge.", knowledge)
    assert found is not None
    assert found.place is not None
    assert (found.text, found.place.country) == ("ADDIS ABABA", "ET")


def test_german_papers_print_a_city_and_a_dash(knowledge: Knowledge) -> None:
    rest = " Brücke über den Fluss ist seit dem Morgen gesperrt, weil das Hochwasser sie beschädigt hat."
    found = dateline("Hamburg - Die" + rest, knowledge, language="de")
    assert found is not None
    assert found.text == "Hamburg"
    assert dateline("Hamburg - die" + rest, knowledge, language="de") is None
    assert dateline("Hamburg - The" + rest, knowledge, language="en") is None


@pytest.mark.parametrize(
    ("day", "stamp", "when"),
    [(4, datetime(2026, 11, 4, 8, tzinfo=UTC), date(2026, 11, 4)), (30, datetime(2026, 3, 2, tzinfo=UTC), date(2026, 1, 30))],
)  # fmt: skip
def test_a_day_without_a_month_is_the_last_before_the_stamp(
    day: int, stamp: datetime, when: date, knowledge: Knowledge
) -> None:
    found = dateline(f"MADRID, {day} (EUROPA PRESS) El río subió.", knowledge, language="es", versioncreated=stamp)
    assert found is not None
    assert (found.date, found.inferred) == (when, ["year", "month"])


def test_a_speaker_in_capitals_is_no_dateline(knowledge: Knowledge) -> None:
    assert dateline("WALLACE: Good evening.\n\nCLINTON: Thank you.", knowledge) is None


@pytest.mark.parametrize(
    ("line", "story", "country", "latitude"),
    [
        ("WASHINGTON (AP) -", "", "US", 38.9),
        ("NEW YORK (AP) -", "", "US", 40.7),
        ("UNITED NATIONS (AP) -", "", "US", 40.7),
        ("MALTA (Reuters) -", "", "MT", 35.8),
        ("TBILISI, Georgia (AP) -", "", "GE", 41.7),
        ("ATLANTA, Georgia (AP) -", "", "US", 33.7),
        ("LONDON, Ontario (CP) -", "", "CA", 43.0),
        ("LONDON (Reuters) -", "Canada and Ontario waited.", "GB", 51.5),
        ("COLUMBUS (AP) -", "The mayor of the Indiana town resigned.", "US", 39.2),
        ("ISLAMABAD (APP) -", "", "PK", 33.7),
        ("BOGOTÁ (Colombia) (EFE) -", "", "CO", 4.6),
        ("WINDSOR (AP) -", "The Connecticut town raised its taxes.", "US", 41.9),
    ],
)
def test_a_place_is_found_by_its_region_or_what_the_story_names(
    line: str, story: str, country: str, latitude: float, knowledge: Knowledge
) -> None:
    found = dateline(f"{line} A bridge fell. {story}", knowledge)
    assert found is not None
    assert found.place is not None
    assert found.place.country == country
    assert found.place.latitude == pytest.approx(latitude, abs=0.15)
