"""How long to wait: between two requests to a host, and after failures."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3600.0
LONGEST_DELAY_S = 3600.0
"""A Crawl-delay beyond an hour is taken for an hour."""
JITTER = 0.2
FAILING_AFTER = 5
"""So many failures one after the other make a listing failing; it is still tried."""
DEATHS = 2
"""So many workers that died with it, one after the other, are a failure of what they fetched; one may have been killed by chance."""
GIVEN_UP_AFTER = 8
"""So many failures one after the other end the attempts at a page that comes, but broken."""
GIVEN_UP_AFTER_REFUSED = 4
"""The same where the server says that it has no such page for us (4xx)."""
GIVEN_UP_AFTER_S = 2 * 86_400.0
"""The same where the server is in trouble: a night's outage must lose nothing."""
FINAL = {"forbidden-url", "forbidden-address", "bad-url", "robots", "redirects", "too-large", "not-a-page", "http-410"}
"""What no further attempt at a page will mend."""
HOSTS_TROUBLE = {
    *("unreachable", "timeout", "broken-answer", "robots-unreachable"),
    *("http-429", "http-502", "http-503", "http-504"),
}
"""What is the matter with a host, not with one of its pages: nobody asks it for anything for a while."""
SOON_OVER = {"http-408", "http-425"}


def backed_off(failures: int, every_s: float, spread: Callable[[], float] = random.random) -> float:
    """Return the seconds until the next attempt after so many failures: doubled each time up to an hour, give or take a fifth.

    Never sooner than the listing is looked at anyway (`every_s`).
    """
    wait = min(FIRST_WAIT_S * 2.0 ** min(max(failures, 1) - 1, 20), LONGEST_WAIT_S)
    return max(wait, every_s) * (1 - JITTER + 2 * JITTER * spread())


def next_look(every_s: float, spread: Callable[[], float] = random.random) -> float:
    """Return the seconds until a listing is looked at again: a twentieth more or less, so that many do not march in step."""
    return every_s * (0.95 + 0.1 * spread())


def delay(stated_s: float, crawl_delay_s: float | None) -> float:
    """Return the seconds between two requests to a host: ours, or what its robots.txt asks for where that is more."""
    return max(stated_s, min(crawl_delay_s or 0.0, LONGEST_DELAY_S))


def given_up(kind: str, failures: int, failing_s: float) -> bool:
    """Whether a page that failed so, so many times and for so long, is not tried any more."""
    if kind in HOSTS_TROUBLE or kind in SOON_OVER or kind.startswith("http-5"):
        return failing_s > GIVEN_UP_AFTER_S
    return kind in FINAL or failures >= (GIVEN_UP_AFTER_REFUSED if kind.startswith("http-4") else GIVEN_UP_AFTER)
