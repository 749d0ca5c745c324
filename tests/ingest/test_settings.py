from __future__ import annotations

import pytest
from copydesk.ingest.settings import IngestSettings


def test_a_variable_that_is_set_to_nothing_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """As compose files do it: `COPYDESK_FEEDS: ${COPYDESK_FEEDS:-}`."""
    for name in ("FEEDS", "INBOX", "PUSH_PORT"):
        monkeypatch.setenv(f"COPYDESK_{name}", "")
    settings = IngestSettings()
    assert (settings.feeds, settings.inbox, settings.push_port) == (None, None, None)
