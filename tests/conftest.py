"""One real broker and one real PostgreSQL for the whole session; a test does not know where they run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


@dataclass(frozen=True)
class Servers:
    """Where the session's servers are."""

    kafka: str
    """Bootstrap address, `host:port`."""
    database: str
    """URL of an empty database."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers from containers where an engine and its images are there (or `COPYDESK_TEST_SERVERS=containers` demands them), else embedded."""
    from tests import servers

    wanted = os.environ.get("COPYDESK_TEST_SERVERS", "auto")
    with ExitStack() as held:
        if wanted == "containers" or (wanted == "auto" and servers.containers_at_hand()):
            yield Servers(*servers.in_containers(held))
        else:
            cache = Path(os.environ.get("COPYDESK_CACHE", REPOSITORY / ".cache"))
            yield Servers(*servers.embedded(held, tmp_path_factory.mktemp("stack"), cache))
