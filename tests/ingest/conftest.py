from __future__ import annotations

import pytest
from copydesk.publish.migrate import migrate

from tests.conftest import Servers


@pytest.fixture(scope="session")
def servers(stack: Servers) -> Servers:
    """The session's servers, with the tables in the database."""
    migrate(stack.database)
    return stack
