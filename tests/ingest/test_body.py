"""Bodies that lie about themselves."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
from copydesk.ingest.sources import body
from copydesk.ingest.sources.body import CHUNK_BYTES, patient, unpacked
from copydesk.ingest.sources.parts import DRAIN_BYTES, parts_of
from copydesk.ingest.sources.spool import Spool
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.refusal import Refusal


async def stream(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def unpack(data: bytes, encoding: str, step: int = 7) -> bytes:
    async def read() -> bytes:
        chunks = stream(data[i : i + step] for i in range(0, len(data), step))
        return b"".join([chunk async for chunk in unpacked(chunks, encoding)])

    return asyncio.run(read())


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "identity, gzip"])
def test_gzip_is_unpacked(encoding: str) -> None:
    assert unpack(gzip.compress(b"wire " * 100), encoding) == b"wire " * 100


def test_gzip_of_several_members_is_unpacked_whole() -> None:
    assert unpack(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip") == b"one two"


@pytest.mark.parametrize(
    ("data", "encoding", "kind"),
    [
        (b"plain", "gzip", "bad-gzip"),
        (gzip.compress(b"wire" * 50)[:-9], "gzip", "bad-gzip"),
        (gzip.compress(b"wire") + b"rubbish", "gzip", "bad-gzip"),
        (b"x", "br", "unsupported-encoding"),
        (gzip.compress(gzip.compress(b"x")), "gzip, gzip", "unsupported-encoding"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(data: bytes, encoding: str, kind: str) -> None:
    with pytest.raises(Refusal) as refused:
        unpack(data, encoding)
    assert refused.value.kind == kind


def parts(chunks: Iterable[bytes], media_type: str, folder: Path, encoding: str = "") -> list[tuple[str | None, bytes]]:
    async def read() -> list[tuple[str | None, bytes]]:
        spools: list[Spool] = []

        def spool() -> Spool:
            spools.append(Spool(FolderArchive(folder)))
            return spools[-1]

        found = []
        try:
            async for part in parts_of(unpacked(stream(chunks), encoding), media_type, "raw.txt", spool):
                delivery = part.spool.delivery("feed", part.filename, part.media_type)
                data = delivery.data if delivery.file is None else delivery.file.read_bytes()
                found.append((part.filename, data or b""))
        finally:
            for each in spools:
                each.close()
        return found

    return asyncio.run(read())


def test_a_gzip_bomb_is_cut_off_in_little_memory(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(4 * DRAIN_BYTES), 9)
    tracemalloc.start()
    with pytest.raises(Refusal) as refused:
        parts([bomb], "application/octet-stream", tmp_path, "gzip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.kind == "too-large"
    assert peak < 8 * CHUNK_BYTES + len(bomb)
    assert not list(tmp_path.rglob("*/*"))


def form(*documents: tuple[str, bytes], end: bytes = b"--edge--\r\n") -> bytes:
    return (
        b"".join(
            b'--edge\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n' % (n.encode(), d)
            for n, d in documents
        )
        + end
    )


def test_a_form_gives_its_files_one_after_the_other(tmp_path: Path) -> None:
    data = form(("a.txt", b"one"), ("b.txt", b"two\r\n--edg"), ("c.bin", bytes(2_000_000)))
    chunks = [data[i : i + 1013] for i in range(0, len(data), 1013)]
    found = parts(chunks, "multipart/form-data; boundary=edge", tmp_path)
    assert found == [("a.txt", b"one"), ("b.txt", b"two\r\n--edg"), ("c.bin", bytes(2_000_000))]
    assert not list((tmp_path / "spool").iterdir())


@pytest.mark.parametrize(
    ("data", "media_type", "kind"),
    [
        (form(("a", b"x"), end=b""), "multipart/form-data; boundary=edge", "bad-multipart"),
        (form(("a", b"x")), "multipart/form-data", "bad-multipart"),
        (form(("a", b"x")), "multipart/form-data; boundary=other", "bad-multipart"),
        (form(), "multipart/form-data; boundary=edge", "no-document"),
        (b"--edge\r\n" + b"X-Long: " + b"y" * 20_000, "multipart/form-data; boundary=edge", "bad-multipart"),
        (b"no form at all", "multipart/form-data; boundary=edge", "bad-multipart"),
        (b"--edge\r\n\x00\x01: y\r\n\r\n", "multipart/form-data; boundary=edge", "bad-multipart"),
    ],
)
def test_a_broken_form_is_refused(data: bytes, media_type: str, kind: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        parts([data], media_type, tmp_path)
    assert refused.value.kind == kind


def test_a_sender_that_falls_silent_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "IDLE_S", 0.05)

    async def silent() -> AsyncIterator[bytes]:
        yield b"begin"
        await asyncio.Event().wait()

    async def read() -> list[bytes]:
        return [chunk async for chunk in patient(silent())]

    with pytest.raises(Refusal) as refused:
        asyncio.run(read())
    assert refused.value.kind == "too-slow"
