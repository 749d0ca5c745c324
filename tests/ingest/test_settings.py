from __future__ import annotations

import pytest
from copydesk.ingest.settings import IngestSettings
from copydesk.runtime.settings import Settings


def test_a_variable_that_is_set_to_nothing_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """As compose files do it: `COPYDESK_FEEDS: ${COPYDESK_FEEDS:-}`."""
    for name in ("FEEDS", "INBOX", "PUSH_PORT", "POLL_ALLOW", "POLL_PORTS", "POLL_CONTACT"):
        monkeypatch.setenv(f"COPYDESK_{name}", "")
    settings = IngestSettings()
    assert (Settings().feeds, settings.inbox, settings.push_port) == (None, None, None)
    assert (settings.poll_allow, settings.poll_ports, settings.poll_contact) == ((), {80, 443}, None)
