"""An agency's or a feed's habits, as data: one TOML file each in `profiles/` (docs/feeds.md lists the keys)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any

from copydesk.parse.zones import Order

PACKAGE = "copydesk.parse.profiles"
LOOKED_AT = 2_000
"""Characters of a field in which marks are looked for."""


@dataclass(frozen=True)
class Profile:
    """What is known of an agency, or of a feed, beside what its files say."""

    name: str
    provider: str | None = None
    """The agency's name as articles state it (`dpa`)."""
    providers: tuple[str, ...] = ()
    """Names under which its files name the agency; the file's own name and `provider` count too. Case, a leading article
    and a legal form (`GmbH`, `Ltd`) make no difference."""
    domains: tuple[str, ...] = ()
    """Internet domains of the agency, as its URNs, tag URIs and links hold them: `dpa.com`."""
    sources: tuple[str, ...] = ()
    """Source codes of its IPTC 7901 and ANPA 1312 headers: `eca`, `KWS`."""
    timezone: str | None = None
    """IANA name of the zone in which its times without an offset are."""
    dates: Order = "dmy"
    """Which number comes first in its dates of three short numbers."""
    language: str | None = None
    """BCP 47, of its files that state none."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """BCP 47 by the source code of a wire header, in lower case, where each language has its own."""
    encoding: str | None = None
    """Encoding of its files that state none."""
    version_in_id: str | None = None
    """Regular expression for the part of an id that changes with each version; it is cut from `uri`, and its group
    `version` becomes the version where the file states none."""
    id_field: str | None = None
    """Name of the article's field that identifies the story where the ids sent do not: `link`, `slugline`, `headline`."""
    dateline_field: str | None = None
    """Name of the article's field that holds the dateline (`located`), where its formats have none of their own."""
    chrome: tuple[str, ...] = ()
    """Regular expressions for parts of its marked-up bodies that are no part of the story; they must be bounded."""
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each signal (`kill`, `correction` …) regular expressions that headline, slugline, ednote or take key match."""
    valid_from: date | None = None
    valid_until: date | None = None
    """The day from which these habits no longer hold."""

    def names(self) -> frozenset[str]:
        """Return every name of the provider, as `_plain` writes them."""
        return frozenset(_plain(n) for n in (self.name, self.provider, *self.providers) if n)

    def without_chrome(self, markup: str) -> str:
        """Return the marked-up body without the parts that the agency puts around its stories."""
        for pattern in self.chrome:
            markup = _compiled(pattern).sub("", markup)
        return markup

    def signals(self, texts: Iterable[str | None]) -> list[str]:
        """Return the signals whose marks one of the texts bears, in the profile's order."""
        heads = [text[:LOOKED_AT] for text in texts if text]
        return [
            signal
            for signal, patterns in self.marks.items()
            if any(_compiled(pattern).search(text) for pattern in patterns for text in heads)
        ]


@dataclass(frozen=True)
class Profiles:
    """The profiles of this installation, and the one that the feed names, if any."""

    all: tuple[Profile, ...] = ()
    """The habits of today, one a profile."""
    feed: Profile | None = None
    earlier: tuple[Profile, ...] = ()
    """Habits that no longer hold, under the name of the profile that has today's."""

    def of(self, provider: str | None, on: date | None = None) -> Profile:
        """Return the feed's profile, else that of the agency so named, else one that knows nothing.

        `on` asks for the habits of that day.
        """
        return self.at(self.feed or self.named(provider) or Profile(name=""), on)

    def named(self, provider: str | None) -> Profile | None:
        """Return the profile of the agency so named, whatever the feed; None where there is none."""
        return self._index["name"].get(_plain(provider[:LOOKED_AT])) if provider else None

    def by_source(self, code: str | None) -> Profile | None:
        """Return the profile that claims a source code of a wire header (`eca`), None where none does."""
        return self._index["source"].get((code or "").casefold())

    def by_domain(self, identifier: str | None) -> Profile | None:
        """Return the profile whose domain stands in a URN, tag URI, URL or address; None where none does."""
        for host in re.findall(r"[a-z0-9\-]+(?:\.[a-z0-9\-]+)+", (identifier or "")[:300].casefold()):
            labels = host.split(".")
            for at in range(len(labels) - 1):
                if found := self._index["domain"].get(".".join(labels[at:])):
                    return found
        return None

    def at(self, profile: Profile, on: date | None) -> Profile:
        """Return the habits that the profile had on that day."""
        if on is None:
            return profile
        then = (p for p in self.earlier if p.name == profile.name and _holds(p, on))
        return next(then, profile) if not _holds(profile, on) else profile

    @cached_property
    def _index(self) -> Mapping[str, Mapping[str, Profile]]:
        """By name, source code and domain, without case."""
        return {
            "name": {name: p for p in self.all for name in p.names()},
            "source": {code.casefold(): p for p in self.all for code in p.sources},
            "domain": {domain.casefold(): p for p in self.all for domain in p.domains},
        }


