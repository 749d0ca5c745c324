from pathlib import Path

import pytest
from copydesk.enrich.enrichers.language import find
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article

ROWS = [line.split("\t") for line in Path(__file__).with_name("languages.tsv").read_text(encoding="utf-8").splitlines()]


def language(**fields: object) -> str | None:
    return find(Article(uri="urn:x", format="text", **fields), Knowledge()).get("language")


def test_leads_in_the_agencies_languages_are_told_apart() -> None:
    assert len({tag for tag, _ in ROWS}) >= 20
    wrong = [(tag, text[:40], said) for tag, text in ROWS if (said := language(body=text)) != tag]
    assert len(wrong) <= 0.01 * len(ROWS), wrong


def test_a_stated_language_is_kept() -> None:
    assert language(language="fr", body="The harbour of Skerry reopened on Monday.") is None


@pytest.mark.parametrize("body", [None, "", "12 345 678 - 90", "OK"])
def test_too_little_text_says_nothing(body: str | None) -> None:
    assert language(body=body) is None


def test_an_alert_is_told_by_its_headline_which_is_named_as_evidence() -> None:
    headline = "Der Hafen von Skerry ist nach dem Sturm wieder geöffnet worden"
    found = find(Article(uri="urn:x", format="text", headline=headline), Knowledge())
    assert found["language"] == "de"
    assert found["evidence"]["language"].field == "headline"
    assert found["evidence"]["language"].confidence > 0.9
