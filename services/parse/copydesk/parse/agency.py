"""Whose habits a document follows, and its times read by them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from copydesk.parse.profile import Profile, Profiles
from copydesk.parse.zones import Order, read_time

_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)


def habits(profiles: Profiles, *marks: str | None) -> Profile:
    """Return the feed's profile, else that of the first agency that one of these names, ids or domains means.

    `marks` come in the order in which they are to be believed: provider, id, sender, rights holder …
    """
    if profiles.feed:
        return profiles.feed
    for mark in marks:
        if mark and (found := profiles.named(mark.strip()) or profiles.by_domain(mark)):
            return found
    return profiles.of(None)


def provider_name(profiles: Profiles, *sent: str | None) -> str | None:
    """Return the first name that was sent; one that is a domain of a known agency (`reuters.com`) as that agency's name."""
    name = next((stripped for text in sent if text and (stripped := " ".join(text.split()))), None)
    if name and _DOMAIN.fullmatch(name) and (known := profiles.by_domain(name)):
        return known.provider or name
    return name


@dataclass
class Clock:
    """Reads an agency's times, and remembers whether it had to assume their zone."""

    zone: str | None = None
    order: Order = "dmy"
    assumed: str | None = None
    """The zone by which a time without one was read, for `timezone_assumed`."""

    @classmethod
    def of(cls, profile: Profile) -> Clock:
        """Return the clock of an agency's habits."""
        return cls(profile.timezone, profile.dates)

    def read(self, *values: str | None) -> datetime | None:
        """Return the first of the values that is a time, in UTC; None where none is, or where its zone is unknown."""
        for value in values:
            if value and (found := read_time(value, self.zone, self.order)):
                self.assumed = self.assumed or found.assumed
                return found.moment
        return None
