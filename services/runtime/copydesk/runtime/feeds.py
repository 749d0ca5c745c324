"""The feeds of this installation: who may push what. One TOML file, named by `COPYDESK_FEEDS`.

    [feeds.northwire]
    keys = ["9f86d081884c7d65…"]     # hex SHA-256 of each API key; two while one is being replaced
    providers = ["North Wire"]       # whose stories the feed may replace or kill; left out: anybody's
    folder = "/srv/ftp/northwire"    # a watched folder of its own, with in/, done/ and failed/
    rate = 50                        # documents a second that it may push over HTTP; left out: as many as it likes
    keep_days = 400                  # how long the archive keeps its documents; left out: for ever

    [[feeds.northwire.poll]]         # a URL that is asked for news, by RSS, Atom, JSON Feed or whatever it serves
    url = "https://northwire.example/latest.rss"
    every = 300                      # seconds
    pages = true                     # fetch the page of each item, rather than push the listing itself

A key is 32 random bytes or more, so a plain SHA-256 hides it: slow password hashes protect what can be guessed.
The file is read again when it changes, so that a key is replaced without a restart.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

FEED_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
DEFAULT_FEED = "default"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HTTP_URL = re.compile(r"https?://[^\s/?#@\\]+(?:[/?][^\s#]*)?", re.IGNORECASE)
_LONGEST_URL_BYTES = 1500
_LONGEST_EVERY_S = 30 * 86_400
KEPT_AT_LEAST_DAYS = 31
"""Topics hold references to archived documents for as long as thirty days (`wire.dead`)."""
_KEPT_AT_MOST_DAYS = 36_500

log = structlog.get_logger()


class BadFeedsError(ValueError):
    """The file of feeds does not say what it should; the message names the feed and the field."""


@dataclass(frozen=True)
class Poll:
    """A URL that is asked for news."""

    url: str
    every_s: float = 300.0
    pages: bool = False
    """Whether the page of each item is fetched and pushed, rather than the document itself."""
    robots: bool = True
    """Whether robots.txt is asked for leave; a contract with the agency may make that needless."""


@dataclass(frozen=True)
class Feed:
    """One feed and what it may do."""

    name: str
    keys: tuple[str, ...] = ()
    """Hex SHA-256 of its API keys."""
    providers: tuple[str, ...] = ()
    """Whose stories it may replace or kill; empty: anybody's."""
    folder: Path | None = None
    rate: float | None = None
    """Documents a second that it may push over HTTP; None: as many as it likes."""
    polls: tuple[Poll, ...] = ()
    keep_days: int | None = None
    """How long the archive keeps its documents; None: for ever."""

    def grants(self, provider: str | None) -> bool:
        """Whether this feed may replace or kill the provider's stories."""
        return not self.providers or (provider or "").casefold() in {p.casefold() for p in self.providers}


def is_feed_name(name: str) -> bool:
    """Whether this may name a feed: ASCII letters, digits, `.`, `_` and `-`, at most 64, the first a letter or digit."""
    return FEED_NAME.fullmatch(name) is not None


def feeds_of(data: bytes) -> dict[str, Feed]:
    """Return the feeds that the TOML states, by name. BadFeedsError where it is not one of ours."""
    try:
        stated: dict[str, Any] = tomllib.loads(data.decode())
    except ValueError as error:
        raise BadFeedsError(str(error)) from error
    feeds = stated.pop("feeds", {})
    if stated or not isinstance(feeds, dict):
        raise BadFeedsError("expected tables [feeds.NAME] and nothing else")
    return {name: _feed(name, table) for name, table in feeds.items()}


