from __future__ import annotations

import struct

import pytest
from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c
from copydesk.runtime.records import Fetched

CODECS = {"none": bytes, "gzip": gzip_encode, "snappy": snappy_encode, "lz4": lz4_encode, "zstd": zstd_encode}
HEADER_BYTES = 61


def batch(codec: str, *, bad: bool, base_offset: int = 0) -> bytes:
    """A batch of three records; the name of the second one's last header is no UTF-8 where `bad`."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 20)
    builder.append(0, 1000, b"k", b"one", [("a", b"1")])
    builder.append(1, 1007, None, b"ZZZZ", [("b", None), ("ZZZZ", b"x")])
    builder.append(2, 999, b"k", None, [])
    data = bytearray(builder.build())
    if bad:
        at = data.rindex(b"ZZZZ")
        data[at : at + 4] = b"\xff\xfe\x80Z"
    data[HEADER_BYTES:] = CODECS[codec](bytes(data[HEADER_BYTES:]))
    data[:12] = struct.pack(">qi", base_offset, len(data) - 12)
    data[21:23] = struct.pack(">h", list(CODECS).index(codec))
    data[17:21] = struct.pack(">I", calc_crc32c(bytes(data[21:])))
    return bytes(data)


def records(fetched: object) -> list[tuple[object, ...]]:
    found = []
    while fetched.has_next():
        found += [(r.offset, r.timestamp, r.key, r.value, tuple(r.headers)) for r in fetched.next_batch()]
    return found


@pytest.mark.parametrize("codec", CODECS)
def test_a_header_name_that_is_no_text_costs_only_its_bad_bytes(codec: str) -> None:
    data = batch(codec, bad=True) + batch(codec, bad=False, base_offset=3)
    with pytest.raises(UnicodeDecodeError):
        records(MemoryRecords(data))
    assert records(Fetched(data)) == [
        (0, 1000, b"k", b"one", (("a", b"1"),)),
        (1, 1007, None, b"ZZZZ", (("b", None), ("\ufffd\ufffd\ufffdZ", b"x"))),
        (2, 999, b"k", None, ()),
        (3, 1000, b"k", b"one", (("a", b"1"),)),
        (4, 1007, None, b"ZZZZ", (("b", None), ("ZZZZ", b"x"))),
        (5, 999, b"k", None, ()),
    ]


@pytest.mark.parametrize("codec", CODECS)
def test_good_batches_are_read_as_aiokafka_reads_them(codec: str) -> None:
    data = batch(codec, bad=False) + batch(codec, bad=False, base_offset=3)
    assert records(Fetched(data)) == records(MemoryRecords(data))
    assert Fetched(data).size_in_bytes() == len(data)


def test_a_batch_cut_short_by_the_fetch_is_left_for_the_next_one() -> None:
    whole = batch("none", bad=False)
    assert len(records(Fetched(whole + whole[:30]))) == 3
