from __future__ import annotations

from copydesk.runtime.pace import MOST, TARGET_S, Pace


def test_slow_events_are_given_one_at_a_time_and_fast_ones_by_the_thousand() -> None:
    slow, fast = Pace(), Pace()
    for _ in range(20):
        slow.learn(slow.events, slow.events * 3.0)
        fast.learn(fast.events, fast.events * 1e-5)
    assert slow.events == 1
    assert fast.events == MOST


def test_a_call_is_never_planned_to_last_longer_than_the_target() -> None:
    pace = Pace()
    for _ in range(20):
        pace.learn(pace.events, pace.events * 0.01)
    assert pace.events * 0.01 <= TARGET_S * 1.01
