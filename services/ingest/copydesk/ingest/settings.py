"""Settings that only ingest has, beside the shared ones."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestSettings(BaseSettings):
    """Each field is the environment variable `COPYDESK_` plus its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="COPYDESK_", env_ignore_empty=True, frozen=True)

    feeds: Path | None = None
    """TOML file of the feeds, their keys and rights: see `copydesk.runtime.feeds`."""
    push_host: str = "127.0.0.1"
    push_port: int | None = None
    """Port of `POST /wire/{feed}`; 0 picks a free one, unset means no HTTP source."""
    inbox: Path | None = None
    """Watched folder: `in/FEED/file` goes to `done/` or `failed/`; unset means none."""
    inbox_settle_s: float = 1.0
    """How long a file must have kept its size and time of change before it is taken to be whole."""
    backlog_limit: int = 20_000
    """Documents in `wire.inbound` not yet taken up beyond which HTTP answers 429."""
    repeat_days: float = 7.0
    """The same bytes on the same feed within so many days are a repeat."""
