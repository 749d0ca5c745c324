"""From a web server on this machine to the store: polled, read, enriched, published."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from copydesk.desk.embedded.stack import Stack

from tests.pipeline.work import count, until

pytestmark = pytest.mark.stack

COPYDESK = [sys.executable, "-m", "copydesk.desk"]
STORIES = {
    "ferry": "Ferry to Tarn returns after storm repairs",
    "kelp": "Kelp growers ask for a harbour of their own",
    "tower": "Old beacon tower at Skarv Head opens to visitors",
}
PROSE = """HALVERSUND, Nov. 24 (Skerry Press) - {headline}, the county said on Tuesday after a debate that went on until midnight.
The decision was made by thirty votes to eleven, with the members from the outer islands in favour and most of the town against.
"We have waited nine years for this evening," said council member Ida Nygaard, who had brought the motion in for the third time.
The work is to begin in March and will cost four million crowns, a third of which the harbour company has offered to pay."""


def page(name: str) -> str:
    """A page without a canonical link: where it was found is all that is known of its address."""
    paragraphs = "".join(f"<p>{p}</p>" for p in PROSE.format(headline=STORIES[name]).split("\n"))
    title = f"<title>{STORIES[name]} - Skerry Press</title>"
    head = f"{title}<meta property='article:published_time' content='2026-11-24T09:00:00Z'>"
    menu = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
    story = f"<article><h1>{STORIES[name]}</h1>{paragraphs}</article>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{menu}{story}</body></html>"


def listing(*names: str) -> str:
    items = "".join(f"<item><guid>n-{n}</guid><link>/{n}.html</link><title>{STORIES[n]}</title></item>" for n in names)
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Skerry Press</title>{items}</channel></rss>"


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_what_is_polled_stands_in_the_store_once_though_ingest_is_killed_in_between(
    pipeline: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "latest.rss").write_text(listing("ferry", "kelp"))
    for name in STORIES:
        (tmp_path / f"{name}.html").write_text(page(name))
    with serving(tmp_path) as port:
        feed = f'[[feeds.skerry.poll]]\nurl = "http://127.0.0.1:{port}/latest.rss"\nevery = 1\npages = true\n'
        pipeline.feeds.write_text(pipeline.feeds.read_text() + feed)
        monkeypatch.setenv("COPYDESK_POLL_ALLOW", "127.0.0.1/32")
        monkeypatch.setenv("COPYDESK_POLL_PORTS", str(port))
        monkeypatch.setenv("COPYDESK_POLL_DELAY_S", "0.1")
        like = f"http://127.0.0.1:{port}/%"
        stored = lambda: count(pipeline.connection.database, "select count(*) from versions where uri like %s", like)  # noqa: E731
        try:
            pipeline.services["ingest"].stop()
            pipeline.start_service("ingest")
            until(lambda: stored() == 2)
            victim = pipeline.services["ingest"]
            victim.process.send_signal(signal.SIGKILL)
            victim.process.wait()
            (tmp_path / "latest.rss").write_text(listing("tower", "ferry", "kelp"))
            pipeline.start_service("ingest")
            until(lambda: stored() == 3)
            found = count(
                pipeline.connection.database,
                "select count(*) from articles where uri like %s and article ->> 'headline' = any(%s)",
                like,
                list(STORIES.values()),
            )
            assert found == 3
            where = {"COPYDESK_KAFKA": pipeline.connection.kafka, "COPYDESK_DATABASE": pipeline.connection.database}
            told = subprocess.run(
                [*COPYDESK, "status"],
                env={**os.environ, **where, "COLUMNS": "200"},
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            ).stdout
            assert f"http://127.0.0.1:{port}/latest.rss" in told
        finally:
            pipeline.feeds.write_text(pipeline.feeds.read_text().replace(feed, ""))
            pipeline.services["ingest"].stop()
            monkeypatch.undo()
            pipeline.start_service("ingest")
            until(lambda: pipeline.ready("ingest"))
