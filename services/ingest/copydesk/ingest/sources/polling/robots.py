"""robots.txt (RFC 9309): who may be asked for what, and how often. Protego reads it.

No file (4xx) allows everything, a server in trouble (5xx, no answer) forbids everything for as long (RFC 9309, 2.3.1). 429 says
that we asked too much, and counts as trouble.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from copydesk.runtime.refusal import Refusal
from protego import Protego

TOKEN = "copydesk"  # noqa: S105 - the product token that robots.txt knows us by
PATH = "/robots.txt"
MAX_BYTES = 512 * 1024
"""So much of it is read; the RFC demands 500 KiB (2.5)."""
KEPT = timedelta(hours=24)
"""RFC 9309, 2.4: not longer than a day."""
KEPT_IN_TROUBLE = timedelta(minutes=10)

NOBODY = "User-agent: *\nDisallow: /\n"
EVERYBODY = ""


@dataclass(frozen=True)
class Rules:
    """What one origin's robots.txt says to us."""

    text: str
    kept: timedelta = KEPT
    trouble: str | None = None
    """Why there is none to be had just now."""

    def check(self, url: str) -> float | None:
        """Return the Crawl-delay in seconds, where there is one. Refusal `robots` where the URL is not to be asked."""
        rules = Protego.parse(self.text)
        if not rules.can_fetch(url, TOKEN):
            raise Refusal("robots", f"robots.txt {self.trouble}" if self.trouble else "robots.txt forbids it")
        rate = rules.request_rate(TOKEN)
        waits = [rules.crawl_delay(TOKEN), rate.seconds / rate.requests if rate and rate.requests else None]
        return max((float(wait) for wait in waits if wait), default=None)


def rules_of(status: int, body: bytes) -> Rules:
    """Return what follows from the answer to a request for robots.txt."""
    if status == 429 or status >= 500:
        return unreachable(f"was answered with {status}")
    if 200 <= status < 300:
        return Rules(body[:MAX_BYTES].decode("utf-8", "replace").lstrip("\ufeff").replace("\x00", "\ufffd"))
    return Rules(EVERYBODY)


def unreachable(why: str) -> Rules:
    """Return what follows from no answer."""
    return Rules(NOBODY, KEPT_IN_TROUBLE, why)
