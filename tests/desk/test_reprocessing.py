"""What is chosen to be done again, and how fast."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest
from copydesk.desk.balance.columns import Columns
from copydesk.desk.balance.marks import article_mark, fingerprint
from copydesk.desk.pacing import Pace
from copydesk.desk.reprocessing import Choice, is_beaten, is_chosen, newest_of, record_of
from copydesk.ingest.document import Document

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


def test_of_each_article_the_newest_record_is_sent_and_a_document_without_all_its_articles_is_not_whole() -> None:
    records = Columns("document", "article", "count", "place")
    for place, (document, index, count) in enumerate([("a", 0, 2), ("a", 1, 2), ("a", 0, 2), ("b", 0, 2)]):
        records.add(fingerprint(document), article_mark(document, index), count, place)
    kept = newest_of(records)
    assert kept.places == {1, 2, 3}
    assert kept.whole == {fingerprint("a")}


def test_a_topic_without_records_has_nothing_to_send() -> None:
    kept = newest_of(Columns("document", "article", "count", "place"))
    assert (kept.places, kept.whole) == (set(), set())


@pytest.mark.parametrize(
    ("received", "feed", "chosen"),
    [
        ("2026-03-12T12:00:00Z", "north", True),
        ("2026-03-12T11:59:59Z", "north", False),
        ("2026-03-12T13:00:00Z", "north", False),
        ("2026-03-12T13:30:00+01:00", "north", True),
        ("2026-03-12T12:00:00Z", "south", False),
        (None, "north", False),
    ],
)
def test_an_article_is_chosen_by_the_receipt_and_the_feed_of_its_document(
    received: str | None, feed: str, chosen: bool
) -> None:
    choice = Choice("enrich", NOON, NOON.replace(hour=13), feed="north")
    assert is_chosen({"provenance": {"received": received, "feed": feed}}, choice) is chosen


def test_a_kill_takes_back_what_was_created_before_it_or_at_a_time_that_nobody_stated() -> None:
    assert is_beaten({"versioncreated": "2026-03-12T12:00:00Z"}, NOON)
    assert is_beaten({}, NOON)
    assert not is_beaten({"versioncreated": "2026-03-12T12:00:01Z"}, NOON)


def test_an_archived_document_travels_as_a_reference_and_accounts_for_no_arrival() -> None:
    document = Document("north", "ab" * 32, 7, None, NOON, origin="", filename="a.xml", media_type="text/xml")
    record = record_of(document)
    stated = {name: value.decode() for name, value in record.headers}
    assert (record.topic, record.key, record.value) == ("wire.received", document.id.encode(), None)
    assert stated["ce_id"] == document.id
    assert stated["ce_dataref"] == f"sha256:{'ab' * 32}"
    assert stated["ce_received"] == NOON.isoformat()
    assert stated["ce_replay"] == "reprocess"
    assert "ce_position" not in stated


def test_a_pace_yields_everything_in_order_and_no_more_than_its_rate_allows() -> None:
    async def walk() -> list[tuple[float, list[int]]]:
        begun = time.monotonic()
        portions = Pace(80).portions(list(range(50)))
        return [(time.monotonic() - begun, list(portion)) async for portion in portions]

    walked = asyncio.run(walk())
    assert [item for _, portion in walked for item in portion] == list(range(50))
    before = 0
    for at, portion in walked:
        assert before <= at * 80 + 1
        before += len(portion)


def test_without_a_rate_nothing_waits() -> None:
    async def walk() -> list[int]:
        return [len(portion) async for portion in Pace().portions(list(range(1200)))]

    assert asyncio.run(walk()) == [500, 500, 200]
