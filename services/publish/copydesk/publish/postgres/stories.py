"""The table `stories`: the state of each, by which the newest version is decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import cast

from copydesk.publish.version import Version
from copydesk.runtime.database import Connection, columns
from copydesk.schemas.newest import NEVER, NO_NUMBER, Candidate, Kill, Rank, State

COLUMNS: dict[str, str] = {
    "story": "text",
    "event": "text",
    "head": "text",
    "head_granted": "boolean",
    "head_usable": "boolean",
    "head_versioncreated": "timestamptz",
    "head_version": "numeric",
    "head_received": "timestamptz",
    "head_sha256": "text",
    "head_idx": "integer",
    "head_processed": "timestamptz",
    "killed": "timestamptz",
    "kill": "text",
}
_NAMES = ", ".join(COLUMNS)
_NEW = f"unnest({', '.join(f'%b::{kind}[]' for kind in COLUMNS.values())}) as new ({_NAMES})"

# In the order of the key, so that two workers with the same stories never wait for each other in a circle.
LOCK = f"select {_NAMES} from stories where story = any (%s) order by story for update"  # noqa: S608 - our own names
MAKE = f"""
insert into stories ({_NAMES}, unsearched)
select {_NAMES}, event is not null from {_NEW} order by story
on conflict do nothing returning story
"""  # noqa: S608
NEWEST = "select story, event from stories where story = any (%s)"

UPDATE = f"""
update stories set
    since = case when stories.event is distinct from new.event then clock_timestamp() else stories.since end,
    {", ".join(f"{name} = new.{name}" for name in COLUMNS if name != "story")},
    search = case when new.event is null then null else stories.search end,
    language = case when new.event is null then null else stories.language end,
    unsearched = new.event is not null and (stories.unsearched or stories.event is distinct from new.event)
from {_NEW}
where stories.story = new.story
"""  # noqa: S608


class Overtaken(Exception):  # noqa: N818 - nothing is wrong
    """Another worker made a story's row meanwhile: the transaction must be done anew, in the light of its state."""


async def locked_states(connection: Connection, versions: Sequence[Version]) -> dict[str, State]:
    """Return the state of every story of the batch that has one, locked until the transaction ends."""
    cursor = await connection.execute(LOCK.encode(), [sorted({v.story for v in versions})])
    return {str(story): _state(rest) for story, _, *rest in await cursor.fetchall()}


async def newest_of(connection: Connection, stories: Sequence[str]) -> dict[str, str | None]:
    """Return for each story the event of its newest usable version, None where it has none."""
    cursor = await connection.execute(NEWEST, [list(stories)])
    found = {str(story): event for story, event in await cursor.fetchall()}
    return {story: cast("str | None", found.get(story)) for story in stories}


async def write_states(
    connection: Connection, before: Mapping[str, State], after: Mapping[str, State]
) -> Callable[[], Awaitable[None]]:
    """Write the states that are others now. A story whose newest version is another is marked: its words are still to be read.

    What is returned waits for the answer, and raises `Overtaken` where a story that was new is so no more.
    """
    changed = [(story, state) for story, state in sorted(after.items()) if state != before.get(story)]
    if known := [_row(story, state) for story, state in changed if story in before]:
        await connection.execute(UPDATE.encode(), columns(known))
    new = [_row(story, state) for story, state in changed if story not in before]
    made = await connection.execute(MAKE.encode(), columns(new)) if new else None

    async def all_made() -> None:
        if made and len(await made.fetchall()) < len(new):
            raise Overtaken

    return all_made


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


def _state(kept: Sequence[object]) -> State:
    event, granted, usable, versioncreated, number, received, sha256, idx, processed, killed, kill = kept
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
