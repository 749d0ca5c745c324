"""The whole pipeline: four services as processes of their own, on servers that no other test touches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from copydesk.desk.embedded.stack import Stack, start_stack

from tests.pipeline.work import FEEDS
from tests.servers import session_servers


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("pipeline")
    feeds = folder / "feeds.toml"
    feeds.write_text(FEEDS)
    with ExitStack() as held, pytest.MonkeyPatch.context() as patch:
        patch.setenv("COPYDESK_FEEDS", str(feeds))
        kafka, database = session_servers(held, tmp_path_factory.mktemp("servers"))
        yield start_stack(held, folder / "var", print, kafka=kafka, database=database)
