from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from copydesk.runtime.event import Event
from copydesk.runtime.logs import REPEAT_AFTER_S, Seldom, about

SPEAK = """
import logging, structlog
from copydesk.runtime import logs
logs.configure("parse", "info")
structlog.get_logger("copydesk.parse").info("read", story="Harbour Press|ferry", bytes=97)
logging.getLogger("somebody.else").warning("told %s times", 3)
logging.getLogger("aiokafka.client").info("a step of mine")
for number in range(100):
    logging.getLogger("aiokafka.client").error("no node %s", number)
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("copydesk.parse").exception("failed")
"""


def test_every_record_is_one_json_line_with_the_stage() -> None:
    told = subprocess.run([sys.executable, "-c", SPEAK], check=True, capture_output=True, text=True).stdout
    ours, theirs, chatty, failed = (json.loads(line) for line in told.splitlines())
    assert (ours["stage"], ours["event"], ours["story"]) == ("parse", "read", "Harbour Press|ferry")
    assert (theirs["stage"], theirs["event"], theirs["level"]) == ("parse", "told 3 times", "warning")
    assert chatty["event"] == "no node 0"
    assert "ZeroDivisionError" in failed["exception"]


def test_what_was_left_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("copydesk.runtime.logs.time.monotonic", lambda: now)
    seldom = Seldom()
    records = [logging.LogRecord("aiokafka", logging.ERROR, "", 0, "away %s", (n,), None) for n in range(5)]
    assert [seldom.filter(record) for record in records[:4]] == [True, False, False, False]
    now += REPEAT_AFTER_S
    assert seldom.filter(records[4])
    assert records[4].__dict__["left_out"] == 3


def test_an_event_is_found_again_by_its_ids_and_its_place() -> None:
    headers = (("ce_id", b"e"), ("ce_document", b"d"), ("traceparent", b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"))
    told = about(Event("article.parsed", 1, 5, b"AP|x", b"", headers))
    assert told == {
        "event_id": "e",
        "document": "d",
        "story": "AP|x",
        "trace_id": "a" * 32,
        "topic": "article.parsed",
        "partition": 1,
        "offset": 5,
    }
