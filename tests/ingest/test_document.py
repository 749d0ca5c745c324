"""What ingest makes of a record of `wire.inbound`, whatever its producer knows of headers."""

from __future__ import annotations

from pathlib import Path

import pytest
from copydesk.ingest.document import INLINE_BYTES, document_id, read_inbound, shown_name
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.event import Event
from copydesk.runtime.refusal import Refusal


def inbound(value: bytes | None, key: bytes | None = None, **headers: bytes) -> Event:
    return Event("wire.inbound", 2, 7, key, value, tuple(headers.items()), 1_770_000_000_000)


@pytest.mark.parametrize(
    ("event", "feed"),
    [
        (inbound(b"x"), "default"),
        (inbound(b"x", b"northwire"), "northwire"),
        (inbound(b"x", b"key", feed=b"northwire"), "northwire"),
        (inbound(b"x", b"key", feed=b"other", ce_feed=b"northwire"), "northwire"),
        (inbound(b"x", b"\xff\x00"), "default"),
        (inbound(b"x", b"../../etc/passwd"), "default"),
        (inbound(b"x", b"a" * 65), "default"),
    ],
)
def test_the_feed_is_the_headers_else_the_keys_else_the_default(event: Event, feed: str, tmp_path: Path) -> None:
    assert read_inbound(event, FolderArchive(tmp_path)).feed == feed


def test_bare_bytes_become_a_named_document_whose_bytes_are_kept(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    document = read_inbound(inbound(b"wire"), archive)
    assert document.id == document_id("default", document.sha256)
    assert document.origin == "2/7"
    assert archive.get(document.sha256) == b"wire"
    assert document.received.timestamp() == 1_770_000_000


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (inbound(None), "empty"),
        (inbound(b""), "empty"),
        (inbound(b"x", feed=b"no such\nname"), "bad-feed"),
        (inbound(None, ce_dataref=b"file:///etc/passwd"), "bad-reference"),
        (inbound(None, ce_dataref=b"sha256:../../../etc/passwd"), "bad-reference"),
        (inbound(None, ce_dataref=b"sha256:" + b"a" * 64), "not-archived"),
    ],
)
def test_what_is_no_document_is_refused(event: Event, kind: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_inbound(event, FolderArchive(tmp_path))
    assert refused.value.kind == kind


def test_a_document_too_long_for_a_record_travels_as_a_reference(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    long = read_inbound(inbound(b"x" * (INLINE_BYTES + 1)), archive)
    assert (long.data, long.size) == (None, INLINE_BYTES + 1)
    referred = read_inbound(inbound(None, ce_dataref=f"sha256:{long.sha256}".encode()), archive)
    assert (referred.identity, referred.size, referred.data) == (long.identity, long.size, None)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\wire\\a.xml", "a.xml"),
        ("a\r\nce_feed: other", "a��ce_feed: other"),
        ("\u202eexe.txt", "�exe.txt"),
        ("x" * 500, "x" * 200),
        ("dir/", None),
        ("", None),
        (None, None),
    ],
)
def test_a_file_name_is_shown_harmless(sent: str | None, shown: str | None) -> None:
    assert shown_name(sent) == shown
