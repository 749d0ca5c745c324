"""The archive in an object store that speaks S3, by obstore: `COPYDESK_ARCHIVE=s3://bucket/prefix`.

Where the store is and who we are, the environment says as AWS' own tools have it: `AWS_ENDPOINT_URL`, `AWS_REGION`,
`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, or the machine's role. Needs the extra `copydesk-runtime[s3]`.

Every call is a request of some ten milliseconds: ingest makes several at once, parse asks for the locks of each document.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.runtime.archive import ERASED, SHA256, fresh_name
from copydesk.runtime.refusal import Refusal, Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Store


RENEWED_AFTER = timedelta(hours=12)
"""What was written longer ago is written again when it comes again, so that retention sees that it came (`Archive.forget`)."""


@dataclass(frozen=True)
class BucketArchive:
    """An archive in a bucket: `ab/c/abcd…`, with locks as `abcd….locks/…` beside the bytes, or `abcd….erased` for them."""

    store: S3Store
    at_once: int = 16

    def put(self, data: bytes, *, durable: bool = False) -> str:
        """See `Archive.put`; an object store has it for good when it answers."""
        del durable
        sha256 = hashlib.sha256(data).hexdigest()
        there = self._head(_key(sha256))
        whole = there is not None and there["size"] == len(data)
        if not (whole and there["last_modified"] > datetime.now(UTC) - RENEWED_AFTER) and not self._erased(sha256):
            self._write(_key(sha256), data)
        return sha256

    def adopt(self, file: Path, sha256: str) -> None:
        """See `Archive.adopt`."""
        if not self._erased(sha256):
            self._write(_key(sha256), file)
        file.unlink()

    def spool(self) -> Path:
        """See `Archive.spool`: a local place, from where `adopt` takes it up."""
        folder = Path(tempfile.gettempdir(), "copydesk-spool")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / fresh_name()

    def size(self, sha256: str) -> int | None:
        """See `Archive.size`."""
        return self._size(_key(sha256))

    def get(self, sha256: str) -> bytes:
        """See `Archive.get`."""
        with _unavailable_if_down():
            try:
                data = bytes(self.store.get(_key(sha256)).bytes())
            except FileNotFoundError:
                data = None
        if data is None:
            if self._erased(sha256):
                raise Refusal("erased", f"the document {sha256} was erased")
            raise Refusal("not-archived", f"the archive has no document {sha256}")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal("corrupt", f"the archived document {sha256} has another hash now")
        return data

    def lock(self, sha256: str, story: str) -> None:
        """See `Archive.lock`. One object a story, so that two who lock at once never overwrite each other."""
        told = story.encode("utf-8", "surrogatepass")
        self._write(f"{_key(sha256)}.locks/{hashlib.sha256(told).hexdigest()}", told)

    def locks(self, sha256: str) -> frozenset[str]:
        """See `Archive.locks`."""
        with _unavailable_if_down():
            marks = [mark["path"] for page in self.store.list(f"{_key(sha256)}.locks/") for mark in page]
            return frozenset(bytes(self.store.get(mark).bytes()).decode("utf-8", "surrogatepass") for mark in marks)

    def erase(self, sha256: str) -> None:
        """See `Archive.erase`."""
        # First that it may not come back, then the bytes: a crash in between leaves them, and it is done again.
        self._write(_key(sha256) + ERASED, b"")
        with _unavailable_if_down():
            try:
                self.store.delete(_key(sha256))
            except FileNotFoundError:
                return

    def forget(self, sha256: str, before: datetime) -> bool:
        """See `Archive.forget`. A store cannot look and delete in one: bytes that come again in that very moment go with the rest."""
        there = self._head(_key(sha256))
        if there is not None and there["last_modified"] >= before:
            return False
        with _unavailable_if_down():
            try:
                self.store.delete(_key(sha256))
            except FileNotFoundError:
                return True
        return True

    def _erased(self, sha256: str) -> bool:
        return self._size(_key(sha256) + ERASED) is not None

    def _size(self, key: str) -> int | None:
        there = self._head(key)
        return None if there is None else int(there["size"])

    def _head(self, key: str) -> Any:  # noqa: ANN401 - obstore's own mapping, None where there is no such object
        with _unavailable_if_down():
            try:
                return self.store.head(key)
            except FileNotFoundError:
                return None

    def _write(self, key: str, data: bytes | Path) -> None:
        with _unavailable_if_down():
            try:
                self.store.put(key, data)
            except FileNotFoundError as error:  # of the bucket
                raise Unavailable(f"archive: {error}") from error


def bucket_archive(url: str) -> BucketArchive:
    """Return the archive at `s3://bucket/prefix`. ValueError where the URL names no bucket."""
    from obstore.store import S3Store  # noqa: PLC0415 - the extra `s3`, for those who use it

    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    if not bucket:
        raise ValueError(f"the archive is a folder or s3://BUCKET/PREFIX, not {url!r}")
    store = S3Store(
        bucket,
        prefix=prefix.strip("/") or None,
        client_options={"allow_http": True, "timeout": "20s"},
        retry_config={"max_retries": 3},
    )
    return BucketArchive(store)


def _key(sha256: str) -> str:
    if not SHA256.fullmatch(sha256):
        raise Refusal("not-archived", "not a hex SHA-256")
    return f"{sha256[:2]}/{sha256[2]}/{sha256}"


@contextmanager
def _unavailable_if_down() -> Iterator[None]:
    """Turn whatever the store says but `there is none` into `Unavailable`."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        raise Unavailable(f"archive: {error}") from error
