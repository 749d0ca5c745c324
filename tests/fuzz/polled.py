"""Polled URLs: a server that lies about length, encoding, type and place, and whose listings name pages of all kinds.

Each page is at an address of its own (127.0.0.0/8 has many), since a host in trouble is left alone for a while.
"""

from __future__ import annotations

import gzip
import http.server
import random
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from tests.fuzz.bending import mutant
from tests.fuzz.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copydesk.desk.embedded.stack import Stack

ITEMS = 50
"""Items of a listing: each is a page, and an input."""
ASKED_S = 120.0
TRIED = """
select count(*) filter (where token = '' and (polled is not null or error is not null or in_trouble)),
    count(*) filter (where token <> '' and polled is null and error is null and not in_trouble),
    count(*) filter (where token <> '' and (error is not null or in_trouble))
from polls p left join poll_hosts h using (host)
    cross join lateral (select coalesce(h.failures > 0, false) as in_trouble) as t
where feed = 'polled'
"""
"""Listings that were asked for, pages not yet, and pages that could not be had: they, or their hosts, are in trouble, and say so."""
ELSEWHERE = (
    "http://169.254.169.254/latest/meta-data", "http://[::1]:22/", "http://10.0.0.1/", "file:///etc/passwd", "gopher://x/", "http://0/",
    "//localhost", "javascript:1", "http://127.1:9092/", "http://xn--/", "http://a" + "a" * 300 + ".example/",
)  # fmt: skip


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def __init__(self, seed: int) -> None:
        super().__init__(("0.0.0.0", 0), _Answer)
        self.seed = seed

    def handle_error(self, *_: Any) -> None:
        """Whoever hangs up may."""


class _Answer(http.server.BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        dice = random.Random(f"{self.server.seed}{self.path}")
        if self.path == "/robots.txt":
            self._send(404, b"")
        elif self.path.startswith("/listing/"):
            self._send(200, self._listing(dice), "application/rss+xml")
        else:
            self._page(dice)

    def _listing(self, dice: random.Random) -> bytes:
        number = self.path.rpartition("/")[2]
        port = self.server.server_address[1]
        links = [
            dice.choice((f"http://127.1.{int(number) % 250}.{n + 1}:{port}/page/{number}/{n}",) * 9 + ELSEWHERE)
            for n in range(ITEMS)
        ]
        items = "".join(
            f"<item><guid>{number}-{n}</guid><title>Item {n}</title><link>{link}</link></item>"
            for n, link in enumerate(links)
        )
        whole = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Fuzz</title>{items}</channel></rss>".encode()
        return whole if dice.random() < 0.9 else whole[: dice.randrange(len(whole))]

    def _page(self, dice: random.Random) -> None:
        kind, body = dice.randrange(14), mutant(dice)
        if kind == 0:
            self._send(302, b"", location=dice.choice((*ELSEWHERE, self.path)))
        elif kind == 1:
            self._send(200, gzip.compress(bytes(40 << 20)), encoding="gzip")
        elif kind == 2:
            self._send(200, body, encoding=dice.choice(("gzip", "br", "deflate", "zstd", "x" * 100)))
        elif kind == 3:
            self._send(200, body, length=len(body) + 1000)
        elif kind == 4:
            self._send(dice.choice((204, 206, 304, 403, 404, 418, 429, 500, 503, 599)), body)
        elif kind == 5:
            self.connection.close()
        else:
            self._send(200, body, dice.choice(("text/html", "text/plain; charset=x", "application/pdf", "", "\x7f")))

    def _send(  # noqa: PLR0917
        self,
        status: int,
        body: bytes,
        kind: str = "text/html",
        encoding: str = "",
        length: int | None = None,
        location: str = "",
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in (("Content-Encoding", encoding), ("Location", location)):
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def server(seed: int) -> Iterator[_Server]:
    """Give the server, running; its port must be allowed to ingest before it starts."""
    serving = _Server(seed)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    try:
        yield serving
    finally:
        serving.shutdown()


def fuzz(stack: Stack, serving: _Server, inputs: int) -> Tally:
    """Name listings in the file of feeds; every page that may be asked for must have been asked for within the time."""
    port = serving.server_address[1]
    listings = max(1, inputs // ITEMS)
    tables = "".join(
        f'[[feeds.polled.poll]]\nurl = "http://127.2.{n // 250}.{n % 250 + 1}:{port}/listing/{n}"\nevery = 3600\npages = true\nrobots = false\n'
        for n in range(listings)
    )
    stack.feeds.write_text(stack.feeds.read_text() + f"\n[feeds.polled]\n{tables}")
    tally = Tally(inputs=listings * ITEMS)
    end = time.monotonic() + ASKED_S + inputs / 2
    with psycopg.connect(stack.connection.database, autocommit=True) as store:
        while time.monotonic() < end:
            asked, untried, failed = store.execute(TRIED).fetchone() or (0, 0, 0)
            if asked >= listings and not untried:
                break
            time.sleep(0.5)
        else:
            tally.hung.append(f"polled: {listings - asked} listings and {untried} pages were not tried")
    tally.refused = failed
    return tally
