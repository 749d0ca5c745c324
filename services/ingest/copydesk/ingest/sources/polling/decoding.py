"""Content codings of answers (RFC 9110, 8.4.1), unpacked in bounded pieces however far they expand."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import brotli
from copydesk.runtime.refusal import Refusal

ACCEPTED = "gzip, deflate, br"
CHUNK_BYTES = 256 * 1024


def decoder(encoding: str) -> Decoder:
    """Return what unpacks an answer of this Content-Encoding. Refusal `bad-encoding` for one that was not asked for."""
    named = [part for part in encoding.lower().replace(" ", "").split(",") if part not in {"", "identity"}]
    if not named:
        return Plain()
    if named in (["gzip"], ["x-gzip"]):
        return Deflated(zlib.MAX_WBITS | 16)
    if named == ["deflate"]:
        return Deflated(zlib.MAX_WBITS)
    if named == ["br"]:
        return Brotli()
    raise Refusal("bad-encoding", f"Content-Encoding {encoding[:80]!r}; asked for were {ACCEPTED}")


@dataclass
class Plain:
    """Bytes as they are."""

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the chunk."""
        yield chunk

    def end(self) -> None:
        """Nothing can be missing."""


@dataclass
class Deflated:
    """gzip (several members too, RFC 1952, 2.2), and `deflate` with zlib's head or, as some servers send it, without."""

    bits: int
    _member: zlib._Decompress | None = None
    _ended: bool = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the chunk holds, at most `CHUNK_BYTES` at a time. Refusal `bad-encoding` where it is damaged."""
        while chunk:
            if self._member is None:
                if self._ended and not chunk.strip(b"\x00"):
                    return  # padding behind the last member
                self._member = self._opened(chunk)
            try:
                out = self._member.decompress(chunk, CHUNK_BYTES)
            except zlib.error as error:
                raise Refusal("bad-encoding", f"damaged data: {error}") from error
            if out:
                yield out
            chunk = self._member.unconsumed_tail
            if self._member.eof:
                chunk, self._member, self._ended = self._member.unused_data, None, True

    def end(self) -> None:
        """Refusal `bad-encoding` where the data ends early."""
        if self._member is not None or not self._ended:
            raise Refusal("bad-encoding", "the packed data ends early")

    def _opened(self, chunk: bytes) -> zlib._Decompress:
        headless = self.bits == zlib.MAX_WBITS and (chunk[0] & 0x0F) != 8
        return zlib.decompressobj(-zlib.MAX_WBITS if headless else self.bits)


@dataclass
class Brotli:
    """br (RFC 7932)."""

    _stream: brotli.Decompressor = field(default_factory=brotli.Decompressor)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the chunk holds, about `CHUNK_BYTES` at a time. Refusal `bad-encoding` where it is damaged."""
        try:
            out = self._stream.process(chunk, output_buffer_limit=CHUNK_BYTES)
            # It may take all input in and still hold output back, whatever `can_accept_more_data` says.
            while out:
                yield out
                out = b"" if self._stream.is_finished() else self._stream.process(b"", output_buffer_limit=CHUNK_BYTES)
        except brotli.error as error:
            raise Refusal("bad-encoding", f"damaged data: {error}") from error

    def end(self) -> None:
        """Refusal `bad-encoding` where the data ends early."""
        if not self._stream.is_finished():
            raise Refusal("bad-encoding", "the packed data ends early")


Decoder = Plain | Deflated | Brotli
