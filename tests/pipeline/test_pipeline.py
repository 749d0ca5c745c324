"""A story's way through the four services, on a real broker and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import json
import os
import shlex
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from copydesk.desk.embedded.stack import STAGES, Stack
from copydesk.desk.samples.show import push_and_show
from copydesk.runtime.event import Event
from rich.console import Console

from tests.pipeline.work import KEY, NOON, OTHER_KEY, count, dead, ninjs, push, until, wire
from tests.runtime.lane import read

pytestmark = pytest.mark.stack

SHARED = Path(__file__).parents[3] / "shared"
COPYDESK = [sys.executable, "-m", "copydesk.desk"]


def test_the_sample_wires_come_out_as_expected(pipeline: Stack) -> None:
    console = Console(record=True, width=200, file=io.StringIO())
    assert push_and_show(pipeline.connection, console), console.export_text()


@pytest.mark.parametrize("stage", STAGES)
def test_every_document_stands_in_the_store_once_after_a_kill_9(pipeline: Stack, stage: str) -> None:
    documents = [wire(number, f"kill-{stage}") for number in range(1000)]
    like = f"urn:northlight:kill-{stage}:%"
    stored = lambda: count(pipeline.connection.database, "select count(*) from versions where uri like %s", like)  # noqa: E731
    push(pipeline.connection.kafka, documents)
    until(lambda: stored() > 0)
    victim = pipeline.services[stage]
    victim.process.send_signal(signal.SIGKILL)
    victim.process.wait()
    pipeline.start_service(stage)
    until(lambda: stored() >= len(documents))
    until(lambda: pipeline.ready(stage))
    assert stored() == len(documents)
    assert count(pipeline.connection.database, "select count(*) from articles where uri like %s", like) == len(
        documents
    )


def test_bad_input_is_refused_with_a_reason_and_everything_else_flows_on(pipeline: Stack) -> None:
    bad = {b"\xff\xfe\x00\x01\x02\x03\x04 no format": "unknown-format", b"   ": "empty", b'{"uri": ': "broken"}
    push(pipeline.connection.kafka, [*bad, wire(1, "beside-bad")], feed="hostile")
    until(
        lambda: (
            count(
                pipeline.connection.database,
                "select count(*) from articles where uri = %s",
                "urn:northlight:beside-bad:1",
            )
            == 1
        )
    )
    until(lambda: len([x for x in dead(pipeline.connection.kafka) if x.named.startswith("hostile")]) == len(bad))
    letters = {x.begins: x for x in dead(pipeline.connection.kafka) if x.named.startswith("hostile")}
    assert letters.keys() == bad.keys()
    assert all(letter.message for letter in letters.values())


def test_http_takes_a_document_and_refuses_wrong_keys_and_50_megabytes_of_zeros(pipeline: Stack) -> None:
    assert post(pipeline, "northlight", gzip.compress(wire(1, "http")), KEY, {"Content-Encoding": "gzip"})[0] == 202
    until(
        lambda: (
            count(pipeline.connection.database, "select count(*) from articles where uri = %s", "urn:northlight:http:1")
            == 1
        )
    )
    status, answer = post(pipeline, "northlight", wire(2, "http"), "not-the-key")
    assert (status, bool(answer)) == (401, True)
    assert post(pipeline, "northlight", wire(2, "http"), OTHER_KEY)[0] == 403
    status, answer = post(pipeline, "northlight", bytes(50 << 20), KEY)
    assert status == 413
    assert "32" in answer
    assert post(pipeline, "northlight", wire(3, "http"), KEY)[0] == 202
    until(
        lambda: (
            count(pipeline.connection.database, "select count(*) from articles where uri = %s", "urn:northlight:http:3")
            == 1
        )
    )


def post(pipeline: Stack, feed: str, data: bytes, key: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    request = urllib.request.Request(
        f"{pipeline.connection.http}/wire/{feed}",
        data,
        {"Authorization": f"Bearer {key}", **(headers or {})},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.mark.skipif(not (SHARED / "score").is_dir(), reason="no yardsticks beside this checkout")
def test_the_store_states_the_same_facts_of_the_seed_story_as_read_does(pipeline: Stack) -> None:
    seed = SHARED / "data" / "seed"
    (text,) = seed.glob("*.txt")
    push(pipeline.connection.kafka, [text.read_bytes()])
    environment = {
        **os.environ,
        "COPYDESK_KAFKA": pipeline.connection.kafka,
        "COPYDESK_DATABASE": pipeline.connection.database,
    }
    get = shlex.join([*COPYDESK, "get"])
    until(
        lambda: (
            subprocess.run([*shlex.split(get), str(text)], env=environment, capture_output=True, check=False).returncode
            == 0
        )
    )
    score = [sys.executable, str(SHARED / "score" / "story.py"), str(seed / "expected.json"), "--command"]
    by_get = subprocess.run([*score, get], env=environment, capture_output=True, text=True, check=True).stdout
    by_read = subprocess.run(
        [*score, shlex.join([*COPYDESK, "read"])], capture_output=True, text=True, check=True
    ).stdout
    assert by_get.splitlines()[-1] == by_read.splitlines()[-1]
    stored = json.loads(
        subprocess.run([*shlex.split(get), str(text)], env=environment, capture_output=True, check=True).stdout
    )
    assert stored["articles"][0]["provenance"]["feed"] == "northlight"


def test_a_replayed_letter_that_fails_again_stays_one_letter_and_counts_its_attempts(pipeline: Stack) -> None:
    kafka = pipeline.connection.kafka
    data = b"\xff\xfe\x00\x01\x02\x03\x04 to be replayed"
    mine = lambda: [x for x in dead(kafka) if x.begins == data]  # noqa: E731
    push(kafka, [data], feed="replayed")
    until(lambda: len(mine()) == 1)
    (letter,) = mine()
    assert letter.attempts == 1
    assert run(pipeline, "dead", "replay", "--dry-run", letter.id).endswith("1 letters would be replayed")
    assert run(pipeline, "dead", "replay", letter.id) == "replayed 1, not replayed 0"
    until(lambda: [x.attempts for x in mine()] == [2])
    assert [x.id for x in mine()] == [letter.id]
    assert "to be replayed" in run(pipeline, "dead", "show", letter.id)


def test_status_names_every_stage_and_tail_prints_what_passed(pipeline: Stack) -> None:
    push(pipeline.connection.kafka, [wire(1, "tail")])
    until(
        lambda: (
            count(pipeline.connection.database, "select count(*) from articles where uri = %s", "urn:northlight:tail:1")
            == 1
        )
    )
    assert all(stage in run(pipeline, "status") for stage in STAGES)
    told = run(pipeline, "tail", "article.enriched", "--from-start", "--no-follow")
    assert "Ferry 1 leaves Bergen on time" in told


def run(pipeline: Stack, *arguments: str) -> str:
    """What the command prints, without its last line end; it must end with status 0."""
    environment = {
        **os.environ,
        "COPYDESK_KAFKA": pipeline.connection.kafka,
        "COPYDESK_DATABASE": pipeline.connection.database,
    }
    done = subprocess.run([*COPYDESK, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.rstrip("\n")


def test_a_long_document_travels_as_a_reference_to_the_store_and_one_beyond_32_mebibytes_is_refused(
    pipeline: Stack, tmp_path: Path
) -> None:
    long = tmp_path / "long.txt"
    log = "".join(f"Ferry number {n} left Bergen on time, and nobody was surprised.\n\n" for n in range(18_000))
    long.write_text("BERGEN (Northlight) - A very long story.\n\n" + log)
    too_long = tmp_path / "too-long.txt"
    too_long.write_bytes(bytes(33 << 20))
    environment = {
        **os.environ,
        "COPYDESK_KAFKA": pipeline.connection.kafka,
        "COPYDESK_DATABASE": pipeline.connection.database,
        "COPYDESK_ARCHIVE": pipeline.connection.archive,
    }
    pushed = subprocess.run(
        [*COPYDESK, "push", str(long), str(too_long)], env=environment, capture_output=True, text=True, check=False
    )
    assert pushed.returncode == 1
    assert "accepted 1, refused 1" in pushed.stderr
    sha256 = hashlib.sha256(long.read_bytes()).hexdigest()
    body = "select coalesce(max(length(article ->> 'body')), 0) from versions where sha256 = %s"
    until(lambda: count(pipeline.connection.database, body, sha256) > 1_000_000)


def test_an_embargoed_story_comes_out_at_its_minute_and_not_before(pipeline: Stack) -> None:
    uri = "urn:northlight:embargo:1"
    until_then = datetime.now(UTC) + timedelta(seconds=6)
    standing = "select count(*) from articles where uri = %s"
    waits = "Under embargo the council of Bergen keeps its budget to itself."
    push(pipeline.connection.kafka, [ninjs(1, "embargo", "Budget", waits, embargoed=until_then.isoformat())])
    until(lambda: any(uri in (e.key or b"").decode() and e.value for e in all_of(pipeline, "article.held")))
    assert count(pipeline.connection.database, standing, uri) == 0 or datetime.now(UTC) >= until_then
    until(lambda: count(pipeline.connection.database, standing, uri) == 1)
    assert datetime.now(UTC) >= until_then
    (stored,) = all_of(pipeline, "article.enriched", uri)
    assert stored.written >= until_then


def test_a_kill_has_emptied_the_store_and_the_current_topic_within_a_second(pipeline: Stack) -> None:
    took = [_killed_after(pipeline, number) for number in range(4)]
    assert min(took) < timedelta(seconds=1), took  # the others shared the machine with somebody


def _killed_after(pipeline: Stack, number: int) -> timedelta:
    """How long it took from the broker's having the kill until the store had it and `article.current` the tombstone."""
    uri, database = f"urn:northlight:second:{number}", pipeline.connection.database
    push(pipeline.connection.kafka, [ninjs(number, "second", "Ferry", "The ferry left on time.")])
    until(lambda: count(database, "select count(*) from articles where uri = %s", uri) == 1)
    until(lambda: bool(all_of(pipeline, "article.current", uri)))
    later = (NOON + timedelta(hours=1)).isoformat()
    push(pipeline.connection.kafka, [ninjs(number, "second", "", "", pubStatus="canceled", versionCreated=later)])
    until(lambda: all_of(pipeline, "article.current", uri)[-1].value is None)
    with psycopg.connect(database) as store:
        told = "select received, stored from versions where uri = %s and pubstatus = 'canceled'"
        ((received, stored),) = store.execute(told, [uri]).fetchall()
    body = "select count(*) from versions where uri = %s and article ? 'body'"
    assert count(database, body, uri) == 0
    return max(stored, all_of(pipeline, "article.current", uri)[-1].written) - received


