from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.stage import enriched, out
from copydesk.runtime.envelope import headers
from copydesk.runtime.event import Event
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import IDENTITY, Article, Provenance
from copydesk.schemas.headers import ArticleHeaders

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FERRY = Article(
    uri="hp:ferry",
    format="text",
    provider="Harbour Press",
    headline="Ferry runs again",
    slugline="FERRY-TARN",
    keywords=["ferry"],
    body="HALVERSUND, March 3 (Harbour Press) - The ferry to Tarn resumed on Tuesday.",
    versioncreated=NOW,
    provenance=Provenance(document="document-1", index=0, parser="text@1", stages={"parse": NOW}),
)


def event(article: Article = FERRY) -> Event:
    told = headers(
        id="e1", type="copydesk.article.parsed.v1", source="copydesk/parse", document="document-1", index=0, count=1
    )
    return Event("article.parsed", 0, 3, article.key.encode(), article.to_json(), told, 1_772_532_001_000)


def test_an_article_gets_its_findings_and_keeps_its_key_and_its_document() -> None:
    (record,) = enriched(event(), Knowledge())
    article = Article.model_validate_json(record.value or b"")
    told = ArticleHeaders.model_validate({name: value.decode() for name, value in record.headers})
    assert (record.topic, record.key) == ("article.enriched", b"Harbour Press|hp:ferry")
    assert article.dateline is not None
    assert article.provenance is not None
    assert any(label.startswith("dateline@") for label in article.provenance.enrichers)
    assert set(article.provenance.stages) == {"parse", "enrich"}
    assert (told.ce_document, told.ce_index, told.ce_count) == ("document-1", 0, 1)
    assert told.ce_type == "copydesk.article.enriched.v1"


def test_the_same_record_read_again_gives_the_same_event() -> None:
    knowledge = Knowledge()
    assert list(enriched(event(), knowledge)) == list(enriched(event(), knowledge))


@pytest.mark.parametrize(
    "changes, topic",
    [
        ({}, "article.enriched"),
        ({"embargoed": NOW}, "article.enriched"),
        ({"embargoed": LATER}, "article.held"),
        ({"pubstatus": "withheld"}, "article.held"),
        ({"pubstatus": "withheld", "embargoed": NOW}, "article.held"),
        ({"pubstatus": "canceled"}, "article.enriched"),
    ],
)
def test_nothing_under_embargo_or_withheld_gets_out(changes: dict[str, object], topic: str) -> None:
    assert out(event(), FERRY.model_copy(update=changes), NOW).topic == topic


def test_a_held_article_says_until_when() -> None:
    record = out(event(), FERRY.model_copy(update={"embargoed": LATER}), NOW)
    assert dict(record.headers)["ce_until"].decode() == LATER.isoformat()


def test_a_kill_under_embargo_gets_out_without_the_story() -> None:
    record = out(event(), FERRY.model_copy(update={"pubstatus": "canceled", "embargoed": LATER}), NOW)
    killed = Article.model_validate_json(record.value or b"")
    assert (record.topic, killed.pubstatus, killed.uri) == ("article.enriched", "canceled", "hp:ferry")
    assert {name for name, value in killed if value} <= IDENTITY
    assert b"ferry" not in (record.value or b"").replace(b"hp:ferry", b"").lower()
    assert b"ferry to Tarn" not in (record.value or b"")


@pytest.mark.parametrize("value, kind", [(None, "empty"), (b"{}", "bad-article"), (b"\xff", "bad-article")])
def test_what_is_no_article_is_refused(value: bytes | None, kind: str) -> None:
    with pytest.raises(Refusal) as refusal:
        list(enriched(Event("article.parsed", 0, 0, b"k", value), Knowledge()))
    assert refusal.value.kind == kind
