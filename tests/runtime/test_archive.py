"""The archive keeps bytes as they came."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.refusal import Refusal, Unavailable

WIRE = b"\x01\x02 wire \xff\r\n"
SHA256 = hashlib.sha256(WIRE).hexdigest()
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.mark.parametrize("durable", [False, True])
def test_what_was_put_is_found_by_its_hash(durable: bool, tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path / "archive")
    assert archive.put(WIRE, durable=durable) == SHA256
    assert archive.get(SHA256) == WIRE
    assert archive.size(SHA256) == len(WIRE)
    assert (tmp_path / "archive" / SHA256[:2] / SHA256[2] / SHA256).read_bytes() == WIRE


def test_many_who_put_the_same_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(archive.put, [WIRE] * 200)) == {SHA256}
    assert archive.get(SHA256) == WIRE
    assert not list((tmp_path / "spool").iterdir())


def test_a_torn_file_is_never_handed_out_and_is_mended_by_the_next_put(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.put(WIRE)
    (tmp_path / SHA256[:2] / SHA256[2] / SHA256).write_bytes(bytes(len(WIRE)))
    with pytest.raises(Refusal) as refused:
        archive.get(SHA256)
    assert refused.value.kind == "corrupt"
    archive.put(WIRE)
    assert archive.get(SHA256) == WIRE


def test_what_was_never_put_is_not_archived(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        FolderArchive(tmp_path).get(SHA256)
    assert refused.value.kind == "not-archived"


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", "a" * 63])
def test_only_hashes_are_names(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        FolderArchive(tmp_path).get(name)


def test_an_archive_whose_folder_is_gone_is_away_and_not_empty(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        FolderArchive(tmp_path / "unmounted").get(SHA256)


def test_a_file_is_taken_over(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    spooled = archive.spool()
    spooled.write_bytes(WIRE)
    archive.adopt(spooled, SHA256)
    assert archive.get(SHA256) == WIRE
    assert not spooled.exists()


def test_locks_name_the_killed_stories_and_outlive_the_bytes(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.put(WIRE)
    assert archive.locks(SHA256) == frozenset()
    for story in ("Skerry Press|a", "Skerry Press|../b", "Skerry Press|a"):
        archive.lock(SHA256, story)
    archive.erase(SHA256)
    assert archive.locks(SHA256) == {"Skerry Press|a", "Skerry Press|../b"}
    assert archive.size(SHA256) is None


def test_erased_bytes_are_not_kept_again_by_whatever_way_they_come(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.put(WIRE)
    archive.erase(SHA256)
    archive.erase(SHA256)
    assert archive.put(WIRE, durable=True) == SHA256
    spooled = archive.spool()
    spooled.write_bytes(WIRE)
    archive.adopt(spooled, SHA256)
    assert not spooled.exists()
    assert archive.size(SHA256) is None
    with pytest.raises(Refusal) as refused:
        archive.get(SHA256)
    assert refused.value.kind == "erased"


def test_what_never_came_is_not_kept_once_it_was_erased(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.put(b"another")
    archive.erase(SHA256)
    archive.put(WIRE)
    assert archive.size(SHA256) is None


def aged(archive: FolderArchive) -> None:
    archive.put(WIRE)
    os.utime(archive.root / SHA256[:2] / SHA256[2] / SHA256, (0, 0))


def test_what_is_kept_no_longer_goes_and_comes_again_when_it_is_put_again(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    aged(archive)
    archive.lock(SHA256, "Skerry Press|a")
    assert archive.forget(SHA256, YESTERDAY)
    assert archive.forget(SHA256, YESTERDAY)
    with pytest.raises(Refusal) as refused:
        archive.get(SHA256)
    assert refused.value.kind == "not-archived"
    assert archive.locks(SHA256) == {"Skerry Press|a"}
    archive.put(WIRE)
    assert archive.get(SHA256) == WIRE
    assert not list((tmp_path / "spool").iterdir())


def test_what_came_again_lately_is_not_forgotten(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    aged(archive)
    archive.put(WIRE)
    assert not archive.forget(SHA256, YESTERDAY)
    assert archive.get(SHA256) == WIRE


def test_bytes_that_are_put_while_they_are_forgotten_are_there_afterwards(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    with ThreadPoolExecutor(2) as threads:
        for _ in range(200):
            aged(archive)
            forgotten = threads.submit(archive.forget, SHA256, YESTERDAY)
            archive.put(WIRE)
            forgotten.result()
            assert archive.get(SHA256) == WIRE
