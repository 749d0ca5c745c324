import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from copydesk.enrich.enricher import Findings
from copydesk.enrich.enrichers.signals import ENRICHER
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article
from hypothesis import given
from hypothesis import strategies as st

MESSAGES = [json.loads(row) for row in (Path(__file__).parent / "signals.jsonl").read_text("utf-8").splitlines()]
SENT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def story(body: str, headline: str | None = None, language: str | None = "en", **fields: object) -> Article:
    return Article.model_validate(
        {"uri": "urn:x", "format": "ninjs", "headline": headline, "body": body, "language": language, **fields}
    )


def find(article: Article) -> Findings:
    return ENRICHER.find(article, Knowledge())


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: f"{message['language']}: {message['title'][:50]}")
def test_marks_to_the_desk_are_read_and_stories_about_such_things_are_not(message: dict[str, str]) -> None:
    found = find(story(message["text"], message["title"], message["language"]))
    assert sorted(found.get("signals", [])) == sorted(message["signals"])


def test_half_of_the_messages_are_near_misses() -> None:
    assert len(MESSAGES) > 60
    assert sum(not message["signals"] for message in MESSAGES) > 40


def test_a_kill_in_words_cancels_and_says_where_it_stands() -> None:
    body = "Clients: Kill the story slugged PIER-FIRE, sent at 0915 GMT. There was no fire."
    found = find(story(body, "Pier fire"))
    assert found["pubstatus"] == "canceled"
    span = found["evidence"]["pubstatus"].span
    assert "Kill the story" in body[slice(*span)]


def test_coded_signals_stay_beside_those_that_are_read() -> None:
    found = find(story("(Adds detail)\n\nSKERRY - A pier reopened.", "Pier", signals=["sig:update", "x:own"]))
    assert found["signals"] == ["sig:update", "x:own", "update"]


def test_a_note_to_the_desk_counts_as_much_as_the_text() -> None:
    assert find(story("A pier reopened.", "Pier", ednote="Eds: Corrects name in 2nd graf. With photos."))[
        "signals"
    ] == ["correction"]
    assert find(story("A pier reopened.", "Pier", takekey="1stLd-Writethru"))["signals"] == ["update"]
    assert find(story("A pier reopened.", "Pier", slugline="BC-SK--Pier, KILL"))["signals"] == ["kill"]


def test_what_others_say_in_quotation_marks_is_no_mark() -> None:
    assert (
        find(story('SKERRY - "Kill the story," the mayor told our reporter. "Withdraw this item."', "Mayor angry"))
        == {}
    )


@pytest.mark.parametrize(
    ("words", "language", "until"),
    [
        ("EMBARGOED UNTIL 0001 GMT THURSDAY 12 MARCH 2026", "en", datetime(2026, 3, 12, 0, 1, tzinfo=UTC)),
        ("EMBARGOED UNTIL 6 P.M. EST MONDAY, MAY 4, 2026", "en", datetime(2026, 5, 4, 23, 0, tzinfo=UTC)),
        ("EMBARGO: 10.30 GMT Friday", "en", datetime(2026, 3, 13, 10, 30, tzinfo=UTC)),
        ("Embargoed until midnight GMT, not for release before", "en", datetime(2026, 3, 11, 0, 0, tzinfo=UTC)),
        ("SPERRFRIST: Donnerstag, 12. März, 18.00 Uhr MEZ", "de", datetime(2026, 3, 12, 17, 0, tzinfo=UTC)),
        ("SOUS EMBARGO JUSQU'AU 12 MARS 2026 À 18H00 GMT", "fr", datetime(2026, 3, 12, 18, 0, tzinfo=UTC)),
        ("EMBARGADO HASTA LAS 18.00 GMT DEL 12 DE MARZO DE 2026", "es", datetime(2026, 3, 12, 18, 0, tzinfo=UTC)),
        ("ONDER EMBARGO TOT 12 MAART 18.00 UUR CET", "nl", datetime(2026, 3, 12, 17, 0, tzinfo=UTC)),
    ],
)
def test_the_end_of_an_embargo_is_read_out_of_its_words(words: str, language: str, until: datetime) -> None:
    found = find(story(f"{words}\n\nSleep guards memory.", "Sleep", language, versioncreated=SENT))
    assert found["embargoed"] == until
    assert "pubstatus" not in found


def test_local_hours_of_an_embargo_are_read_by_the_zone_of_the_storys_own_times() -> None:
    body = "SPERRFRIST: 12. März 2026, 18.00 Uhr\n\nSchlaf schützt."
    found = find(story(body, "Schlaf", "de", versioncreated=SENT, timezone_assumed="Europe/Berlin"))
    assert found["embargoed"] == datetime(2026, 3, 12, 17, 0, tzinfo=UTC)


def test_an_embargo_whose_end_cannot_be_made_out_withholds_the_story() -> None:
    found = find(story("EMBARGOED UNTIL DELIVERY\n\nTaxes must rise.", "Budget speech", versioncreated=SENT))
    assert found["pubstatus"] == "withheld"
    assert "embargoed" not in found


def test_a_date_that_is_not_understood_never_becomes_today() -> None:
    found = find(story("EMBARGOED UNTIL 1800 GMT 12 Marzember\n\nSleep guards memory.", "Sleep", versioncreated=SENT))
    assert "embargoed" not in found
    assert found["pubstatus"] == "withheld"


def test_a_coded_embargo_is_left_as_it_is() -> None:
    coded = datetime(2026, 4, 1, tzinfo=UTC)
    found = find(story("EMBARGOED UNTIL 0001 GMT THURSDAY\n\nText.", "Sleep", versioncreated=SENT, embargoed=coded))
    assert found["signals"] == ["embargo"]
    assert "embargoed" not in found
    assert "pubstatus" not in found


@pytest.mark.parametrize(
    ("provider", "language", "note", "ends"),
    [
        ("dpa", "de", "Sperrfrist: 12. März, 18.00 Uhr", "2026-03-12T17:00:00+00:00"),
        ("TT", "sv", "Embargo till torsdag kl 19.00", "2026-03-12T18:00:00+00:00"),
        ("dpa", "de", "Sperrfrist: 12. März, 18.00 GMT", "2026-03-12T18:00:00+00:00"),
    ],
)
def test_an_hour_without_a_zone_is_the_time_of_the_agencys_country(
    provider: str, language: str, note: str, ends: str
) -> None:
    found = find(story("Zwei Anleger.", "Skerry", language, provider=provider, ednote=note, versioncreated=SENT))
    assert found["embargoed"].isoformat() == ends
    assert ("timezone_assumed" in found) == ("GMT" not in note)


def test_an_hour_of_an_agency_of_many_countries_withholds() -> None:
    found = find(
        story(
            "Deux quais.",
            "Skerry",
            "fr",
            provider="AFP",
            ednote="Embargo jusqu'au 12 mars à 18h00",
            versioncreated=SENT,
        )
    )
    assert found["pubstatus"] == "withheld"


@given(st.text(max_size=300), st.text(max_size=120), st.sampled_from(["en", "de", "xx", None]))
def test_any_text_can_be_read(body: str, headline: str, language: str | None) -> None:
    find(story(body, headline, language, ednote=headline, versioncreated=SENT))


def test_a_megabyte_takes_little_time() -> None:
    begun = time.monotonic()
    for text in ("Please kill the " * 60_000, "(" * 1_000_000, "story " * 160_000, "embargo until 12 " * 60_000):
        find(story(text, text[:5000], None, ednote=text[:9000], slugline=text[:9000]))
    assert time.monotonic() - begun < 10
