"""What a command says where nobody told it which pipeline is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from copydesk.desk.commands.get import get
from copydesk.desk.commands.log import log
from copydesk.desk.connection import NotRunning, Server, connection
from copydesk.runtime.refusal import Unavailable

NOBODY = "postgresql://copydesk@127.0.0.1:1/copydesk"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("KAFKA", "DATABASE", "ARCHIVE"):
        monkeypatch.delenv(f"COPYDESK_{name}", raising=False)
    monkeypatch.setattr("copydesk.desk.connection.data_folder", lambda: tmp_path)


@pytest.mark.parametrize(
    ("given", "needs", "missing"),
    [
        ({}, ("kafka",), ["COPYDESK_KAFKA"]),
        ({}, ("database",), ["COPYDESK_DATABASE"]),
        ({"kafka": "127.0.0.1:1"}, ("kafka", "database"), ["COPYDESK_DATABASE"]),
        ({}, ("kafka", "database"), ["COPYDESK_KAFKA", "COPYDESK_DATABASE"]),
    ],
)
def test_it_is_said_which_address_is_missing_and_no_other(
    given: dict[str, str], needs: tuple[Server, ...], missing: list[str]
) -> None:
    with pytest.raises(NotRunning) as said:
        connection(**given, needs=needs)
    assert [name for name in ("COPYDESK_KAFKA", "COPYDESK_DATABASE") if name in str(said.value)] == missing


def test_what_only_asks_the_store_needs_no_broker() -> None:
    for asked in (lambda: log(database=NOBODY), lambda: get("x", database=NOBODY)):
        with pytest.raises(Unavailable, match="refused"):
            asked()
