"""One real broker and one real PostgreSQL for the whole session; a test does not know where they run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.servers import session_servers


@dataclass(frozen=True)
class Servers:
    """Where the session's servers are."""

    kafka: str
    """Bootstrap address, `host:port`."""
    database: str
    """URL of an empty database."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with ExitStack() as held:
        yield Servers(*session_servers(held, tmp_path_factory.mktemp("stack")))