def test_a_kill_reaches_a_story_that_still_waits(pipeline: Stack) -> None:
    uri = "urn:northlight:struck:1"
    far = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    push(pipeline.connection.kafka, [ninjs(1, "struck", "Budget", "Nobody shall read this.", embargoed=far)])
    until(lambda: bool(all_of(pipeline, "article.held", uri)))
    later = (NOON + timedelta(hours=1)).isoformat()
    push(pipeline.connection.kafka, [ninjs(1, "struck", "", "", pubStatus="canceled", versionCreated=later)])
    until(lambda: all_of(pipeline, "article.held", uri)[-1].value is None)
    assert not any(b"Nobody shall read this" in (e.value or b"") for e in all_of(pipeline, "article.enriched", uri))


def test_a_withheld_version_takes_a_story_back_and_a_usable_one_gives_it_again(pipeline: Stack) -> None:
    uri = "urn:northlight:back:1"
    standing = "select count(*) from articles where uri = %s"
    push(pipeline.connection.kafka, [ninjs(1, "back", "Ferry", "The ferry left on time.")])
    until(lambda: count(pipeline.connection.database, standing, uri) == 1)
    for hour, status, stands in ((1, "withheld", 0), (2, "usable", 1)):
        later = (NOON + timedelta(hours=hour)).isoformat()
        push(
            pipeline.connection.kafka,
            [ninjs(1, "back", "Ferry", f"Take {hour} left on time.", pubStatus=status, versionCreated=later)],
        )
        until(lambda n=stands: count(pipeline.connection.database, standing, uri) == n)  # type: ignore[misc]
    assert not any(b"Take 1" in (e.value or b"") for e in all_of(pipeline, "article.enriched", uri))


