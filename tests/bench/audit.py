"""What `copydesk audit` costs: seconds, CPU and memory for so many documents: `python -m tests.bench.audit [DOCUMENTS]`.

Fills the topics and the table `versions` of servers of its own as a pipeline would have that took so many documents of one article
of about 3 kB, each published; every thousandth row is then taken away. The audit runs in a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from copydesk.desk.balance.offsets import READS
from copydesk.desk.prepare import prepare
from copydesk.desk.records import consumer_of, end_offsets
from copydesk.runtime.envelope import derived_id, headers
from copydesk.runtime.event import Out
from copydesk.schemas.article import Article, Provenance
from copydesk.schemas.receipt import Receipt
from copydesk.schemas.topics import topics

from tests.servers import embedded

NOW = datetime.now(UTC)
PARTITIONS = 4
AT_ONCE = 2000
TAKEN = 1000
BODY = "The harbour board of Skerry voted on Monday to reopen two piers after the storms had passed. " * 30
COPY = "copy versions (event, story, uri, pubstatus, document, idx, received, processed, standing, stored, article) from stdin"


def records_of(number: int) -> list[tuple[int, Out]]:
    """Return what the pipeline writes of one document, and onto which partition."""
    document, event = derived_id("document", number), derived_id("event", number)
    partition, offset = number % PARTITIONS, number // PARTITIONS
    article = Article(uri=f"sp:{number}", format="text", body=BODY, provenance=Provenance(document=document, index=0))
    told = {
        "source": "bench",
        "time": NOW,
        "content_type": "application/json",
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
    }
    came = headers(
        id=document, type="copydesk.wire.received.v1", feed="skerry", document=document, position=f"{partition}/{offset}",
        received=NOW.isoformat(), sha256="ab" * 32, size=len(BODY), **told,
    )  # fmt: skip
    parsed = headers(
        id=event, type="copydesk.article.parsed.v1", feed="skerry", document=document, index=0, count=1, **told
    )
    receipts = [
        Receipt(uri=article.uri, event=event, document=document, index=0, sink=sink, outcome="stored", at=NOW).to_json()
        for sink in ("postgres", "current")
    ]
    value = article.to_json()
    return [
        (partition, Out("wire.inbound", document.encode(), BODY.encode())),
        (partition, Out("wire.received", document.encode(), BODY.encode(), came)),
        (partition, Out("article.parsed", article.key.encode(), value, parsed)),
        (partition, Out("article.enriched", article.key.encode(), value, parsed)),
        *((partition, Out("article.published", article.key.encode(), receipt)) for receipt in receipts),
    ]


async def fill(kafka: str, documents: int) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=20, max_batch_size=1 << 19) as producer:
        for begin in range(0, documents, AT_ONCE):
            sent = [
                await producer.send(out.topic, out.value, key=out.key, headers=list(out.headers), partition=partition)
                for number in range(begin, min(documents, begin + AT_ONCE))
                for partition, out in records_of(number)
            ]
            for each in sent:
                await each
    await say_done(kafka)


async def say_done(kafka: str) -> None:
    """Commit, for every stage, that it has done all."""

    async with consumer_of(kafka) as looking:
        ends = {topic: await end_offsets(looking, topic) for topic in topics()}
    for stage, names in READS.items():
        async with AIOKafkaConsumer(
            bootstrap_servers=kafka, group_id=f"copydesk-{stage}", enable_auto_commit=False
        ) as group:
            parts = {TopicPartition(t, p): end for t in names for p, end in ends[t].items() if end}
            group.assign(list(parts))
            if parts:
                await group.commit(parts)


def rows(documents: int) -> Iterator[tuple[object, ...]]:
    for number in range(documents):
        event, document = derived_id("event", number), derived_id("document", number)
        yield event, f"|sp:{number}", f"sp:{number}", "usable", document, 0, NOW, NOW, "newest", NOW, "{}"


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with ExitStack() as held, tempfile.TemporaryDirectory() as folder:
        cache = Path(os.environ.get("COPYDESK_CACHE", ".cache")).absolute()
        kafka, database = embedded(held, Path(folder), cache)
        prepare(kafka, database)
        asyncio.run(fill(kafka, documents))
        with psycopg.connect(database) as store, store.cursor() as cursor, cursor.copy(COPY) as copy:
            for row in rows(documents):
                copy.write_row(row)
        environment = {**os.environ, "COPYDESK_KAFKA": kafka, "COPYDESK_DATABASE": database}
        for taken in (False, True):
            if taken:
                with psycopg.connect(database) as store:
                    store.execute("delete from versions where split_part(uri, ':', 2)::int %% %s = 0", [TAKEN])
            before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            done = subprocess.run(
                [sys.executable, "-m", "copydesk.desk", "audit"],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(f"audit: documents {documents} taken {documents // TAKEN if taken else 0} status {done.returncode} "
                  f"seconds {time.monotonic() - begun:.1f} cpu_s {cpu:.1f} peak_mb {after.ru_maxrss // 1024}")  # fmt: skip
            if done.returncode != taken:
                print(done.stdout[-2000:], done.stderr[-2000:])


if __name__ == "__main__":
    main()
