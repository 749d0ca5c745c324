from datetime import UTC, datetime

import pytest
from copydesk.parse.article import build, word_count
from copydesk.schemas.article import Subject


def test_loose_values_are_normalised() -> None:
    article = build(
        "nitf", " urn:x:1 ", headline=" Caf&amp;eacute;\n <b>opens</b>\xa0", keywords=["b", " a ", "", "a"],
        urgency=" 4 ", priority="99", language="swe", pubstatus="stat:withheld", type="ninat:photo", byline=" ",
    )  # fmt: skip
    assert article.model_dump(exclude_defaults=True) == {  # what is left out is absent
        "uri": "urn:x:1", "format": "nitf", "headline": "Café opens", "keywords": ["b", "a"], "urgency": 4,
        "language": "sv", "pubstatus": "withheld", "type": "picture",
    }  # fmt: skip


def test_type_and_status_are_always_stated() -> None:
    assert build("nitf", "x").to_json() == b'{"uri":"x","format":"nitf","type":"text","pubstatus":"usable"}'


def test_a_canceled_article_bears_the_signal_of_a_kill() -> None:
    assert build("nitf", "x", pubstatus="canceled", signals=["sig:x"]).signals == ["sig:x", "kill"]


def test_a_repeated_headline_is_no_part_of_the_body() -> None:
    article = build("nitf", "x", headline="Harbour reopens", body="HARBOUR  reopens\n\nThe harbour reopened.")
    assert (article.body, article.word_count) == ("The harbour reopened.", 3)
    assert build("nitf", "x", headline="Harbour reopens", body="Harbour reopens").body == "Harbour reopens"


def test_a_story_without_an_id_has_the_same_one_in_all_its_versions() -> None:
    created = datetime(2026, 1, 2, tzinfo=UTC)
    first = build("nitf", None, slugline="HARBOUR", firstcreated=created, body="One.")
    second = build("nitf", " ", slugline="HARBOUR", firstcreated=created, body="Two.")
    assert first.uri == second.uri
    assert build("nitf", None, body="One.").uri != build("nitf", None, body="Two.").uri


def test_subjects_are_not_repeated() -> None:
    subject = Subject(code="medtop:1", scheme="medtop")
    assert build("nitf", "x", subjects=[subject, subject]).subjects == [subject]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        build("nitf", "x", embargoed=datetime(2026, 1, 2))  # noqa: DTZ001 - that is the point


def test_ideographs_count_as_words() -> None:
    assert word_count("two words") == 2
    assert word_count("東京 Tokyo") == 3
