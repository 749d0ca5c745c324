from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from copydesk.parse.stage import parsed
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.envelope import derived_id, headers
from copydesk.runtime.event import Event, Out
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article
from copydesk.schemas.headers import ArticleHeaders

FERRY = b"HALVERSUND, March 3 (Harbour Press) - The ferry between Halversund and Tarn resumed on Tuesday.\n"
WRITTEN_MS = 1_772_529_247_000


def received(data: bytes | None, *, kind: str = "received", offset: int = 0, **extensions: str | int) -> Event:
    sha256 = hashlib.sha256(data or FERRY).hexdigest()
    stated = {"feed": "harbour-press", "sha256": sha256, "size": len(data or FERRY), "received": "2026-03-03T09:14:07Z"}
    told = headers(
        id="document-1", type=f"copydesk.wire.{kind}.v1", source="copydesk/ingest", **{**stated, **extensions}
    )
    return Event("wire.received", 0, offset, b"document-1", data, told, WRITTEN_MS + offset)


def out(event: Event, folder: Path) -> list[Out]:
    return list(parsed(event, FolderArchive(folder)))


def about(record: Out) -> ArticleHeaders:
    return ArticleHeaders.model_validate({name: value.decode() for name, value in record.headers})


def test_an_article_is_keyed_by_its_story_and_says_where_it_came_from(tmp_path: Path) -> None:
    (record,) = out(received(FERRY, filename="ferry.txt"), tmp_path)
    article = Article.model_validate_json(record.value or b"")
    assert record.topic == "article.parsed"
    assert record.key == article.key.encode()
    assert article.body is not None
    assert "ferry between Halversund and Tarn" in article.body
    assert article.feed == "harbour-press"
    assert article.provenance is not None
    assert (article.provenance.document, article.provenance.index) == ("document-1", 0)
    assert article.provenance.sha256 == hashlib.sha256(FERRY).hexdigest()
    assert article.provenance.stages == {
        "ingest": datetime(2026, 3, 3, 9, 14, 7, tzinfo=UTC),
        "parse": datetime.fromtimestamp(WRITTEN_MS / 1000, UTC),
    }
    told = about(record)
    assert (told.ce_document, told.ce_index, told.ce_count) == ("document-1", 0, 1)
    assert told.traceparent is not None


def test_the_same_record_read_again_gives_the_same_event(tmp_path: Path) -> None:
    assert out(received(FERRY), tmp_path) == out(received(FERRY), tmp_path)


def test_a_repeat_gives_nothing(tmp_path: Path) -> None:
    assert out(received(None, kind="repeat", repeatof="document-1"), tmp_path) == []


def test_a_document_that_travels_as_a_reference_is_read_from_the_archive(tmp_path: Path) -> None:
    sha256 = FolderArchive(tmp_path).put(FERRY, durable=True)
    by_reference = out(received(None, dataref=f"sha256:{sha256}"), tmp_path)
    assert by_reference == out(received(FERRY, dataref=f"sha256:{sha256}"), tmp_path)
    assert len(by_reference) == 1


def test_stories_that_were_killed_are_passed_over_when_their_document_is_read_again(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    (record,) = out(received(FERRY), tmp_path)
    archive.lock(archive.put(FERRY), (record.key or b"").decode())
    assert out(received(FERRY), tmp_path) == []


def test_a_document_without_any_header_is_read_all_the_same(tmp_path: Path) -> None:
    (record,) = out(Event("wire.received", 0, 7, b"k", FERRY, (), WRITTEN_MS), tmp_path)
    assert about(record).ce_document == derived_id("wire.received", 0, 7)


@pytest.mark.parametrize(
    "event, kind",
    [
        (received(b""), "empty"),
        (received(b"\x00" * 5000), "empty"),
        (received(None), "empty"),
        (received(FERRY, sha256="../../etc/passwd"), "not-archived"),
    ],
)
def test_what_cannot_be_read_is_refused(event: Event, kind: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        out(event, tmp_path)
    assert refusal.value.kind == kind


def test_a_page_that_states_no_address_has_the_one_where_it_was_found(tmp_path: Path) -> None:
    told = " ".join(
        ["The ferry between Halversund and Tarn resumed on Tuesday after nine days, the harbour office said."] * 4
    )
    story = f"<article><h1>Ferry to Tarn returns</h1><p>{told}</p><p>{told}</p><p>{told}</p></article>"
    page = (
        f"<!doctype html><html lang='en'><head><title>Ferry to Tarn returns</title></head><body>{story}</body></html>"
    )
    found = "https://harbour.example/ferry?id=7"
    own = "https://harbour.example/ferry"

    def read(data: str, link: str | None) -> Article:
        extensions = {"link": link} if link else {}
        (record,) = out(received(data.encode(), mediatype="text/html", **extensions), tmp_path)
        return Article.model_validate_json(record.value or b"")

    assert (read(page, found).uri, read(page, found).link) == (found, found)
    stated = page.replace("</head>", f"<link rel='canonical' href='{own}'></head>")
    assert (read(stated, found).uri, read(stated, found).link) == (own, own)
    assert read(page, None).link is None
