"""Legal take-downs: a story goes from archive, store and dead letters, and what stays are its hashes.

What must not come back is locked first, then taken away, then killed by an event that goes the pipeline's own way, so that
`article.current`, `article.held`, every sink and every consumer of `article.enriched` learn of it (docs/adr/0005-audit.md).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from copydesk.desk.balance.stored import Store
from copydesk.desk.connection import Connection
from copydesk.desk.letters import ERASED, Letter, letters
from copydesk.desk.records import consumer_of, end_offsets, scan
from copydesk.desk.replaying import mark, producer_of
from copydesk.publish.postgres.versions import empty_killed
from copydesk.runtime.archive import SHA256, Archive, archive_at
from copydesk.runtime.database import connection, story_key
from copydesk.runtime.envelope import derived_id, headers
from copydesk.runtime.event import Event, Out, as_event
from copydesk.schemas.article import Article, Provenance
from copydesk.schemas.newest import Kill

HELD, PARSED = "article.held", "article.parsed"
PARSER = "erase@1"
LOOK_S = 0.3
ALWAYS = datetime.max.replace(tzinfo=UTC)

PROVIDERS = "select distinct coalesce(provider, '') from versions where uri = %s"
ROWS = """
select count(*), max(versioncreated), array_agg(distinct sha256) filter (where sha256 is not null),
    array_agg(distinct document) filter (where document is not null)
