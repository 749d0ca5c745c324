"""Newest wins, in whatever order versions arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from copydesk.schemas.newest import NEVER, NO_NUMBER, Candidate, Rank, State, number_of, state_of
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 3, 3, tzinfo=UTC)


def candidate(  # noqa: PLR0917
    event: str,
    minute: int | None = 0,
    pubstatus: str = "usable",
    number: int | None = None,
    received: int | None = 0,
    sha256: str = "",
) -> Candidate:
    rank = Rank(
        versioncreated=NEVER if minute is None else START + timedelta(minutes=minute),
        version=NO_NUMBER if number is None else Decimal(number),
        received=NEVER if received is None else START + timedelta(minutes=received),
        sha256=sha256,
        processed=START,
        event=event,
    )
    return Candidate(rank, pubstatus)  # type: ignore[arg-type]


small = st.none() | st.integers(0, 3)
statuses = st.sampled_from(["usable", "usable", "withheld", "canceled"])
versions = st.lists(st.tuples(small, statuses, small, small), max_size=8).map(
    lambda rows: [candidate(f"{m}/{s}/{n}/{r}", m, s, n, r) for m, s, n, r in rows]
)


def judged(candidates: list[Candidate]) -> str | None:
    """Say what the contract says, over all versions at once and the slow way."""
    kills = [c for c in candidates if c.pubstatus == "canceled"]
    alive = [
        c for c in candidates if c.pubstatus != "canceled" and all(c.rank.versioncreated > k.kill.time for k in kills)
    ]
    newest = max(alive, key=lambda c: c.rank, default=None)
    return newest.rank.event if newest and newest.pubstatus == "usable" else None


@given(versions, st.randoms())
def test_any_order_and_repetition_ends_in_the_state_that_the_contract_names(
    candidates: list[Candidate], random
) -> None:
    shuffled = candidates * 2
    random.shuffle(shuffled)
    state = state_of(shuffled)
    assert state == state_of(candidates)
    assert state.newest == judged(candidates)


@given(versions, versions, versions)
def test_states_merge_whatever_the_grouping(a: list[Candidate], b: list[Candidate], c: list[Candidate]) -> None:
    x, y, z = state_of(a), state_of(b), state_of(c)
    assert x.merge(y) == y.merge(x)
    assert x.merge(y).merge(z) == x.merge(y.merge(z))
    assert x.merge(x) == x


@given(versions, st.integers(0, 3))
def test_a_killed_story_never_comes_back_through_an_older_version(candidates: list[Candidate], minute: int) -> None:
    older = [c for c in candidates if c.rank.versioncreated <= START + timedelta(minutes=minute)]
    state = state_of(older).with_candidate(candidate("kill", minute, "canceled"))
    assert state.newest is None
    for late in older:
        assert state.with_candidate(late).newest is None


def test_the_later_versioncreated_wins_over_a_higher_version() -> None:
    assert state_of([candidate("old", 1, number=9), candidate("new", 2, number=1)]).newest == "new"


def test_versions_are_compared_as_numbers() -> None:
    assert state_of([candidate("ten", 1, number=10), candidate("nine", 1, number=9)]).newest == "ten"


def test_receipt_and_then_the_hash_decide_between_equals() -> None:
    assert state_of([candidate("late", received=2), candidate("early", received=1)]).newest == "late"
    assert state_of([candidate("b", sha256="b"), candidate("a", sha256="a")]).newest == "b"


def test_a_kill_beats_a_version_of_its_own_minute_but_not_a_newer_one() -> None:
    kill = candidate("kill", 5, "canceled", number=0)
    assert state_of([candidate("same", 5, number=99), kill]).newest is None
    assert state_of([kill, candidate("newer", 6)]).newest == "newer"


def test_a_kill_without_a_time_beats_all_that_was_created_before_its_receipt() -> None:
    kill = candidate("kill", None, "canceled", received=10)
    assert state_of([candidate("before", 9), kill]).newest is None
    assert state_of([candidate("after", 11), kill]).newest == "after"


def test_withheld_takes_the_story_back_until_a_usable_version_comes() -> None:
    state = state_of([candidate("first", 1), candidate("held", 2, "withheld")])
    assert state.newest is None
    assert state.with_candidate(candidate("older", 0)).newest is None
    assert state.with_candidate(candidate("freed", 3)).newest == "freed"


def test_every_version_knows_its_standing() -> None:
    first, second, kill, third = (
        candidate("first", 1),
        candidate("second", 2),
        candidate("kill", 3, "canceled"),
        candidate("third", 4),
    )
    state = state_of([first, second])
    assert [state.standing(c) for c in (first, second)] == ["superseded", "newest"]
    state = state.with_candidate(kill).with_candidate(third)
    assert [state.standing(c) for c in (first, second, kill, third)] == ["killed", "killed", "kill", "newest"]
    assert State().newest is None


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("2", 2),
        (" 10 ", 10),
        ("1.5", Decimal("1.5")),
        ("2nd Ld", None),
        ("", None),
        (None, None),
        ("٣", None),
        ("1e9", None),
    ],
)
def test_a_version_is_a_number_only_where_it_is_one(sent: str | None, number: object) -> None:
    assert number_of(sent) == number
