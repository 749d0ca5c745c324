"""Times as the contract wants them: with a zone, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def in_utc(moment: datetime) -> datetime:
    """Return the same instant in UTC. ValueError where it has no zone: copydesk never guesses one silently."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone; name the zone it was assumed to be in")
    return moment.astimezone(UTC)
