"""The body of a request, read as a stream: bounded in size, unpacked where it is gzipped, and never waited for without end."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

from copydesk.runtime.refusal import Refusal

IDLE_S = 20.0
"""A sender that is silent for so long is cut off."""
CHUNK_BYTES = 256 * 1024
GZIP = zlib.MAX_WBITS | 16


async def patient(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the chunks. Refusal `too-slow` where the next one does not come within `IDLE_S`."""
    chunks = aiter(stream)
    while True:
        try:
            async with asyncio.timeout(IDLE_S):
                chunk = await anext(chunks, None)
        except TimeoutError:
            raise Refusal("too-slow", f"nothing came for {IDLE_S:.0f} seconds") from None
        if chunk is None:
            return
        if chunk:
            yield chunk


async def unpacked(stream: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """Yield the bytes without their Content-Encoding, in pieces of at most `CHUNK_BYTES` however far they expand.

    Refusal `unsupported-encoding` for any but gzip and none, `bad-gzip` where the data is damaged or ends early.
    """
    named = [part for part in encoding.lower().replace(" ", "").split(",") if part not in {"", "identity"}]
    if not named:
        async for chunk in stream:
            yield chunk
    elif named in (["gzip"], ["x-gzip"]):
        async for chunk in _gunzipped(stream):
            yield chunk
    else:
        raise Refusal("unsupported-encoding", f"Content-Encoding {encoding[:80]!r}; gzip is taken, or none")


async def _gunzipped(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    member = zlib.decompressobj(GZIP)
    begun = False
    async for chunk in stream:
        while chunk:
            begun = True
            try:
                out = member.decompress(chunk, CHUNK_BYTES)
            except zlib.error as error:
                raise Refusal("bad-gzip", f"damaged gzip data: {error}") from error
            if out:
                yield out
            chunk = member.unconsumed_tail
            if member.eof:  # gzip files may be several, one after the other (RFC 1952, section 2.2)
                chunk, member, begun = member.unused_data, zlib.decompressobj(GZIP), False
    if begun:
        raise Refusal("bad-gzip", "the gzip data ends early")
