"""The table `stories`: the state of each, by which the newest version is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import cast

from copydesk.publish.version import Version
from copydesk.runtime.database import Connection
from copydesk.schemas.newest import NEVER, NO_NUMBER, Candidate, Kill, Rank, State

# In the order of the key, so that two workers with the same stories never wait for each other in a circle.
MAKE = "insert into stories (story) select unnest(%s::text[]) as story order by story on conflict do nothing"

STATE = "head, head_granted, head_usable, head_versioncreated, head_version, head_received, head_sha256, head_idx, head_processed, killed, kill"
LOCK = f"select story, {STATE} from stories where story = any (%s) order by story for update"  # noqa: S608 - our own names
NEWEST = "select story, event from stories where story = any (%s)"

UPDATE = """
update stories set
    since = case when stories.event is distinct from new.event then clock_timestamp() else stories.since end,
    event = new.event, head = new.head, head_granted = new.granted, head_usable = new.usable,
    head_versioncreated = new.versioncreated,
    head_version = new.version, head_received = new.received, head_sha256 = new.sha256, head_idx = new.idx,
    head_processed = new.processed, killed = new.killed, kill = new.kill,
    search = case when new.event is null then null else stories.search end,
    language = case when new.event is null then null else stories.language end,
    unsearched = new.event is not null and (stories.unsearched or stories.event is distinct from new.event)
from unnest(%b::text[], %b::text[], %b::text[], %b::boolean[], %b::boolean[], %b::timestamptz[], %b::numeric[], %b::timestamptz[],
        %b::text[], %b::integer[], %b::timestamptz[], %b::timestamptz[], %b::text[])
    as new (story, event, head, granted, usable, versioncreated, version, received, sha256, idx, processed, killed, kill)
where stories.story = new.story
"""


async def locked_states(connection: Connection, versions: Sequence[Version]) -> dict[str, State]:
    """Return the state of every story of the batch, locked until the transaction ends; a new story gets its row."""
    stories = sorted({v.story for v in versions})
    await connection.execute(MAKE, [stories])
    cursor = await connection.execute(LOCK.encode(), [stories])
    return {str(story): _state(rest) for story, *rest in await cursor.fetchall()}


async def newest_of(connection: Connection, stories: Sequence[str]) -> dict[str, str | None]:
    """Return for each story the event of its newest usable version, None where it has none."""
    cursor = await connection.execute(NEWEST, [list(stories)])
    found = {str(story): event for story, event in await cursor.fetchall()}
    return {story: cast("str | None", found.get(story)) for story in stories}


async def update_states(connection: Connection, changed: Mapping[str, State]) -> None:
    """Write the states. A story whose newest version is another now is marked: its words are still to be read."""
    if changed:
        rows = [_row(story, state) for story, state in sorted(changed.items())]
        await connection.execute(UPDATE, [list(column) for column in zip(*rows, strict=True)])


def _row(story: str, state: State) -> tuple[object, ...]:
    head, kill = state.head, state.kill
    rank = head.rank if head else Rank()
    return (
        story,
        state.newest,
        rank.event if head else None,
        rank.granted,
        head.pubstatus == "usable" if head else None,
        _stated(rank.versioncreated),
        None if rank.version == NO_NUMBER else rank.version,
        _stated(rank.received),
        rank.sha256 if head else None,
        rank.index if head else None,
        rank.processed if head else None,
        kill.time if kill else None,
        kill.event if kill else None,
    )


def _state(columns: Sequence[object]) -> State:
    event, granted, usable, versioncreated, number, received, sha256, idx, processed, killed, kill = columns
    head = None
    if event is not None:
        rank = Rank(
            granted=bool(granted),
            versioncreated=cast("datetime | None", versioncreated) or NEVER,
            version=NO_NUMBER if number is None else cast("Decimal", number),
            received=cast("datetime | None", received) or NEVER,
            sha256=str(sha256),
            index=cast("int", idx),
            processed=cast("datetime", processed),
            event=str(event),
        )
        head = Candidate(rank, "usable" if usable else "withheld")
    return State(head, Kill(cast("datetime", killed), str(kill)) if killed is not None else None)


def _stated(moment: datetime) -> datetime | None:
    return None if moment == NEVER else moment
