"""A feed of the embedded stack's own, so that its HTTP door can be tried at once."""

from __future__ import annotations

import secrets
from pathlib import Path

from copydesk.runtime.feeds import hashed

NAME = "desk"


def own_feeds(folder: Path) -> tuple[Path, Path]:
    """Return a feeds file with one feed, `desk`, and the file of its API key; both are made where they are new."""
    feeds, key = folder / "feeds.toml", folder / f"{NAME}.key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(32), encoding="ascii")
    if not feeds.exists():
        line = f'[feeds.{NAME}]\nkeys = ["{hashed(key.read_text(encoding="ascii"))}"]\n'
        feeds.write_text(line, encoding="utf-8")
    return feeds, key
