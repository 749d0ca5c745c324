from __future__ import annotations

from copydesk.ingest.sources.quota import BURST_S, Quota


def test_a_feed_may_send_what_its_rate_allows_and_a_burst_after_silence() -> None:
    now = [0.0]
    quota = Quota(clock=lambda: now[0])
    assert quota.wait("a", 2.0) == 0
    quota.spend("a", 2.0, int(2 * BURST_S) + 4)
    assert quota.wait("a", 2.0) == 2
    assert quota.wait("b", 2.0) == 0
    now[0] += 2.5
    assert quota.wait("a", 2.0) == 0
    now[0] += 1e6
    quota.spend("a", 2.0, int(2 * BURST_S) + 1)
    assert quota.wait("a", 2.0) == 1, "silence is not saved up for ever"


def test_a_feed_without_a_rate_never_waits() -> None:
    quota = Quota()
    quota.spend("a", None, 10**9)
    assert quota.wait("a", None) == 0
