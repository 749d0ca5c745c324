"""Settings that only ingest has, beside the shared ones."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class IngestSettings(BaseSettings):
    """Each field is the environment variable `COPYDESK_` plus its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="COPYDESK_", env_ignore_empty=True, frozen=True)

    push_host: str = "127.0.0.1"
    push_port: int | None = None
    """Port of `POST /wire/{feed}`; 0 picks a free one, unset means no HTTP source."""
    inbox: Path | None = None
    """Watched folder: `in/FEED/file` goes to `done/` or `failed/`; unset means none."""
    inbox_settle_s: float = 1.0
    """How long a file must have kept its size and time of change before it is taken to be whole."""
    backlog_limit: int = 20_000
    """Documents and articles waiting between any two stages beyond which HTTP answers 429."""
    repeat_days: float = 7.0
    """The same bytes on the same feed within so many days are a repeat."""
    poll_allow: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_listed)] = ()
    """Networks that are not public and may be polled all the same (an intranet, tests), parted by commas: `10.1.0.0/16`."""
    poll_ports: Annotated[frozenset[int], NoDecode, BeforeValidator(_listed)] = frozenset({80, 443})
    """Ports that may be polled, parted by commas."""
    poll_contact: str | None = None
    """Whom a polled server's people may turn to, in the User-Agent: a URL or a mail address."""
    poll_delay_s: float = 1.0
    """Time between two requests to one host; its robots.txt may ask for more."""
    poll_requests: int = 4
    """How many hosts one worker asks at once; each of them by one request at a time."""
    poll_timeout_s: float = 60.0
    """The most that a request may take, to the last byte."""
    poll_silence_s: float = 20.0
    """The most that a server may take to go on: to connect, or between two bytes."""
