"""Parse and enrich, each alone as its own process: events in, events out."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from copydesk.runtime.envelope import headers
from copydesk.runtime.event import Event, Out
from copydesk.runtime.producer import Producer
from copydesk.runtime.topics import create_missing
from copydesk.schemas.article import Article
from copydesk.schemas.headers import ArticleHeaders, DeadHeaders

from tests.runtime.lane import REPOSITORY, Running, read, until

if TYPE_CHECKING:
    from tests.conftest import Servers

pytestmark = pytest.mark.stack

Start = Callable[[str], Running]
PATIENCE_S = 150.0
"""A service that starts here first goes through all that other tests of the session left in its topic."""


@pytest.fixture
def start(stack: Servers, tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []
    # An archive that is there but lacks a document refuses it; one that is not there at all is waited for.
    (tmp_path / "archive").mkdir()

    def start(stage: str) -> Running:
        log = tmp_path / f"{stage}.log"
        environment = {**os.environ, "COPYDESK_KAFKA": stack.kafka, "COPYDESK_ARCHIVE": str(tmp_path / "archive")}
        with log.open("wb") as out:
            command = [sys.executable, "-m", f"copydesk.{stage}"]
            process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=out, stderr=out)
        started.append(Running(process, log))
        return started[-1]

    yield start
    for running in started:
        assert running.stop() == 0, running.log.read_text()[-2000:]


def push(servers: Servers, records: Sequence[Out]) -> None:
    async def write() -> None:
        await create_missing(servers.kafka)
        async with Producer(servers.kafka, "test") as producer:
            await producer.send(records)

    asyncio.run(write())


def of(servers: Servers, topic: str, document: str) -> list[Event]:
    events = asyncio.run(read(servers.kafka, topic))
    return [e for e in events if document in {e.header("ce_document"), e.header("ce_id")}]


def received(document: str, data: bytes) -> Out:
    told = headers(
        id=document,
        type="copydesk.wire.received.v1",
        source="copydesk/ingest/harbour-press",
        feed="harbour-press",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        received=datetime.now(UTC).isoformat(),
    )
    return Out("wire.received", document.encode(), data, told)


def parsed(document: str, article: Article) -> Out:
    told = headers(
        id=f"{document}-0",
        type="copydesk.article.parsed.v1",
        source="copydesk/parse",
        document=document,
        index=0,
        count=1,
    )
    return Out("article.parsed", article.key.encode(), article.to_json(), told)


def test_parse_turns_a_document_into_its_articles_and_refuses_what_is_none(stack: Servers, start: Start) -> None:
    wire = b"HALVERSUND, March 3 (Harbour Press) - The ferry between Halversund and Tarn resumed on Tuesday.\n"
    push(stack, [received("alone-parse-bad", b"\x00\x01\x02\x03\xff"), received("alone-parse", wire)])
    start("parse")
    (event,) = until(lambda: of(stack, "article.parsed", "alone-parse"), "the article", PATIENCE_S)
    article = Article.model_validate_json(event.value or b"")
    assert event.key == article.key.encode()
    assert "resumed on Tuesday" in (article.body or "")
    assert ArticleHeaders.model_validate({n: v.decode() for n, v in event.headers}).ce_count == 1
    (letter,) = until(lambda: of(stack, "wire.dead", "alone-parse-bad"), "the dead letter", PATIENCE_S)
    told = DeadHeaders.model_validate({n: v.decode() for n, v in letter.headers})
    assert (told.dead_stage, told.dead_topic, letter.value) == ("parse", "wire.received", b"\x00\x01\x02\x03\xff")


def test_enrich_lets_out_what_is_for_everybody_and_holds_the_rest(stack: Servers, start: Start) -> None:
    body = "HALVERSUND, March 3 (Harbour Press) - The ferry to Tarn resumed on Tuesday."
    free = Article(uri="alone-enrich", format="text", provider="Harbour Press", body=body, headline="Ferry runs again")
    later = datetime.now(UTC) + timedelta(hours=1)
    held = free.model_copy(update={"uri": "alone-held", "embargoed": later})
    push(stack, [parsed("alone-held", held), parsed("alone-enrich", free)])
    start("enrich")
    (event,) = until(lambda: of(stack, "article.enriched", "alone-enrich"), "the enriched article", PATIENCE_S)
    article = Article.model_validate_json(event.value or b"")
    assert article.dateline is not None
    assert article.provenance is not None
    assert article.provenance.enrichers
    (kept,) = until(lambda: of(stack, "article.held", "alone-held"), "the held article", PATIENCE_S)
    assert kept.header("ce_until") == later.isoformat()
    assert of(stack, "article.enriched", "alone-held") == []


def test_topics_are_created_once_with_the_settings_of_the_contract(stack: Servers) -> None:
    from aiokafka.admin import AIOKafkaAdminClient
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

    async def settings(topic: str) -> dict[str, str]:
        await create_missing(stack.kafka)
        assert await create_missing(stack.kafka) == []
        client = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
        await client.start()
        try:
            (answer,) = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
            return {entry[0]: entry[1] for resource in answer.resources for entry in resource[4]}
        finally:
            await client.close()

    held = asyncio.run(settings("article.held"))
    assert (held["cleanup.policy"], held["retention.ms"], held["max.message.bytes"]) == ("compact", "-1", "1179648")
