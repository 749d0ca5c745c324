from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from copydesk.runtime.pace import MOST, TARGET_S, Pace


def calls(pace: Pace, takes: Callable[[int], float], count: int = 60) -> list[tuple[int, float]]:
    """Let it learn; return the events and the seconds of the last half of the calls."""
    made = []
    for _ in range(count):
        events = pace.events
        seconds = takes(events)
        pace.learn(events, seconds)
        made.append((events, seconds))
    return made[count // 2 :]


def a_second(made: list[tuple[int, float]]) -> float:
    return sum(events for events, _ in made) / sum(seconds for _, seconds in made)


def test_slow_events_are_given_one_at_a_time_and_fast_ones_by_the_thousand() -> None:
    assert {events for events, _ in calls(Pace(), lambda events: events * 3.0)} == {1}
    assert {events for events, _ in calls(Pace(), lambda events: events * 1e-5)} == {MOST}


@pytest.mark.parametrize("each", [0.002, 0.01, 0.05])
def test_a_call_is_planned_to_last_about_as_long_as_the_target(each: float) -> None:
    made = calls(Pace(), lambda events: events * each)
    assert max(seconds for _, seconds in made) <= 1.6 * TARGET_S
    assert a_second(made) == pytest.approx(1 / each)


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_what_a_call_costs_anyway_does_not_make_the_next_one_smaller(noise: float) -> None:
    pick = random.Random(7)
    made = calls(Pace(), lambda events: (0.6 + events * 0.001) * pick.uniform(1 - noise, 1 + noise))
    assert a_second(made) > 250  # one by one it would be 1.7


def test_after_a_time_of_slow_calls_it_is_soon_as_fast_as_before() -> None:
    pace = Pace()
    calls(pace, lambda events: events * 3.0)
    assert pace.events == 1
    spent = 0.0
    while pace.events < 100:
        seconds = 0.02 + pace.events * 0.001
        pace.learn(pace.events, seconds)
        spent += seconds
    assert spent < 3


def test_a_call_with_few_events_says_little_of_what_the_next_may_have() -> None:
    pace = Pace()
    calls(pace, lambda events: 0.01 + events * 0.001)
    before = pace.events
    pace.learn(1, 0.011)
    assert pace.events > before / 4
