"""Settings of a service, from the environment: `COPYDESK_KAFKA`, `COPYDESK_DATABASE` and so on."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the services share; each field is the variable `COPYDESK_` plus its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="COPYDESK_", env_ignore_empty=True, frozen=True)

    kafka: str = "127.0.0.1:9092"
    """Bootstrap servers, `host:port` parted by commas."""
    database: str = "postgresql://copydesk@127.0.0.1:5432/copydesk"
    """PostgreSQL URL."""
    archive: str = "var/archive"
    """Where the bytes of every document are kept by SHA-256: a folder, or `s3://BUCKET/PREFIX`."""
    feeds: Path | None = None
    """TOML file of the feeds, their keys and rights: see `copydesk.runtime.feeds`."""
    http_host: str = "127.0.0.1"
    http_port: int = 0
    """Port of the service's own HTTP endpoints (`/healthz`, `/readyz`, `/metrics`); 0 picks a free one."""
    log_level: str = "info"
    session_timeout_s: float = 6.0
    """How long a silent worker keeps its partitions; faust's default of 60 s means a minute's stall after a crash."""
    commit_interval_s: float = 1.0
    """How often offsets are committed: what a worker did since is done again after a crash."""
    stall_s: float = 60.0
    """`/healthz` fails when there are records to do and no offset has advanced for so long."""
    stop_timeout_s: float = 20.0
    """A worker that has not ended so long after SIGTERM ends at once; what it held is done again."""
    replication: int = -1
    """Replicas of the topics that are created; -1 is the broker's own default."""
