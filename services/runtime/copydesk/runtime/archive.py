"""The archive: the bytes of every document as they were received, found by their SHA-256.

`Archive` is what stages use; `FolderArchive` keeps it in a local folder, `copydesk.runtime.bucket` in an object store.

Bytes are kept as they came, not compressed: most wires are shorter than two blocks of a file system, `sha256sum` checks a
file and `less` reads it; where space counts, a compressing file system or store does it better and for all.

Fsync: a file is written beside the archive and renamed into place, so that nobody ever reads half of one. Documents that
also travel inside a record are not flushed one by one: after a power cut the broker still has them, and `put` mends what it
finds torn. `durable=True` flushes file and folder before it returns; it is used for documents of which the archive holds the
only copy.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from copydesk.runtime.refusal import Refusal, Unavailable

SHA256 = re.compile(r"[0-9a-f]{64}")
DATAREF = "sha256:"
"""How `ce_dataref` (CloudEvents' dataref extension) names archived bytes."""
ERASED = ".erased"
_NAMES = itertools.count()


class Archive(Protocol):
    """Content-addressed store of documents. Every method raises `Unavailable` while the store is away."""

    @property
    def at_once(self) -> int:
        """How many calls are best made at once."""

    def spool(self) -> Path:
        """Return a fresh name of a file for bytes on their way in, which `adopt` takes over."""

    def put(self, data: bytes, *, durable: bool = False) -> str:
        """Keep the bytes; return their hex SHA-256. Keeping them again changes nothing."""

    def adopt(self, file: Path, sha256: str) -> None:
        """Take over a file whose hash the caller reckoned while writing it; durable. The file is gone afterwards."""

    def size(self, sha256: str) -> int | None:
        """Return how many bytes are kept under this hash, None where there are none."""

    def get(self, sha256: str) -> bytes:
        """Return the bytes. Refusal `not-archived` where there are none, `erased` where they were, `corrupt` where they changed."""

    def lock(self, sha256: str, story: str) -> None:
        """Mark that the document holds a killed story: who reads it again passes that story over."""

    def locks(self, sha256: str) -> frozenset[str]:
        """Return the keys (`provider|uri`) of the killed stories that the document holds."""

    def erase(self, sha256: str) -> None:
        """Take the bytes away for good (legal take-downs); locks stay, and the same bytes are not kept again."""

    def forget(self, sha256: str, before: datetime) -> bool:
        """Take the bytes away (retention) if they came last before that time; return whether there are none now.

        Locks stay; the same bytes are kept again when they come again. `put` makes what is there already count as come now.
        """


@dataclass(frozen=True)
class FolderArchive:
    """An archive in a local folder: `ab/c/abcd…`, with locks in `abcd….locks/` beside the bytes, or `abcd….erased` for them.

    4,096 folders: more would cost a new folder for nearly every document of the first days, fewer would grow long.
    """

    root: Path
    at_once: int = 1

    def put(self, data: bytes, *, durable: bool = False) -> str:
        """See `Archive.put`."""
        sha256 = hashlib.sha256(data).hexdigest()
        # Text, not `Path`: at thousands of documents a second the joining of paths costs more than the system's calls.
        place = f"{self.root}/{sha256[:2]}/{sha256[2]}/{sha256}"
        if not (_holds(place, data) and _renewed(place)) and not os.path.exists(place + ERASED):  # noqa: PTH110 - text, see above
            try:
                self._write(place, data, durable=durable)
            except OSError as error:
                raise Unavailable(f"archive: {error}") from error
        return sha256

    def adopt(self, file: Path, sha256: str) -> None:
        """See `Archive.adopt`. Best on the archive's own file system: `spool` gives a name there."""
        place = self._place(sha256)
        try:
            if self._erased(sha256).exists():
                file.unlink()
                return
            place.parent.mkdir(parents=True, exist_ok=True)
            if file.stat().st_dev != place.parent.stat().st_dev:
                near = self.spool()
                shutil.copyfile(file, near)
                file.unlink()
                file = near
            _flush(file)
            file.replace(place)
            _flush(place.parent)
        except OSError as error:
            raise Unavailable(f"archive: {error}") from error

    def spool(self) -> Path:
        """Return a fresh name on the archive's file system, for bytes on their way in."""
        folder = self.root / "spool"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / fresh_name()

    def size(self, sha256: str) -> int | None:
        """See `Archive.size`."""
        try:
            return self._place(sha256).stat().st_size
        except FileNotFoundError:
            self._must_be_there()
            return None

    def get(self, sha256: str) -> bytes:
        """See `Archive.get`."""
        try:
            data = self._place(sha256).read_bytes()
        except FileNotFoundError:
            self._must_be_there()
            if self._erased(sha256).exists():
                raise Refusal("erased", f"the document {sha256} was erased") from None
            raise Refusal("not-archived", f"the archive has no document {sha256}") from None
        except OSError as error:
            raise Unavailable(f"archive: {error}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal("corrupt", f"the archived document {sha256} has another hash now")
        return data

    def lock(self, sha256: str, story: str) -> None:
        """See `Archive.lock`. One file a story, so that two who lock at once never overwrite each other."""
        folder = self._locks(sha256)
        mark = folder / hashlib.sha256(story.encode("utf-8", "surrogatepass")).hexdigest()
        if mark.exists():
            return
        try:
            self._write(str(mark), story.encode("utf-8", "surrogatepass"), durable=True)
        except OSError as error:
            raise Unavailable(f"archive: {error}") from error

    def locks(self, sha256: str) -> frozenset[str]:
        """See `Archive.locks`."""
        try:
            marks = sorted(self._locks(sha256).iterdir())
        except FileNotFoundError:
            return frozenset()
        return frozenset(mark.read_bytes().decode("utf-8", "surrogatepass") for mark in marks)

    def erase(self, sha256: str) -> None:
        """See `Archive.erase`."""
        place = self._place(sha256)
        self._must_be_there()
        try:
            # First that it may not come back, then the bytes: a crash in between leaves them, and it is done again.
            if not self._erased(sha256).exists():
                self._write(str(self._erased(sha256)), b"", durable=True)
            place.unlink(missing_ok=True)
            _flush(place.parent)
        except OSError as error:
            raise Unavailable(f"archive: {error}") from error

    def forget(self, sha256: str, before: datetime) -> bool:
        """See `Archive.forget`."""
        place = self._place(sha256)
        self._must_be_there()
        try:
            if place.stat().st_mtime >= before.timestamp():
                return False
            # Aside first: whoever puts the same bytes from here on writes them anew, or did so before and it shows.
            aside = place.replace(self.spool())
            if aside.stat().st_mtime < before.timestamp():
                aside.unlink()
                return True
            aside.replace(place)
        except FileNotFoundError:
            return True
        except OSError as error:
            raise Unavailable(f"archive: {error}") from error
        return False

    def _place(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise Refusal("not-archived", "not a hex SHA-256")
        return self.root / sha256[:2] / sha256[2] / sha256

    def _erased(self, sha256: str) -> Path:
        place = self._place(sha256)
        return place.with_name(place.name + ERASED)

    def _locks(self, sha256: str) -> Path:
        place = self._place(sha256)
        return place.with_name(place.name + ".locks")

    def _must_be_there(self) -> None:
        if not self.root.is_dir():
            raise Unavailable(f"archive: no folder {self.root}")

    def _write(self, place: str, data: bytes, *, durable: bool) -> None:
        file = f"{self.root}/spool/{fresh_name()}"
        descriptor = _created(file)
        try:
            with open(descriptor, "wb", buffering=0) as out:  # noqa: PTH123 - a descriptor
                left = memoryview(data)
                while left:
                    left = left[out.write(left) :]
                if durable:
                    os.fsync(descriptor)
            _renamed(file, place)
        except OSError:
            Path(file).unlink(missing_ok=True)
            raise
        if durable:
            _flush(Path(place).parent)


def referred(reference: str) -> str:
    """Return the SHA-256 that a `ce_dataref` names. Refusal `bad-reference` where it names none."""
    sha256 = reference.removeprefix(DATAREF)
    if not reference.startswith(DATAREF) or not SHA256.fullmatch(sha256):
        raise Refusal("bad-reference", f"ce_dataref is sha256: and 64 hex digits, not {reference[:80]!r}")
    return sha256


def archive_at(place: str) -> Archive:
    """Return the archive in a folder, or in a bucket: `s3://BUCKET/PREFIX`. ValueError where that cannot be one."""
    if place.startswith("s3://"):
        from copydesk.runtime.bucket import bucket_archive  # noqa: PLC0415 - the extra `s3`, for those who use it

        return bucket_archive(place)
    return FolderArchive(Path(place))


def _created(file: str) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    except FileNotFoundError:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)


def _renamed(file: str, place: str) -> None:
    try:
        os.replace(file, place)  # noqa: PTH105 - text, see `put`
    except FileNotFoundError:
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, place)  # noqa: PTH105


def fresh_name() -> str:
    """Return a file's name that nobody else on any machine uses."""
    return f"{os.getpid():x}-{next(_NAMES):x}-{os.urandom(4).hex()}"


def _holds(place: str, data: bytes) -> bool:
    """Whether the file is there and whole; a torn one (power cut) is not."""
    try:
        return os.stat(place).st_size == len(data) and Path(place).read_bytes() == data  # noqa: PTH116 - text, see `put`
    except OSError:
        return False


def _renewed(file: str) -> bool:
    """Whether the file now counts as come just now (see `Archive.forget`)."""
    try:
        os.utime(file)
    except OSError:  # gone meanwhile, or somebody else's: it is written anew
        return False
    return True


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
