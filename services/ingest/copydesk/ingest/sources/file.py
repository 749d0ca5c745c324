"""One file of a watched folder: whether it is whole, and its bytes as a delivery."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from copydesk.ingest.door import Delivery, check
from copydesk.ingest.sources.spool import Spool
from copydesk.runtime.archive import Archive
from copydesk.runtime.feeds import DEFAULT_FEED, is_feed_name
from copydesk.runtime.refusal import Refusal

UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~")
CHUNK_BYTES = 1 << 20

State = tuple[int, int, int]
"""Inode, size in bytes, time of change in ns: while these stand still nobody writes."""


@dataclass(frozen=True)
class Found:
    """A file in `in/`, as a scan saw it."""

    path: Path
    feed: str
    state: State


class TurnedAway(Exception):  # noqa: N818 - an answer
    """A file that is not taken, and why."""

    def __init__(self, delivery: Delivery, why: Refusal) -> None:
        super().__init__(str(why))
        self.delivery, self.why = delivery, why


def found(entry: os.DirEntry[str], feed: str) -> Iterator[Found]:
    """Yield the entry if it is a plain file under a finished name; links and devices are none."""
    name = entry.name
    if name.startswith(".") or name.lower().endswith(UNFINISHED) or not entry.is_file(follow_symlinks=False):
        return
    with contextlib.suppress(FileNotFoundError):
        state = entry.stat(follow_symlinks=False)
        yield Found(Path(entry.path), feed, (state.st_ino, state.st_size, state.st_mtime_ns))


def being_written(path: Path) -> bool:
    """Whether somebody has the file open for writing, as far as the system tells: a read lease is refused then (fcntl(2)).

    File systems without leases, and files of other users, do not tell: there the time of standing still decides.
    """
    try:
        descriptor = _opened(path)
    except OSError:
        return False
    try:
        # Who opens the file in the moment of our lease would have us sent SIGIO, which ends a process; SIGURG does nothing.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    else:
        return False
    finally:
        os.close(descriptor)


def read(each: Found, archive: Archive) -> tuple[Spool, Delivery]:
    """Return the file as a delivery, and the spool to close once it is in; `in/` keeps its file until then.

    TurnedAway with `empty`, `too-large`, `bad-feed` or `unreadable`. FileNotFoundError where somebody took it back.
    """
    spool = Spool(archive)
    name = os.fsencode(each.path.name).decode("utf-8", "replace")
    try:
        with os.fdopen(_opened(each.path), "rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                spool.write(chunk)
    except FileNotFoundError:
        raise
    except OSError as error:
        spool.close()
        raise TurnedAway(_nothing(each, name), Refusal("unreadable", f"the file cannot be read: {error}")) from error
    delivery = spool.delivery(each.feed, name, None)
    try:
        _check(delivery)
    except Refusal as why:
        spool.close()
        safe = delivery if is_feed_name(each.feed) else replace(delivery, feed=DEFAULT_FEED)
        raise TurnedAway(replace(safe, file=None), why) from None
    return spool, delivery


def _check(delivery: Delivery) -> None:
    if not is_feed_name(delivery.feed):
        raise Refusal("bad-feed", f"the folder's name cannot be a feed's: {delivery.feed[:80]!r}")
    check(delivery)


def _nothing(each: Found, name: str) -> Delivery:
    feed = each.feed if is_feed_name(each.feed) else DEFAULT_FEED
    return Delivery(feed, hashlib.sha256(b"").hexdigest(), each.state[1], filename=name)


def _opened(path: Path) -> int:
    # Not blocking: somebody may have put a pipe in the file's place since the scan.
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
