"""The documents of a request's body, one after the other: the body itself, or the files of a `multipart/form-data`.

RFC 7578. Parts are handed on as they end, so that a request of many documents never sits in memory whole.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from copydesk.ingest.document import MAX_BYTES
from copydesk.ingest.sources.spool import Spool
from copydesk.runtime.refusal import Refusal
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

DRAIN_BYTES = 2 * MAX_BYTES
"""So much of a document that is too large is read on, for its hash and so that the sender gets to read our answer."""
REQUEST_BYTES = 16 * MAX_BYTES
"""More than this no request may bring, in however many parts."""
PARTS = 10_000
PART_HEADER_BYTES = 8 * 1024


@dataclass
class Part:
    """One document of a request."""

    spool: Spool
    filename: str | None = None
    media_type: str | None = None


async def parts_of(
    stream: AsyncIterator[bytes], media_type: str | None, filename: str | None, spool: Callable[[], Spool]
) -> AsyncIterator[Part]:
    """Yield the documents of the body as they end; `spool` makes a place for each.

    Refusal `too-large`, `too-many`, `bad-multipart`, or `no-document` where a form holds none.
    """
    kind, options = parse_options_header(media_type or "")
    if kind.lower() == b"multipart/form-data":
        async for part in _of_form(stream, options.get(b"boundary", b""), spool):
            yield part
        return
    # Clients that were told no type send this one, which documents never are.
    part = Part(spool(), filename, None if kind.lower() == b"application/x-www-form-urlencoded" else media_type)
    async for chunk in stream:
        part.spool.write(chunk)
        _bounded(part.spool)
    yield part


async def _of_form(stream: AsyncIterator[bytes], boundary: bytes, spool: Callable[[], Spool]) -> AsyncIterator[Part]:
    if not boundary:
        raise Refusal("bad-multipart", "multipart/form-data without a boundary")
    form = _Form(spool)
    total = count = 0
    try:
        parser = MultipartParser(boundary, form.callbacks())
        async for chunk in stream:
            total += len(chunk)
            if total > REQUEST_BYTES:
                raise Refusal("too-large", f"a request holds at most {REQUEST_BYTES} bytes")
            parser.write(chunk)
            for part in form.ended():
                count += 1
                yield part
    except MultipartParseError as error:
        raise Refusal("bad-multipart", str(error)) from error
    if not form.closed:
        raise Refusal("bad-multipart", "the form ends before its last boundary")
    if not count:
        raise Refusal("no-document", "the form holds no part")


@dataclass
class _Form:
    """Hears what the parser finds, and puts it together."""

    spool: Callable[[], Spool]
    closed: bool = False
    _now: Part | None = None
    _ended: list[Part] = field(default_factory=list)
    _count: int = 0
    _name: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)

    def callbacks(self) -> MultipartCallbacks:
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._close,
        }

    def ended(self) -> list[Part]:
        """Return the parts that ended since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def _begin(self) -> None:
        self._count += 1
        if self._count > PARTS:
            raise Refusal("too-many", f"a form holds at most {PARTS} parts")
        self._now = Part(self.spool())

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        self._short(self._name)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._short(self._value)

    def _short(self, header: bytearray) -> None:
        if len(header) > PART_HEADER_BYTES:
            raise Refusal("bad-multipart", f"a part's header is longer than {PART_HEADER_BYTES} bytes")

    def _header_end(self) -> None:
        name, value = bytes(self._name).lower(), bytes(self._value)
        self._name.clear()
        self._value.clear()
        if self._now is None:
            return
        if name == b"content-disposition":
            _, options = parse_options_header(value)
            stated = options.get(b"filename") or options.get(b"name")
            self._now.filename = stated.decode("utf-8", "replace") if stated else None
        elif name == b"content-type":
            self._now.media_type = value.decode("latin-1")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._now is not None:
            self._now.spool.write(data[start:end])
            _bounded(self._now.spool)

    def _end(self) -> None:
        if self._now is not None:
            self._ended.append(self._now)
        self._now = None

    def _close(self) -> None:
        self.closed = True


def _bounded(spool: Spool) -> None:
    if spool.size > DRAIN_BYTES:
        raise Refusal("too-large", f"more than {DRAIN_BYTES} bytes; the limit is {MAX_BYTES}")
