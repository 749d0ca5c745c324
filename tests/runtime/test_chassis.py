"""The chassis on a real broker: each stage is a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.runtime.lane import Lane, Running, until

pytestmark = pytest.mark.stack


def numbered(count: int, keys: int = 7) -> list[tuple[str, bytes]]:
    return [(f"key-{number % keys}", b"%d" % number) for number in range(count)]


def values(lane: Lane) -> Counter[bytes]:
    return Counter(event.value or b"" for event in lane.come_out())


def test_every_event_comes_out_in_the_order_of_its_key(lane: Lane) -> None:
    lane.push(numbered(5000))
    lane.start("same")
    lane.wait_until_done()
    out = lane.come_out()
    assert len(out) == 5000
    for key in {event.key for event in out}:
        numbers = [int(event.value or b"") for event in out if event.key == key]
        assert numbers == sorted(numbers)
        assert len({event.partition for event in out if event.key == key}) == 1


def test_a_partition_does_not_wait_for_the_backlog_of_another(lane: Lane) -> None:
    lane.push(numbered(1500, keys=40))
    lane.start("slowly")
    until(lambda: len(lane.come_out()) > 300, "the first events")
    assert Counter(event.partition for event in lane.come_out()).keys() == {0, 1, 2, 3}


def test_a_bad_event_becomes_a_dead_letter_and_the_others_flow_on(lane: Lane) -> None:
    headers = (("ce_id", b"e1"), ("traceparent", b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"), ("x", b"\xff"))
    lane.push([("a", b"1"), ("a", b"refuse me"), ("a", b"2"), ("b", b"break me")], headers)
    stage = lane.start("same")
    lane.wait_until_done()
    assert values(lane) == Counter([b"1", b"2"])
    refused, broken = sorted(lane.dead(), key=lambda letter: letter.value or b"", reverse=True)
    assert (refused.key, refused.value, refused.headers[:3]) == (b"a", b"refuse me", headers)
    assert refused.header("dead_error") == "no-good"
    assert refused.header("dead_message") == "it says so itself"
    assert refused.header("dead_stage") == lane.name
    assert refused.header("dead_offset") == "1"
    assert refused.header("dead_attempts") == "1"
    assert broken.header("dead_error") == "ZeroDivisionError"
    logged = stage.logged("dead letter")[0]
    assert (logged["stage"], logged["event_id"], logged["trace_id"]) == (lane.name, "e1", "a" * 32)


def test_work_that_fails_as_a_whole_costs_only_the_event_that_broke_it(lane: Lane) -> None:
    lane.push([("a", b"1"), ("a", b"break me"), ("a", b"2")])
    lane.start("together")
    lane.wait_until_done()
    assert values(lane) == Counter([b"1", b"2"])
    assert [letter.value for letter in lane.dead()] == [b"break me"]


def test_what_is_away_is_waited_for_and_nothing_is_lost(lane: Lane) -> None:
    lane.push(numbered(100))
    stage = lane.start("when_there")
    until(
        lambda: stage.ask("/readyz")[0] == 503 and "flag" in stage.ask("/readyz")[1], "the stage to say that it waits"
    )
    assert stage.ask("/healthz")[0] == 200
    assert f'copydesk_waiting{{stage="{lane.name}"}} 1.0' in stage.ask("/metrics")[1]
    assert lane.come_out() == []
    lane.flag.touch()
    lane.wait_until_done()
    assert values(lane) == Counter({b"%d" % number: 1 for number in range(100)})
    assert lane.dead() == []
    until(lambda: stage.ask("/readyz")[0] == 200, "the stage to be ready again")


def test_a_stage_that_waits_stops_at_once_and_the_next_one_does_its_work(lane: Lane) -> None:
    lane.push(numbered(10))
    stage = lane.start("when_there")
    until(lambda: stage.logged("waiting"), "the stage to wait")
    assert stage.stop(within_s=5) == 0
    lane.start("same")
    lane.wait_until_done()
    assert values(lane) == Counter({b"%d" % number: 1 for number in range(10)})


def test_sigterm_finishes_what_is_begun_and_the_next_worker_repeats_nothing(lane: Lane) -> None:
    lane.push(numbered(600))
    first = lane.start("slowly")
    until(lane.come_out, "the first events")
    begun = time.monotonic()
    assert first.stop(within_s=10) == 0
    assert time.monotonic() - begun < 5
    assert (lane.folder / "closed").exists()
    done = len(lane.come_out())
    assert 0 < done < 600
    assert lane.to_do() == 600 - done
    lane.start("same")
    lane.wait_until_done()
    assert values(lane) == Counter({b"%d" % number: 1 for number in range(600)})


def test_kill_9_loses_nothing(lane: Lane) -> None:
    lane.push(numbered(3000))
    first = lane.start("slowly")
    until(lane.come_out, "the first events")
    first.stop(signal.SIGKILL)
    second = lane.start("slowly")
    until(lambda: len(lane.come_out()) > 200, "the second worker")
    second.stop(signal.SIGKILL)
    lane.start("same")
    lane.wait_until_done()
    assert set(values(lane)) == {b"%d" % number for number in range(3000)}


def test_a_second_worker_that_comes_and_goes_neither_loses_nor_repeats(lane: Lane) -> None:
    lane.push(numbered(600, keys=40))
    first = lane.start("slowly")
    until(lane.come_out, "the first events")
    second = lane.start("slowly")
    done = re.compile(r'copydesk_events_total\{outcome="done",[^}]*\} [1-9]')
    until(lambda: done.search(second.ask("/metrics")[1]), "the second worker to take its share")
    assert second.stop() == 0
    lane.wait_until_done()
    assert first.process.poll() is None
    assert values(lane) == Counter({b"%d" % number: 1 for number in range(600)})


def test_long_computing_does_not_cost_a_worker_its_place(lane: Lane) -> None:
    lane.push(numbered(12))
    stage = lane.start("computing", COPYDESK_SESSION_TIMEOUT_S="6")
    until(lane.come_out, "the first event")
    begun = time.monotonic()
    assert stage.ask("/healthz")[0] == 200
    assert time.monotonic() - begun < 1
    lane.wait_until_done()
    assert values(lane) == Counter({b"%d" % number: 1 for number in range(12)})
    assert not [record for record in stage.records() if record["level"] in {"warning", "error"}]


def test_an_output_over_the_limit_sends_its_event_to_the_dead_letters(lane: Lane) -> None:
    lane.push([("a", b"x" * 500_000), ("a", b"1")])
    lane.start("growing")
    lane.wait_until_done()
    assert values(lane) == Counter([b"111"])
    (letter,) = lane.dead()
    assert letter.header("dead_error") == "too-large"
    assert letter.value == b"x" * 500_000


def test_a_dead_letter_whose_bytes_do_not_fit_points_to_its_source(lane: Lane) -> None:
    lane.push([("a", b"x" * ((1 << 20) - 10))], (("y", b"z"),))
    lane.start("growing")
    lane.wait_until_done()
    (letter,) = lane.dead()
    assert letter.value is None
    assert letter.header("y") == "z"
    topic, partition, offset = (letter.header("dead_dataref") or "").split("/")
    assert (topic, partition, offset) == (lane.source, letter.header("dead_partition"), "0")


def test_a_stage_that_hangs_is_unhealthy_and_ends_in_time(lane: Lane) -> None:
    lane.push(numbered(5))
    stage = lane.start("hanging", COPYDESK_STALL_S="2", COPYDESK_STOP_TIMEOUT_S="2")
    told = lambda: stage.ask("/healthz")  # noqa: E731
    until(lambda: told()[0] == 503 and "5 records to do" in told()[1], "the stage to be unhealthy")
    assert stage.stop(within_s=6) == 70
    lane.start("same")
    lane.wait_until_done()
    assert sum(values(lane).values()) == 5


def test_the_probe_of_a_container_ends_a_stage_that_hangs_and_no_other(lane: Lane) -> None:
    stage = lane.start("hanging", COPYDESK_STALL_S="2", COPYDESK_STOP_TIMEOUT_S="2")
    until(lambda: stage.ask("/readyz")[0] == 200, "the stage to be ready")
    assert probe(stage) == 0
    lane.push(numbered(5))
    until(lambda: stage.ask("/healthz")[0] == 503, "the stage to be unhealthy")
    assert probe(stage) == 1
    assert stage.process.wait(6) == 70
    assert probe(stage) == 1


def probe(stage: Running) -> int:
    command = [sys.executable, "-m", "copydesk.runtime.probe", str(stage.process.pid)]
    return subprocess.run(command, env={**os.environ, "COPYDESK_HTTP_PORT": str(stage.port)}, check=False).returncode


def test_metrics_count_what_became_of_the_events(lane: Lane) -> None:
    lane.push([("a", b"1"), ("a", b"refuse me"), ("b", b"2")])
    stage = lane.start("same")
    lane.wait_until_done()
    told = stage.ask("/metrics")[1]
    label = f'stage="{lane.name}"'
    assert f'copydesk_events_total{{outcome="done",{label}}} 2.0' in told
    assert f'copydesk_events_total{{outcome="dead",{label}}} 1.0' in told
    assert f'copydesk_dead_letters_total{{kind="no-good",{label}}} 1.0' in told
    assert f'copydesk_records_written_total{{{label},topic="{lane.target}"}} 2.0' in told
