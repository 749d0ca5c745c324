"""The desk's commands, run on the pipeline under test, and what else its tests push."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from copydesk.desk.embedded.stack import Stack

from tests.pipeline.work import count

COPYDESK = [sys.executable, "-m", "copydesk.desk"]
NEWSML = """<?xml version="1.0"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{items}</itemSet></newsMessage>"""
ITEM = """<newsItem guid="urn:northlight:{run}:{number}" version="1" standard="NewsML-G2" standardversion="2.30" xml:lang="en">
<itemMeta><provider literal="Northlight"/><versionCreated>2026-03-12T12:00:00Z</versionCreated></itemMeta>
<contentMeta><headline>Ferry {number} has a new pier</headline></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>
<p>BERGEN, March 12 (Northlight) - A new pier opened for ferry number {number} on Thursday.</p></body></html></inlineXML></contentSet>
</newsItem>"""


def package(*numbers: int, run: str = "package") -> bytes:
    """Return a NewsML-G2 message of one story a number."""
    return NEWSML.format(items="".join(ITEM.format(number=number, run=run) for number in numbers)).encode()


def desk(pipeline: Stack, *arguments: str, status: int = 0) -> str:
    """What the command prints; it must end with the status."""
    environment = {
        **os.environ,
        "COPYDESK_KAFKA": pipeline.connection.kafka,
        "COPYDESK_DATABASE": pipeline.connection.database,
        "COPYDESK_ARCHIVE": pipeline.connection.archive,
        "COPYDESK_USER": "the night editor",
    }
    done = subprocess.run([*COPYDESK, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout.rstrip("\n")


def audit(pipeline: Stack, status: int = 0) -> dict[str, Any]:
    """Both balances once nothing is in flight."""
    drawn: dict[str, Any] = json.loads(desk(pipeline, "audit", "--wait", "120", "--json", status=status))
    assert drawn["documents"]["in_flight"] == drawn["articles"]["in_flight"] == 0
    return drawn


def of_feed(drawn: dict[str, Any], balance: str, feed: str) -> dict[str, int]:
    """The terms of one feed over all hours, without those that are 0."""
    totals: dict[str, int] = {}
    for row in drawn[balance]["by_feed_and_hour"]:
        if row["feed"] == feed:
            for term, number in row.items():
                if isinstance(number, int) and number:
                    totals[term] = totals.get(term, 0) + number
    return totals


def stored(pipeline: Stack, feed: str) -> int:
    return count(pipeline.connection.database, "select count(*) from versions where feed = %s", feed)


@contextmanager
def without(pipeline: Stack, stage: str) -> Iterator[None]:
    """The pipeline while one of its services is away."""
    service = pipeline.services[stage]
    service.process.send_signal(signal.SIGTERM)
    service.process.wait()
    yield
    started = pipeline.start_service(stage)
    started.wait_until(lambda: pipeline.ready(stage), 240)  # a busy machine


def changed(document: bytes, **fields: object) -> bytes:
    return json.dumps({**json.loads(document), **fields}).encode()
