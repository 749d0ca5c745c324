"""A document as it came, before anybody knows what it means."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

HEAD_BYTES = 4096


@dataclass(frozen=True)
class Raw:
    """The bytes of one document, and what came with them."""

    data: bytes
    name: str | None = None
    """File name, where it had one; a hint only."""
    media_type: str | None = None
    link: str | None = None
    """Where its source found it: an http or https URL."""
    received: datetime | None = None
    """Time of receipt, UTC: an upper bound for the story's times, never a substitute for them."""

    @cached_property
    def sha256(self) -> str:
        """Hex SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def head(self) -> bytes:
        """The first 4 KiB, by which a format recognises its own."""
        return self.data[:HEAD_BYTES]
