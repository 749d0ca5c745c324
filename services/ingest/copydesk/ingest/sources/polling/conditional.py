"""What an answer says about the next request: validators, when to come back, and where to go for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

LONGEST_VALIDATOR = 1000
LONGEST_WAIT_S = 86_400.0


@dataclass(frozen=True)
class Validators:
    """What a server gave to recognise a representation by (RFC 9110, 8.8): sent back as it came."""

    etag: str | None = None
    modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers of a conditional request (RFC 9110, 13.1); none where there is nothing to compare."""
        stated = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in stated.items() if value}


NONE = Validators()


def validators(answer: httpx2.Response) -> Validators:
    """Return the validators of an answer; absurdly long ones are none."""
    return Validators(_short(answer.headers.get("etag")), _short(answer.headers.get("last-modified")))


def retry_after(answer: httpx2.Response, now: datetime | None = None) -> float | None:
    """Return the seconds that the server wants us to stay away (RFC 9110, 10.2.3), at most a day; None where it says none."""
    stated = str(answer.headers.get("retry-after", "")).strip()
    if stated.isascii() and stated.isdecimal():
        return min(float(stated[:9]), LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(stated)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - (now or datetime.now(UTC))).total_seconds(), 0.0), LONGEST_WAIT_S)


def _short(value: str | None) -> str | None:
    # What is no ASCII could not be sent back.
    return value if value and len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None
