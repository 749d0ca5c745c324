"""Where the embedded stack keeps things: what it fetched (a cache) and what it holds (data)."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """`COPYDESK_CACHE`, else `.cache` of the folder it is run in: everything fetched, safe to delete."""
    return Path(os.environ.get("COPYDESK_CACHE") or ".cache").absolute()


def data_folder() -> Path:
    """`COPYDESK_DATA`, else `var` of the folder it is run in: broker log, database, archive."""
    return Path(os.environ.get("COPYDESK_DATA") or "var").absolute()
