"""`copydesk audit` on the running pipeline: what balances, and what is found when something was taken away on purpose."""

from __future__ import annotations

import asyncio
import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from copydesk.desk.embedded.stack import Stack
from copydesk.desk.records import consumer_of, partitions_of, scan
from copydesk.ingest.document import document_id

from tests.pipeline.desk import audit, changed, desk, of_feed, package, stored, without
from tests.pipeline.work import KEY, dead, push, until, wire

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]  # each command is a process of its own


def pass_over(pipeline: Stack, stage: str, topic: str) -> None:
    """Say in the name of a stage that it has done all of its topic: what a stage that loses records would do."""

    async def commit() -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=pipeline.connection.kafka, group_id=f"copydesk-{stage}", enable_auto_commit=False
        )
        await consumer.start()
        try:
            parts = [TopicPartition(topic, number) for number in range(4)]
            consumer.assign(parts)
            await consumer.commit(await consumer.end_offsets(parts))
        finally:
            await consumer.stop()

    asyncio.run(commit())


def records(pipeline: Stack, topic: str) -> int:
    """How many records the topic has had."""

    async def ends() -> int:
        consumer = AIOKafkaConsumer(bootstrap_servers=pipeline.connection.kafka)
        await consumer.start()
        try:
            return sum((await consumer.end_offsets([TopicPartition(topic, number) for number in range(4)])).values())
        finally:
            await consumer.stop()

    return asyncio.run(ends())


def test_a_mixed_load_balances_term_by_term(pipeline: Stack) -> None:
    feed = "mixed"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    documents = [wire(number, "mixed") for number in range(40)]
    push(pipeline.connection.kafka, [*documents, *documents[:5], package(*range(7)), b"\x00\x01 no format", b""], feed)
    until(lambda: stored(pipeline, feed) == 47)
    embargoed = changed(wire(41, "mixed"), embargoed=tomorrow)
    older = changed(wire(2, "mixed"), versionCreated="2026-03-01T00:00:00Z")
    kill = changed(wire(3, "mixed"), pubStatus="canceled", versionCreated="2026-03-13T00:00:00Z")
    push(pipeline.connection.kafka, [embargoed, older, kill], feed)
    drawn = audit(pipeline)
    assert drawn["balanced"]
    assert of_feed(drawn, "documents", feed) == {"received": 51, "parsed": 44, "repeats": 5, "dead": 2}
    assert of_feed(drawn, "articles", feed) == {
        "parsed": 50,
        "published": 47,
        "held": 1,
        "superseded": 1,
        "killed": 1,
    }


def test_a_document_turned_away_at_the_door_counts_as_refused(pipeline: Stack) -> None:
    request = urllib.request.Request(
        f"{pipeline.connection.http}/wire/northlight", b"", {"Authorization": f"Bearer {KEY}"}, method="POST"
    )
    before = of_feed(audit(pipeline), "documents", "northlight").get("refused", 0)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=60)
    drawn = audit(pipeline)
    assert drawn["balanced"]
    assert of_feed(drawn, "documents", "northlight")["refused"] == before + 1


def test_what_a_stage_passed_over_is_named_and_balances_again_once_it_was_sent_again(pipeline: Stack) -> None:
    lost = wire(1, "passed-over")
    with without(pipeline, "ingest"):
        push(pipeline.connection.kafka, [lost], "by-ingest")
        pass_over(pipeline, "ingest", "wire.inbound")
    drawn = audit(pipeline, status=1)
    (difference,) = drawn["differences"]
    assert (difference["kind"], difference["feed"]) == ("lost by ingest", "by-ingest")
    assert of_feed(drawn, "documents", "by-ingest") == {"received": 1, "difference": 1}
    heal_by_ingest(pipeline, difference["id"], lost)
    assert audit(pipeline)["balanced"]


def heal_by_ingest(pipeline: Stack, position: str, data: bytes) -> None:
    """Do what ingest left undone."""
    document = document_id("by-ingest", hashlib.sha256(data).hexdigest())
    stated = {
        "ce_specversion": "1.0",
        "ce_id": document,
        "ce_type": "copydesk.wire.received.v1",
        "ce_source": "test",
        "ce_time": datetime.now(UTC).isoformat(),
        "ce_feed": "by-ingest",
        "ce_sha256": hashlib.sha256(data).hexdigest(),
        "ce_size": str(len(data)),
        "ce_received": datetime.now(UTC).isoformat(),
        "ce_position": position,
    }
    write(pipeline, "wire.received", document.encode(), data, [(n, v.encode()) for n, v in stated.items()])


def write(pipeline: Stack, topic: str, key: bytes, value: bytes | None, headers: Sequence[tuple[str, bytes]]) -> None:
    async def send() -> None:
        async with AIOKafkaProducer(bootstrap_servers=pipeline.connection.kafka) as producer:
            await producer.send_and_wait(topic, value, key=key, headers=list(headers))

    asyncio.run(send())


def test_a_document_that_parse_passed_over_is_named(pipeline: Stack) -> None:
    lost = wire(2, "passed-over")
    document = document_id("by-parse", hashlib.sha256(lost).hexdigest())
    before = records(pipeline, "wire.received")
    with without(pipeline, "parse"):
        push(pipeline.connection.kafka, [lost], "by-parse")
        until(lambda: records(pipeline, "wire.received") == before + 1)
        pass_over(pipeline, "parse", "wire.received")
    (difference,) = audit(pipeline, status=1)["differences"]
    assert (difference["kind"], difference["id"]) == ("lost by parse", document)
    resend(pipeline, "wire.received", document)
    until(lambda: stored(pipeline, "by-parse") == 1)
    assert audit(pipeline)["balanced"]


