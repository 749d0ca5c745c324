"""What takes a worker along is done alone, and at last no more; on a real broker, with workers that really die."""

from __future__ import annotations

import signal
from collections import Counter

import pytest
from copydesk.runtime.quarantine import DEATHS, NOTHING, Note, read_note
from hypothesis import given
from hypothesis import strategies as st

from tests.runtime.lane import Lane, Running, until
from tests.runtime.test_chassis import numbered, values


@given(st.integers(1, 2**59), st.integers(0, 999_999_999))
def test_a_note_is_read_as_it_was_written(end: int, deaths: int) -> None:
    assert read_note(str(Note(end, deaths))) == Note(end, deaths)


@given(st.none() | st.text())
def test_what_others_wrote_beside_an_offset_says_nothing(metadata: str | None) -> None:
    assert read_note(metadata) == NOTHING
    assert str(NOTHING) == ""


@pytest.fixture(autouse=True)
def _short_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead worker's partitions are given away after two seconds instead of six: there are thirty deaths here."""
    monkeypatch.setenv("COPYDESK_SESSION_TIMEOUT_S", "2")


def keep_alive(lane: Lane, work: str, deaths: int) -> list[Running]:
    """Run the stage, and start it anew each time that it dies, until everything is done; fail where it dies more often."""
    lives = [lane.start(work)]
    while lane.to_do():
        if lives[-1].process.poll() is not None:
            assert len(lives) <= deaths, f"it died {len(lives)} times"
            lives.append(lane.start(work))
    return lives


@pytest.mark.stack
def test_an_event_that_kills_its_workers_ends_as_a_dead_letter_and_the_others_come_out(lane: Lane) -> None:
    events = numbered(400, keys=40)
    events.insert(150, ("key-3", b"kill me"))
    lane.push(events, (("ce_id", b"e1"),))
    lives = keep_alive(lane, "deadly", deaths=DEATHS + 2)
    assert {life.process.poll() for life in lives[:-1]} == {-signal.SIGSEGV}
    (letter,) = lane.dead()
    assert (letter.value, letter.header("dead_error"), letter.header("ce_id")) == (b"kill me", "crashes-worker", "e1")
    assert f"{DEATHS} workers" in (letter.header("dead_message") or "")
    assert set(values(lane)) == {b"%d" % number for number in range(400)}
    assert lives[-1].logged("a worker died here")
    # Those that were done alone are not done again, and what came after them goes at its usual pace.
    assert lives[-1].stop() == 0
    lane.push(numbered(5))
    lane.start("same")
    lane.wait_until_done()
    assert len(lane.dead()) == 1


@pytest.mark.stack
def test_two_such_events_beside_each_other_are_both_found(lane: Lane) -> None:
    lane.push([("a", b"1"), ("a", b"kill me"), ("a", b"kill me"), ("a", b"2")])
    keep_alive(lane, "deadly", deaths=2 * DEATHS + 2)
    assert [letter.header("dead_error") for letter in lane.dead()] == ["crashes-worker"] * 2
    assert set(values(lane)) == {b"1", b"2"}


@pytest.mark.stack
def test_an_event_over_which_workers_hang_and_are_ended_is_found_too(lane: Lane) -> None:
    lane.push([("a", b"1"), ("a", b"hang me"), ("a", b"2")])
    for _ in range(DEATHS + 1):
        worker = lane.start("deadly", COPYDESK_STALL_S="1", COPYDESK_STOP_TIMEOUT_S="1")
        until(lambda worker=worker: worker.ask("/healthz")[0] == 503, "the worker to be unhealthy")  # type: ignore[misc]
        assert worker.stop() == 70  # as a container's health check would have it
    lane.start("deadly")
    lane.wait_until_done()
    assert [(letter.value, letter.header("dead_error")) for letter in lane.dead()] == [(b"hang me", "crashes-worker")]
    assert set(values(lane)) == {b"1", b"2"}


@pytest.mark.stack
def test_workers_that_others_kill_blame_no_event(lane: Lane) -> None:
    lane.push(numbered(300))
    for _ in range(DEATHS + 2):
        done = len(lane.come_out())
        worker = lane.start("slowly")
        until(lambda done=done: len(lane.come_out()) > done, "another event")  # type: ignore[misc]
        worker.stop(signal.SIGKILL)
    lane.start("same")
    lane.wait_until_done()
    assert lane.dead() == []
    assert set(values(lane)) == {b"%d" % number for number in range(300)}


@pytest.mark.stack
def test_a_worker_that_is_killed_while_it_waits_for_its_store_blames_no_event(lane: Lane) -> None:
    lane.push([("a", b"1")])
    for _ in range(DEATHS + 2):
        worker = lane.start("when_there")
        until(lambda worker=worker: worker.logged("waiting"), "the worker to wait")  # type: ignore[misc]
        worker.stop(signal.SIGKILL)
    lane.flag.touch()
    lane.start("when_there")
    lane.wait_until_done()
    assert lane.dead() == []
    assert values(lane) == Counter([b"1"])
