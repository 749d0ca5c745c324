"""A source: one more way in which documents reach `wire.inbound`, running beside the stage."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache

from copydesk.ingest import sources as folder
from copydesk.ingest.door import Door
from copydesk.ingest.settings import IngestSettings
from copydesk.runtime.plugins import scan


@dataclass(frozen=True)
class Source:
    """Declared once as `SOURCE` in a file of `sources/`; knows nothing of Kafka, only the door."""

    name: str
    open: Callable[[Door, IngestSettings], AbstractAsyncContextManager[None]]
    """Runs the source for as long as the context is open; does nothing where its settings are unset."""


@cache
def sources() -> tuple[Source, ...]:
    """Return every source of this installation."""
    return tuple(scan(folder, "SOURCE", Source, "copydesk.sources"))