def test_an_article_that_enrich_passed_over_is_named(pipeline: Stack) -> None:
    lost = wire(3, "passed-over")
    document = document_id("by-enrich", hashlib.sha256(lost).hexdigest())
    before = records(pipeline, "article.parsed")
    with without(pipeline, "enrich"):
        push(pipeline.connection.kafka, [lost], "by-enrich")
        until(lambda: records(pipeline, "article.parsed") == before + 1)
        pass_over(pipeline, "enrich", "article.parsed")
    (difference,) = audit(pipeline, status=1)["differences"]
    assert (difference["kind"], difference["id"]) == ("lost by enrich", f"{document}/0")
    resend(pipeline, "article.parsed", document)
    until(lambda: stored(pipeline, "by-enrich") == 1)
    assert audit(pipeline)["balanced"]


def resend(pipeline: Stack, topic: str, document: str) -> None:
    """Write the document's records of a topic once more."""

    async def again() -> None:
        async with consumer_of(pipeline.connection.kafka) as consumer:
            ends = await consumer.end_offsets(await partitions_of(consumer, topic))
            found = [
                record
                async for record in scan(consumer, topic, {}, {tp.partition: end for tp, end in ends.items()})
                if document.encode() in {value for name, value in record.headers if name in {"ce_document", "ce_id"}}
            ]
        async with AIOKafkaProducer(bootstrap_servers=pipeline.connection.kafka) as producer:
            for record in found:
                await producer.send_and_wait(topic, record.value, key=record.key, headers=list(record.headers))

    asyncio.run(again())


def test_a_row_that_was_taken_from_the_store_is_named(pipeline: Stack) -> None:
    document = wire(4, "row")
    push(pipeline.connection.kafka, [document], "row")
    until(lambda: stored(pipeline, "row") == 1)
    assert audit(pipeline)["balanced"]
    name = document_id("row", hashlib.sha256(document).hexdigest())
    with psycopg.connect(pipeline.connection.database) as store:
        store.execute("create table taken as select * from versions where document = %s", [name])
        store.execute("delete from versions where document = %s", [name])
    drawn = audit(pipeline, status=1)
    named = {(d["kind"], d["id"]) for d in drawn["differences"]}
    with psycopg.connect(pipeline.connection.database) as store:
        (event,) = store.execute("select event from taken").fetchone() or ("",)
        store.execute("insert into versions select * from taken")
        store.execute("drop table taken")
    assert named == {("lost by publish", f"{name}/0"), ("receipt without row", event)}
    assert of_feed(drawn, "articles", "row") == {"parsed": 1, "difference": 1}
    assert audit(pipeline)["balanced"]


def test_doubled_effects_are_named(pipeline: Stack) -> None:
    document = wire(5, "doubled")
    push(pipeline.connection.kafka, [document], "doubled")
    until(lambda: stored(pipeline, "doubled") == 1)
    name = document_id("doubled", hashlib.sha256(document).hexdigest())
    with psycopg.connect(pipeline.connection.database) as store:
        store.execute("create table twice as select * from versions where document = %s", [name])
        store.execute("update twice set event = 'another'")
        store.execute("insert into versions select * from twice")
        store.execute("drop table twice")
    drawn = audit(pipeline, status=1)
    with psycopg.connect(pipeline.connection.database) as store:
        store.execute("delete from versions where event = 'another'")
    kinds = [d["kind"] for d in drawn["differences"]]
    assert sorted(kinds) == ["row without receipt", "row without receipt", "two rows"]
    assert of_feed(drawn, "articles", "doubled") == {"parsed": 1, "published": 1}
    assert audit(pipeline)["balanced"]


def test_a_replay_after_a_fix_leaves_the_balance_right(pipeline: Stack) -> None:
    data = wire(6, "fixed")
    sha256 = hashlib.sha256(data).hexdigest()
    archived = Path(pipeline.connection.archive) / sha256[:2] / sha256[2] / sha256
    reference = ("ce_dataref", f"sha256:{sha256}".encode())
    write(pipeline, "wire.inbound", b"fixed", None, [("ce_feed", b"fixed"), reference])
    mine = lambda: [x for x in dead(pipeline.connection.kafka) if x.named == "fixed"]  # noqa: E731
    until(lambda: len(mine()) == 1)
    drawn = audit(pipeline)
    assert of_feed(drawn, "documents", "fixed") == {"received": 1, "dead": 1}
    desk(pipeline, "dead", "replay", mine()[0].id)
    until(lambda: [x.attempts for x in mine()] == [2])
    assert of_feed(audit(pipeline), "documents", "fixed") == {"received": 1, "dead": 1}
    archived.parent.mkdir(parents=True, exist_ok=True)
    archived.write_bytes(data)
    assert "1 letters would be replayed" in desk(pipeline, "dead", "replay", "--dry-run", mine()[0].id)
    desk(pipeline, "dead", "replay", "--rate", "100", mine()[0].id)
    until(lambda: stored(pipeline, "fixed") == 1)
    drawn = audit(pipeline)
    assert drawn["balanced"]
    assert not mine()
    assert of_feed(drawn, "documents", "fixed") == {"received": 1, "parsed": 1}
    newest = json.loads(desk(pipeline, "log", "--json", "--limit", "1"))
    assert (newest["who"], newest["action"]) == ("the night editor", "replay")