def _feed(name: str, table: object) -> Feed:
    if not is_feed_name(name) or not isinstance(table, dict):
        raise BadFeedsError(f"{name!r} is no feed's name, or no table")
    unknown = table.keys() - {"keys", "providers", "folder", "rate", "poll", "keep_days"}
    if unknown:
        raise BadFeedsError(f"{name}: unknown {', '.join(sorted(unknown))}")
    keys, providers = _strings(name, table, "keys"), _strings(name, table, "providers")
    if not all(map(_SHA256.fullmatch, keys)):
        raise BadFeedsError(f"{name}: keys are hex SHA-256 of the API keys")
    folder = table.get("folder")
    if not isinstance(folder, str | None):
        raise BadFeedsError(f"{name}: folder is a path")
    rate = table.get("rate")
    if rate is not None and (isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < math.inf):
        raise BadFeedsError(f"{name}: rate is documents a second, more than 0")
    polls = table.get("poll", [])
    if not isinstance(polls, list):
        raise BadFeedsError(f"{name}: poll is a list of tables, [[feeds.{name}.poll]]")
    found = tuple(_poll(name, poll) for poll in polls)
    if len({poll.url for poll in found}) < len(found):
        raise BadFeedsError(f"{name}: poll names a URL twice")
    days = _keep_days(name, table.get("keep_days"))
    return Feed(name, keys, providers, Path(folder) if folder else None, float(rate) if rate else None, found, days)


def _keep_days(name: str, days: object) -> int | None:
    if days is None:
        return None
    if isinstance(days, bool) or not isinstance(days, int) or not KEPT_AT_LEAST_DAYS <= days <= _KEPT_AT_MOST_DAYS:
        raise BadFeedsError(
            f"{name}: keep_days is a whole number from {KEPT_AT_LEAST_DAYS} (topics refer to the archive so long) to {_KEPT_AT_MOST_DAYS}"
        )
    return days


def _poll(name: str, table: object) -> Poll:
    if not isinstance(table, dict) or table.keys() - {"url", "every", "pages", "robots"}:
        raise BadFeedsError(f"{name}: poll is a table of url, every, pages and robots")
    url, every = table.get("url"), table.get("every", 300)
    if not isinstance(url, str) or not _HTTP_URL.fullmatch(url) or len(url.encode()) > _LONGEST_URL_BYTES:
        raise BadFeedsError(f"{name}: poll.url is an http or https URL without user and password")
    if isinstance(every, bool) or not isinstance(every, int | float) or not 1 <= every <= _LONGEST_EVERY_S:
        raise BadFeedsError(f"{name}: poll.every is in seconds, from 1 to {_LONGEST_EVERY_S}")
    pages, robots = table.get("pages", False), table.get("robots", True)
    if not isinstance(pages, bool) or not isinstance(robots, bool):
        raise BadFeedsError(f"{name}: poll.pages and poll.robots are true or false")
    return Poll(url, float(every), pages, robots)


def _strings(name: str, table: dict[str, Any], field_name: str) -> tuple[str, ...]:
    value = table.get(field_name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadFeedsError(f"{name}: {field_name} is a list of strings")
    return tuple(value)


def hashed(key: str) -> str:
    """Return the form in which the file states an API key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class Feeds:
    """The feeds, as the file has them now. Without a file there are none, and no key opens anything."""

    file: Path | None = None
    _all: dict[str, Feed] = field(default_factory=dict)
    _seen: tuple[int, int] | None = None

    def all(self) -> dict[str, Feed]:
        """Return the feeds by name; a file that turned bad is logged and the last good one stands.

        BadFeedsError where the file was never good: a service with a broken file must not start.
        """
        if self.file is None:
            return self._all
        state = self.file.stat()
        seen = (state.st_mtime_ns, state.st_size)
        if seen != self._seen:
            try:
                self._all = feeds_of(self.file.read_bytes())
            except BadFeedsError as error:
                if self._seen is None:
                    raise
                log.error("feeds_file_bad", file=str(self.file), error=str(error))  # noqa: TRY400 - no stack needed
            self._seen = seen
        return self._all

    def opened_by(self, key: str) -> frozenset[str]:
        """Return the names of the feeds that this API key opens; takes as long whether or not it opens any."""
        presented = hashed(key)
        return frozenset(
            feed.name
            for feed in self.all().values()
            if sum(hmac.compare_digest(presented, known) for known in feed.keys)
        )

    def grants(self, feed: str, provider: str | None) -> bool:
        """Whether the feed may replace or kill the provider's stories; a feed that the file does not name may."""
        known = self.all().get(feed)
        return known is None or known.grants(provider)
