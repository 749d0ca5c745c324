"""What a wire format says of itself, and the list of all that are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from copydesk.parse import formats
from copydesk.parse.profile import Profiles
from copydesk.parse.raw import Raw
from copydesk.runtime.plugins import scan
from copydesk.schemas.article import Article


@dataclass(frozen=True)
class Format:
    """One wire format: how it knows its bytes, and how it reads them.

    `recognise` looks at the head alone and answers with a confidence from 0 to 1; it must be cheap and never raise.
    `read` yields the articles of the document in order, and raises `Refusal` where the document is none of its kind,
    is broken, or holds no article.
    """

    name: str
    version: str
    media_types: tuple[str, ...]
    recognise: Callable[[Raw], float]
    read: Callable[[Raw, Profiles], Iterator[Article]]

    @property
    def label(self) -> str:
        """`name@version`, as provenance states it."""
        return f"{self.name}@{self.version}"


@cache
def known() -> tuple[Format, ...]:
    """Every format of this installation."""
    return tuple(scan(formats, "FORMAT", Format, "copydesk.formats"))
