"""One compose stack for the whole session: built, brought up, taken down with all that it held."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers.engine import engine
from tests.containers.stack import REPOSITORY, Compose, compose_environment
from tests.containers.standins import ensure_images


@pytest.fixture(scope="session")
def stack() -> Iterator[Compose]:
    cache = Path(os.environ.get("COPYDESK_CACHE", REPOSITORY / ".cache")).absolute()
    # Not pytest's own folder: the containers' users must be able to go into it.
    with engine(REPOSITORY / "var" / "docker"), tempfile.TemporaryDirectory(prefix="copydesk-compose-") as folder:
        ensure_images(cache)
        with compose_environment(cache, Path(folder)) as compose:
            down = ("--profile", "*", "down", "--volumes", "--timeout", "30")
            try:
                compose(*down)  # what a run that was broken off left
                compose("build")
                compose("up", "--wait", "--wait-timeout", "300")
                yield compose
            except BaseException:
                print(compose("logs", "--tail", "40"))
                raise
            finally:
                compose(*down)
