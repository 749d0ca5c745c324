"""Bytes on their way in: hashed and counted as they pass, in memory while they are few, in a file once they are many."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from copydesk.ingest.document import INLINE_BYTES, MAX_BYTES
from copydesk.ingest.door import Delivery
from copydesk.runtime.archive import Archive


@dataclass
class Spool:
    """Takes a document's bytes chunk by chunk. Beyond the limit it only counts and hashes; `close` it in any case."""

    archive: Archive
    size: int = 0
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)
    _chunks: list[bytes] = field(default_factory=list)
    _path: Path | None = None
    _file: BinaryIO | None = None

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.size += len(chunk)
        self._hash.update(chunk)
        if self.size > MAX_BYTES:
            self.close()
        elif self._file is not None:
            self._file.write(chunk)
        else:
            self._chunks.append(chunk)
            if self.size > INLINE_BYTES:
                self._to_file()

    def delivery(self, feed: str, filename: str | None, media_type: str | None) -> Delivery:
        """Return what came, as a delivery; its file, if any, lives until `close`."""
        if self._file is not None:
            self._file.flush()
        whole = self.size <= MAX_BYTES
        data = b"".join(self._chunks) if whole and self._file is None else None
        file = self._path if whole and self._file is not None else None
        return Delivery(feed, self._hash.hexdigest(), self.size, data, file, filename, media_type)

    def close(self) -> None:
        """Let go of the file; what the archive took over is no longer there to delete."""
        if self._file is not None and self._path is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)
        self._chunks, self._file = [], None

    def _to_file(self) -> None:
        self._path = self.archive.spool()
        self._file = self._path.open("xb")
        self._file.writelines(self._chunks)
        self._chunks = []
