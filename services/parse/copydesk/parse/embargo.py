"""What a document says of an embargo, where no time can be read out of it."""

from __future__ import annotations

import re
from datetime import datetime

from copydesk.parse.zones import read_time

_NO = re.compile(r"\W*(?:false|no|none|null|n/?a|n|not? embargoed|0|-)?\W*", re.IGNORECASE)
_BEFORE_WIRES = re.compile(r"(?:0\d{3}|1[0-8]\d\d|1900|1970)\b")
"""The first years of calendars and clocks: a field that nobody filled in."""
_LAST_ZONE = "Etc/GMT+12"
"""The zone whose clocks are the last to strike any hour (POSIX signs: twelve hours behind UTC)."""


def may_last(said: str, versioncreated: datetime | None) -> bool:
    """Tell whether an embargo that was stated so, and whose end could not be read, may still bind the version.

    It does not where the words deny it, where they are a placeholder, or where its end was over in every zone when the
    version was made.
    """
    if _NO.fullmatch(said) or _BEFORE_WIRES.match(said.strip()):
        return False
    latest = read_time(said, _LAST_ZONE)
    return latest is None or versioncreated is None or latest.moment > versioncreated