def test_a_feed_neither_kills_nor_replaces_what_is_not_granted_to_it(pipeline: Stack) -> None:
    uri = "urn:northlight:rights:1"
    push(pipeline.connection.kafka, [ninjs(1, "rights", "Ferry", "The ferry left on time.")])
    until(lambda: count(pipeline.connection.database, "select count(*) from articles where uri = %s", uri) == 1)
    later = (NOON + timedelta(hours=1)).isoformat()
    hostile = [
        ninjs(1, "rights", "Ferry", "The ferry sank.", versionCreated=later),
        ninjs(1, "rights", "", "", pubStatus="canceled", versionCreated=later),
    ]
    push(pipeline.connection.kafka, hostile, feed="southlight")
    mine = lambda: [x for x in dead(pipeline.connection.kafka) if uri in x.key]  # noqa: E731
    until(lambda: len(mine()) == 2)
    assert sorted((x.stage, x.kind) for x in mine()) == [("enrich", "not-granted"), ("publish", "not-granted")]
    body = "select count(*) from articles where uri = %s and article ->> 'body' = 'The ferry left on time.'"
    assert count(pipeline.connection.database, body, uri) == 1


def all_of(pipeline: Stack, topic: str, uri: str = "") -> list[Event]:
    return [e for e in asyncio.run(read(pipeline.connection.kafka, topic)) if uri in (e.key or b"").decode()]
