"""The archive in a bucket, on moto's S3 server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from copydesk.runtime.archive import archive_at
from copydesk.runtime.bucket import BucketArchive
from copydesk.runtime.refusal import Refusal, Unavailable
from moto.server import ThreadedMotoServer

from tests.ingest.test_http import free_port

WIRE = b"\x01\x02 wire \xff\r\n"
SHA256 = hashlib.sha256(WIRE).hexdigest()
KEY = f"wires/{SHA256[:2]}/{SHA256[2]}/{SHA256}"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    stated = {"ENDPOINT_URL": endpoint, "REGION": "us-east-1", "ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s"}
    for name, value in stated.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    name = "b" + hashlib.sha256(request.node.name.encode()).hexdigest()[:20]
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=name)
    return name


@pytest.fixture
def archive(bucket: str) -> BucketArchive:
    found = archive_at(f"s3://{bucket}/wires")
    assert isinstance(found, BucketArchive)
    return found


def test_what_was_put_is_found_by_its_hash(archive: BucketArchive) -> None:
    assert archive.put(WIRE) == archive.put(WIRE) == SHA256
    assert (archive.get(SHA256), archive.size(SHA256)) == (WIRE, len(WIRE))
    with pytest.raises(Refusal) as refused:
        archive.get("0" * 64)
    assert refused.value.kind == "not-archived"
    assert archive.size("0" * 64) is None


def test_many_who_put_the_same_at_once_do_not_disturb_each_other(archive: BucketArchive) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(archive.put, [WIRE] * 40)) == {SHA256}
    assert archive.get(SHA256) == WIRE


def test_a_file_is_taken_over(archive: BucketArchive) -> None:
    file = archive.spool()
    file.write_bytes(WIRE)
    archive.adopt(file, SHA256)
    assert archive.get(SHA256) == WIRE
    assert not file.exists()


def test_other_bytes_under_a_hash_are_never_handed_out(archive: BucketArchive, bucket: str, endpoint: str) -> None:
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.put_object(Bucket=bucket, Key=KEY, Body=b"something else")
    with pytest.raises(Refusal) as refused:
        archive.get(SHA256)
    assert refused.value.kind == "corrupt"


def test_locks_name_the_killed_stories_and_outlive_the_bytes(archive: BucketArchive) -> None:
    archive.put(WIRE)
    assert archive.locks(SHA256) == frozenset()
    for story in ("Harbour Press|ferry", "Harbour Press|ferry", "Skerry|\udce9"):
        archive.lock(SHA256, story)
    archive.erase(SHA256)
    assert archive.locks(SHA256) == {"Harbour Press|ferry", "Skerry|\udce9"}


def test_what_was_erased_does_not_come_back(archive: BucketArchive, tmp_path: Path) -> None:
    archive.put(WIRE)
    archive.erase(SHA256)
    archive.erase(SHA256)
    assert archive.put(WIRE) == SHA256
    file = tmp_path / "again"
    file.write_bytes(WIRE)
    archive.adopt(file, SHA256)
    with pytest.raises(Refusal) as refused:
        archive.get(SHA256)
    assert refused.value.kind == "erased"


def test_what_is_kept_no_longer_goes_and_what_came_lately_stays(archive: BucketArchive) -> None:
    now, second = datetime.now(UTC), timedelta(seconds=2)
    archive.put(WIRE)
    archive.lock(SHA256, "Harbour Press|ferry")
    assert not archive.forget(SHA256, now - second)
    assert archive.get(SHA256) == WIRE
    assert archive.forget(SHA256, now + timedelta(days=1))
    assert archive.forget(SHA256, now + timedelta(days=1))
    assert archive.size(SHA256) is None
    assert archive.locks(SHA256) == {"Harbour Press|ferry"}
    archive.put(WIRE)
    assert archive.get(SHA256) == WIRE


@pytest.mark.parametrize("what", ["away", "no such bucket"])
def test_a_store_that_is_away_is_waited_for(what: str, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if what == "away":
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    archive = archive_at(f"s3://{bucket if what == 'away' else 'nobodys'}/wires")
    with pytest.raises(Unavailable):
        archive.put(WIRE)


@pytest.mark.parametrize("place", ["s3://", "s3:///prefix"])
def test_a_place_without_a_bucket_is_none(place: str) -> None:
    with pytest.raises(ValueError, match="BUCKET"):
        archive_at(place)
