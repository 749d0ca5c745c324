"""Times as people type them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def moment(stated: str, now: datetime) -> datetime:
    """Return the time that people mean: so long ago (`90m`, `6h`, `2d`), or at an ISO time. ValueError where it is neither."""
    ago = re.fullmatch(r"(\d{1,9})([smhd])", stated)
    if ago:
        return now - timedelta(seconds=int(ago[1]) * _UNITS[ago[2]])
    try:
        parsed = datetime.fromisoformat(stated)
    except ValueError:
        raise ValueError(
            f"a time is so long ago (90m, 6h, 2d) or ISO 8601 (2026-03-12T09:00Z), not {stated!r}"
        ) from None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
