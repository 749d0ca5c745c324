"""A watched folder: what is put into `in/` is pushed, and then stands in `done/`, or in `failed/` beside a `.error` file.

`in/FEED/file` comes by that feed, `in/file` by the feed `default`; a feed's own folder (its `folder` in the file of feeds) has
no feeds below `in/`. Names that begin with a dot or end in `.tmp`, `.part` and the like are still being written by custom and
are left alone. A file is whole when its size and time of change stood still for a while and nobody has it open for writing.

A file is moved only after the broker has its document: a crash in between pushes it again, and ingest calls it a repeat.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from copydesk.ingest.door import Delivery, Door
from copydesk.ingest.settings import IngestSettings
from copydesk.ingest.source import Source
from copydesk.ingest.sources.file import Found, State, TurnedAway, being_written, found, read
from copydesk.ingest.sources.spool import Spool
from copydesk.runtime.background import running
from copydesk.runtime.feeds import DEFAULT_FEED
from copydesk.runtime.refusal import Unavailable

SOURCE_NAME = "copydesk/ingest/folder"
SCAN_S = 0.25
AWAY_S = 2.0
AT_ONCE = 64
"""Files that are read before they are sent: at most so many times 1 MB in memory."""

log = structlog.get_logger()


@dataclass
class Inbox:
    """One watched folder."""

    root: Path
    door: Door
    settle_s: float
    feed: str | None = None
    """The feed of every file; None: by sub-folder."""
    _seen: dict[Path, tuple[State, float]] = field(default_factory=dict)
    _stuck: set[tuple[Path, State]] = field(default_factory=set)
    """Files that are done but could not be moved: they are not pushed again and again."""

    async def watch(self) -> None:
        """Take in what comes, on and on. Only one watcher works on a folder; others wait until it is gone."""
        for name in ("in", "done", "failed"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        with self.root.joinpath(".copydesk.lock").open("w") as lock:
            while not _got(lock.fileno()):  # noqa: ASYNC110 - a lock between processes has no event
                await asyncio.sleep(AWAY_S)
            while True:
                try:
                    await self.once()
                except (Unavailable, OSError) as error:
                    log.warning("folder_waits", folder=str(self.root), error=str(error))
                    await asyncio.sleep(AWAY_S)
                else:
                    await asyncio.sleep(SCAN_S)

    async def once(self) -> int:
        """Scan the folder and take in what is whole; return how many files that were."""
        whole = await asyncio.to_thread(self._whole)
        for start in range(0, len(whole), AT_ONCE):
            await self._take(whole[start : start + AT_ONCE])
        return len(whole)

    def _whole(self) -> list[Found]:
        """Return the files that stood still for as long as it takes, by name."""
        now = time.monotonic()
        before, self._seen = self._seen, {}
        whole = []
        for each in self._files():
            state, since = before.get(each.path, (None, now))
            since = since if state == each.state else now
            self._seen[each.path] = (each.state, since)
            done = (each.path, each.state) in self._stuck
            if now - since >= self.settle_s and not done and not being_written(each.path):
                whole.append(each)
        return whole

    def _files(self) -> Iterator[Found]:
        for entry in _entries(self.root / "in"):
            if entry.is_dir(follow_symlinks=False):
                inner = _entries(entry.path) if self.feed is None and not entry.name.startswith(".") else []
                for file in inner:
                    yield from found(file, entry.name)
            else:
                yield from found(entry, self.feed or DEFAULT_FEED)

    async def _take(self, files: Sequence[Found]) -> None:
        taken: list[tuple[Found, Spool, Delivery]] = []
        try:
            for each in files:
                try:
                    taken.append((each, *await asyncio.to_thread(read, each, self.door.archive)))
                except FileNotFoundError:
                    continue  # somebody took it back
                except TurnedAway as turned:
                    await self.door.refuse(turned.delivery, turned.why, SOURCE_NAME)
                    await asyncio.to_thread(self._fail, each, turned)
            if taken:
                await self.door.take([delivery for _, _, delivery in taken], SOURCE_NAME)
        finally:
            for _, spool, _ in taken:
                spool.close()
        for each, _, _ in taken:
            await asyncio.to_thread(self._move, each, "done")

    def _fail(self, each: Found, turned: TurnedAway) -> None:
        place = self._move(each, "failed")
        if place is not None:
            note = {"error": turned.why.kind, "message": str(turned.why), "size": turned.delivery.size}
            text = json.dumps({**note, "sha256": turned.delivery.sha256}, ensure_ascii=False)
            place.with_name(place.name + ".error").write_text(text + "\n", encoding="utf-8", errors="replace")

    def _move(self, each: Found, where: str) -> Path | None:
        """Move the file to where it belongs, never over another one; None where it could not be moved."""
        folder = self.root / where / each.path.parent.relative_to(self.root / "in")
        place = folder / each.path.name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if place.exists():
                place = folder / f"{time.time_ns():x}.{each.path.name}"
            each.path.rename(place)
        except OSError as error:
            self._stuck.add((each.path, each.state))
            log.error("file_not_moved", file=str(each.path), to=str(place), error=str(error))  # noqa: TRY400
            return None
        return place


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []


def _got(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@asynccontextmanager
async def _open(door: Door, settings: IngestSettings) -> AsyncIterator[None]:
    inboxes = [
        Inbox(feed.folder, door, settings.inbox_settle_s, feed.name)
        for feed in door.feeds.all().values()
        if feed.folder is not None
    ]
    if settings.inbox is not None:
        inboxes.append(Inbox(settings.inbox, door, settings.inbox_settle_s))
    async with AsyncExitStack() as held:
        for inbox in inboxes:
            await held.enter_async_context(running(inbox.watch(), f"inbox {inbox.root}"))
        yield


SOURCE = Source(name="folder", open=_open)