_LEGAL = re.compile(
    r"[,\s]+(?:g?mbh|ag|ltd|limited|inc|llc|plc|corp|co|ab|as|a/s|oy|s\.?a\.?|s\.?p\.?a|s\.?r\.?l|b\.?v|n\.?v|e\.?v)\.?$"
)
_PLACED = re.compile(r"[\s,/|–-]{1,3}\(?(?:news agency|newswire|news wire|wire service)\)?$")


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    """The name as names are compared: without case, article, legal form and what says only that it is an agency."""
    plain = " ".join(name.casefold().split()).strip("/().,;:©- ").removeprefix("the ")
    while (shorter := _PLACED.sub("", _LEGAL.sub("", plain))) != plain:
        plain = shorter
    return plain


def _holds(profile: Profile, on: date) -> bool:
    begun = profile.valid_from is None or profile.valid_from <= on
    return begun and (profile.valid_until is None or on < profile.valid_until)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def from_toml(name: str, text: str) -> tuple[Profile, ...]:
    """Read one profile's file: today's habits first, then those of its `[[earlier]]` tables, which state what differed.

    ValueError where it holds a key that no profile has, or a mark that is no regular expression.
    """
    data = tomllib.loads(text)
    earlier = data.pop("earlier", [])
    today = replace(Profile(name=name), **_values(name, data))
    undated = replace(today, valid_from=None, valid_until=None)
    return (today, *(replace(undated, **_values(name, then)) for then in earlier))


def _values(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    if stray := data.keys() - {f.name for f in fields(Profile)} | data.keys() & {"name"}:
        raise ValueError(f"profile {name}: no such keys: {', '.join(sorted(stray))}")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    if marks := data.get("marks"):
        values["marks"] = {signal: tuple(patterns) for signal, patterns in marks.items()}
        for pattern in (p for patterns in values["marks"].values() for p in patterns):
            _compiled(pattern)
    return values


@cache
def _shipped() -> tuple[tuple[Profile, ...], tuple[Profile, ...]]:
    read = [
        from_toml(entry.name.removesuffix(".toml"), entry.read_text(encoding="utf-8"))
        for entry in sorted(files(PACKAGE).iterdir(), key=lambda e: e.name)
        if entry.name.endswith(".toml")
    ]
    return tuple(today for today, *_ in read), tuple(then for _, *past in read for then in past)


@cache
def profiles(feed: str | None = None) -> Profiles:
    """Return all profiles; `feed` names the one that takes precedence (a feed is named after its agency's profile)."""
    today, earlier = _shipped()
    return Profiles(today, _of_feed(today, feed or ""), earlier)


def _of_feed(every: tuple[Profile, ...], feed: str) -> Profile | None:
    """The profile that the feed is named after: its own name, or the first part of it (`dpa-english`, `afp.sports`)."""
    named = [p for p in every if feed == p.name or re.match(rf"{re.escape(p.name)}[-._]", feed)]
    return max(named, key=lambda p: len(p.name), default=None)