from versions where story = %s
"""
CLAIMS = "select distinct unnest(claims) from versions where story = %s"
HASHES = "select distinct sha256 from documents where document = any (%s)"
DOCUMENTS = "select document from documents where sha256 = any (%s)"
OTHERS = """
select distinct v.story from versions v join stories s using (story)
where v.sha256 = any (%s) and v.story <> %s and s.event is not null order by v.story
"""
GONE = "select event is null and killed is not null from stories where story = %s"


@dataclass(frozen=True)
class Plan:
    """What there is of a story, and goes with it."""

    provider: str
    uri: str
    versions: int
    """Rows of the store; emptied, not deleted."""
    created: datetime | None
    """When the newest of them was created."""
    hashes: tuple[str, ...]
    """SHA-256 of the documents that held it: their bytes go whole."""
    absent: tuple[str, ...]
    """Those of them that the archive does not have: erased before, gone with their retention, or it is another archive."""
    claims: tuple[str, ...]
    """SHA-256 of archived articles of it, which were too long for a record."""
    others: tuple[str, ...]
    """Other stories that stand, and were in the same documents: the archive cannot give them again."""
    letters: tuple[Letter, ...]
    held: bool
    """Whether a version of it waits in `article.held`."""

    @property
    def story(self) -> str:
        """The key, `provider|uri`."""
        return f"{self.provider}|{self.uri}"

    @property
    def empty(self) -> bool:
        """Whether nothing is known of the story."""
        return not (self.versions or self.letters or self.held)


@dataclass(frozen=True)
class _Topics:
    """What the topics that people may look into hold of stories with the uri."""

    held: dict[str, Event]
    """By story."""
    letters: list[Letter]


async def plans(where: Connection, uri: str, provider: str | None) -> list[Plan]:
    """Return what there is of each provider's story with this uri; of one provider's, where it is named.

    Raises `Unavailable` where archive, broker or store are away.
    """
    archive = archive_at(where.archive)
    found = _Topics(await _held(where.kafka, f"|{uri}"), await letters(where.kafka, replayed=True))
    async with connection(where.database, autocommit=True) as store:
        if provider is not None:
            providers = {provider}
        else:
            stored = await (await store.execute(PROVIDERS, [uri])).fetchall()
            keys = [*found.held, *(letter.key for letter in found.letters if letter.topic.startswith("article."))]
            providers = {str(row[0]) for row in stored} | {k[: -len(uri) - 1] for k in keys if k.endswith(f"|{uri}")}
        return [await _plan(store, archive, found, each, uri) for each in sorted(providers)]


async def erase(where: Connection, plan: Plan, wait_s: float) -> bool:
    """Take the story away; return whether its kill came through within the time.

    Safe to do again where it was interrupted. Raises `Unavailable`, KafkaError or psycopg.Error where something is away.
    """
    archive = archive_at(where.archive)
    for sha256 in plan.hashes:
        archive.lock(sha256, plan.story)
    for sha256 in (*plan.hashes, *plan.claims):
        archive.erase(sha256)
    async with (
        connection(where.database, autocommit=True) as store,
        producer_of(where.kafka) as producer,
    ):
        await _empty(store, plan)
        for letter in plan.letters:
            await (await mark(producer, letter, ERASED))
        record = kill_of(plan, datetime.now(UTC))
        await producer.send_and_wait(record.topic, record.value, key=record.key, headers=list(record.headers))
        came = await _came(store, plan, wait_s)
        await _empty(store, plan)  # what was on its way meanwhile
        return came


def kill_of(plan: Plan, now: datetime) -> Out:
    """Return the kill that the desk writes: it beats every version that is known, whatever its time."""
    created = max(now, plan.created or now)
    document = derived_id("erase", plan.story, created.isoformat())
    article = Article(
        uri=plan.uri,
        provider=plan.provider or None,
        format="text",
        type="text",
        pubstatus="canceled",
        signals=["kill"],
        versioncreated=created,
        provenance=Provenance(document=document, index=0, received=now, parser=PARSER, stages={"parse": now}),
    )
    stated = headers(
        id=derived_id(document, 0, PARSER),
        type=f"copydesk.{PARSED}.v1",
        source="copydesk/desk",
        time=now,
        content_type="application/json",
        document=document,
        index=0,
        count=1,
    )
    return Out(PARSED, plan.story.encode(), article.to_json(), stated)


async def _plan(store: Store, archive: Archive, found: _Topics, provider: str, uri: str) -> Plan:
    story = f"{provider}|{uri}"
    key = story_key(story)
    ((versions, created, hashes, documents),) = await (await store.execute(ROWS, [key])).fetchall()
    held = found.held.get(story)
    own = [x for x in found.letters if x.key == story and x.topic.startswith("article.")]
    brought = {x.document for x in own} | ({held.header("ce_document") or ""} if held else set()) | set(documents or ())
    registered = await (await store.execute(HASHES, [sorted(brought)])).fetchall()
    every = sorted({str(row[0]) for row in registered} | set(hashes or ()))
    same = {str(row[0]) for row in await (await store.execute(DOCUMENTS, [every])).fetchall()} | brought - {""}
    others = await (await store.execute(OTHERS, [every, key])).fetchall()
    claims = {str(row[0]) for row in await (await store.execute(CLAIMS, [key])).fetchall()} | set(_claims(held))
    return Plan(
        provider=provider,
        uri=uri,
        versions=versions,
        created=created,
        hashes=tuple(every),
        absent=tuple(sha256 for sha256 in every if archive.size(sha256) is None),
        claims=tuple(sorted(claims)),
        others=tuple(str(row[0]) for row in others),
        letters=tuple(letters_of(found.letters, same, set(every), story)),
        held=held is not None,
    )


def letters_of(among: Iterable[Letter], documents: set[str], hashes: set[str], story: str) -> list[Letter]:
    """Return the letters of the story: of the documents that held it, of the same bytes, or of an article of it."""
    return [x for x in among if x.document in documents or x.sha256 in hashes or x.key == story]


def _claims(held: Event | None) -> Sequence[str]:
    stated = (held.header("ce_datarefs") if held else None) or ""
    return [each for each in stated.split(",") if SHA256.fullmatch(each)]


async def _held(kafka: str, ending: str) -> dict[str, Event]:
    """Return what waits in `article.held`, by its key, of the keys with this ending."""
    found: dict[str, Event] = {}
    async with consumer_of(kafka) as consumer:
        async for record in scan(consumer, HELD, {}, await end_offsets(consumer, HELD)):
            key = (record.key or b"").decode("utf-8", "replace")
            if not key.endswith(ending):
                continue
            if record.value is None:
                found.pop(key, None)
            else:
                found[key] = as_event(record)
    return found


async def _empty(store: Store, plan: Plan) -> None:
    async with store.transaction():
        await empty_killed(store, {story_key(plan.story): Kill(ALWAYS, "")})


async def _came(store: Store, plan: Plan, wait_s: float) -> bool:
    """Return whether publish has taken the kill in, as soon as it has or after the time."""
    end = time.monotonic() + wait_s
    while True:
        row = await (await store.execute(GONE, [story_key(plan.story)])).fetchone()
        if row is not None and row[0]:
            return True
        if time.monotonic() >= end:
            return False
        await asyncio.sleep(LOOK_S)
