from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from copydesk.enrich.enrich import enrich
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.stage import Means, enriched, out
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.claim import claimed, claimed_value
from copydesk.runtime.envelope import headers
from copydesk.runtime.event import Event, Out
from copydesk.runtime.feeds import Feed, Feeds
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import IDENTITY, Article, Provenance, shortened
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


def means(archive: Path = Path("no-such-archive"), feeds: Feeds | None = None) -> Means:
    return Means(Knowledge(), FolderArchive(archive), feeds or Feeds())


def event(article: Article = FERRY) -> Event:
    told = headers(
        id="e1", type="copydesk.article.parsed.v1", source="copydesk/parse", document="document-1", index=0, count=1
    )
    return Event("article.parsed", 0, 3, article.key.encode(), article.to_json(), told, 1_772_532_001_000)


def test_an_article_gets_its_findings_and_keeps_its_key_and_its_document() -> None:
    (record,) = enriched(event(), means())
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
    with_these = means()
    assert list(enriched(event(), with_these)) == list(enriched(event(), with_these))


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
        list(enriched(Event("article.parsed", 0, 0, b"k", value), means()))
    assert refusal.value.kind == kind


@pytest.mark.parametrize("pubstatus", ["canceled", "withheld"])
def test_a_feed_takes_back_only_stories_of_the_providers_that_are_granted_to_it(pubstatus: str) -> None:
    feeds = Feeds(
        None, {"harbour": Feed("harbour", providers=("Harbour Press",)), "other": Feed("other", providers=("Skerry",))}
    )
    back = FERRY.model_copy(update={"pubstatus": pubstatus})
    (record,) = enriched(event(back.model_copy(update={"feed": "harbour"})), means(feeds=feeds))
    assert Article.model_validate_json(record.value or b"").pubstatus == pubstatus
    with pytest.raises(Refusal) as refusal:
        list(enriched(event(back.model_copy(update={"feed": "other"})), means(feeds=feeds)))
    assert refusal.value.kind == "not-granted"


def test_an_article_too_long_for_a_record_travels_by_a_claim_on_the_archive(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    long = FERRY.model_copy(
        update={"body": "HALVERSUND, March 3 (Harbour Press) - " + "The ferry to Tarn sails. " * 60_000}
    )
    sent = Out("article.parsed", long.key.encode(), long.to_json(), event().headers)
    parsed = claimed(sent, shortened, archive)
    assert len(parsed.value or b"") < 10_000
    came = Event("article.parsed", 0, 3, parsed.key, parsed.value, parsed.headers, 1_772_532_001_000)
    (record,) = enriched(came, means(tmp_path))
    short = Article.model_validate_json(record.value or b"")
    assert (short.headline, short.body, short.uri) == (long.headline, None, long.uri)
    whole = claimed_value(Event("article.enriched", 0, 0, record.key, record.value, record.headers), archive)
    assert Article.model_validate_json(whole or b"").body == long.body
    assert len((dict(record.headers)["ce_datarefs"]).split(b",")) == 2


def test_of_a_body_that_no_story_has_only_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.enrich.enrich.READ_CHARACTERS", 200)
    body = "HALVERSUND, March 3 (Harbour Press) - " + "The ferry to Tarn sails on Friday. " * 20
    article = enrich(FERRY.model_copy(update={"body": body}), Knowledge())
    assert article.body == body
    assert article.dateline is not None
    assert article.times
    assert all(each.span[1] <= 200 for each in article.times)
    assert article.provenance is not None
    assert article.provenance.notes == ["enrich: read the first 200 characters of the body"]
