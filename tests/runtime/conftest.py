from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.runtime.lane import Lane

if TYPE_CHECKING:
    from tests.conftest import Servers


@pytest.fixture
def lane(stack: Servers, tmp_path: Path) -> Iterator[Lane]:
    lane = Lane(stack.kafka, tmp_path)
    lane.create()
    yield lane
    lane.close()
