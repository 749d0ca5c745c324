"""An agency's or a feed's habits, as data: one TOML file each in `profiles/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

PACKAGE = "copydesk.parse.profiles"


@dataclass(frozen=True)
class Profile:
    """What is known of an agency beside what its files say."""

    name: str
    providers: tuple[str, ...] = ()
    """Names under which its files name the agency, without case."""
    timezone: str | None = None
    """IANA name of the zone in which its times without an offset are."""
    language: str | None = None


@dataclass(frozen=True)
class Profiles:
    """The profiles of this installation, and the one that the feed names, if any."""

    all: tuple[Profile, ...] = ()
    feed: Profile | None = None
    _by_provider: dict[str, Profile] = field(default_factory=dict, repr=False)

    def of(self, provider: str | None) -> Profile:
        """Return the feed's profile, else that of the agency so named, else one that knows nothing."""
        return self.feed or self._by_provider.get((provider or "").casefold()) or Profile(name="")


@cache
def _shipped() -> tuple[Profile, ...]:
    found = []
    for entry in sorted(files(PACKAGE).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            data = tomllib.loads(entry.read_text(encoding="utf-8"))
            data["providers"] = tuple(data.get("providers", ()))
            found.append(Profile(name=entry.name.removesuffix(".toml"), **data))
    return tuple(found)


def profiles(feed: str | None = None) -> Profiles:
    """Return all profiles; `feed` names the one that takes precedence (a feed is named after its agency's profile)."""
    every = _shipped()
    by_provider = {name.casefold(): profile for profile in every for name in profile.providers}
    return Profiles(every, next((p for p in every if p.name == feed), None), by_provider)
