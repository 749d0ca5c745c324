"""One URL, with all the redirects that it takes: guard, robots.txt, politeness and limits on each hop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
from copydesk.ingest.document import MAX_BYTES
from copydesk.ingest.sources.polling import robots
from copydesk.ingest.sources.polling.conditional import NONE, Validators, retry_after, validators
from copydesk.ingest.sources.polling.decoding import ACCEPTED, decoder
from copydesk.ingest.sources.polling.guard import Guard, host_of, origin_of, shown
from copydesk.ingest.sources.polling.hosts import Hosts, Turn
from copydesk.ingest.sources.spool import Spool
from copydesk.runtime.refusal import Refusal

REDIRECTS = 5
MOVED_FOR_GOOD = {301, 308}
MOVED = MOVED_FOR_GOOD | {302, 303, 307}
NOT_MODIFIED = 304
HOPS_TIME = 5
"""All hops together may take so many times what one may."""


class Trouble(Exception):  # noqa: N818 - an answer
    """The URL could not be had now, and may be later. `kind` is short and stable (`timeout`, `http-503` …)."""

    def __init__(self, kind: str, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.kind, self.wait_s = kind, wait_s


@dataclass(frozen=True)
class Wanted:
    """What is to be fetched, and on which terms."""

    url: str
    accept: str
    validators: Validators = NONE
    robots: bool = True


@dataclass(frozen=True)
class Answer:
    """What came of a URL."""

    url: httpx2.URL
    """Where it was in the end."""
    moved: str | None
    """Where it is from now on, as permanent redirects say; None where it stays."""
    validators: Validators
    media_type: str | None = None
    body: Spool | None = None
    """The bytes, unpacked; None where the server has nothing new (304). To be closed."""


@dataclass(frozen=True)
class Fetcher:
    """Asks servers."""

    client: httpx2.AsyncClient
    guard: Guard
    hosts: Hosts
    spool: Callable[[], Spool]
    total_s: float
    """The most that one request may take, from connecting to the last byte."""

    async def fetch(self, wanted: Wanted, turn: Turn) -> Answer:
        """Return what is at the URL; the turn is the one of its host. Refusal for good, `Trouble` for now."""
        try:
            async with asyncio.timeout(HOPS_TIME * self.total_s):
                return await self._hops(wanted, turn)
        except TimeoutError:
            raise Trouble("timeout", f"redirects took more than {HOPS_TIME * self.total_s:.0f} s") from None

    async def _hops(self, wanted: Wanted, turn: Turn) -> Answer:
        url, for_good = self.guard.url(wanted.url), True
        begun = url
        headers = {"Accept": wanted.accept, **wanted.validators.headers()}
        for _ in range(REDIRECTS + 1):
            await self._admitted(url, wanted, turn)
            async with self._asked(url, headers, turn) as answer:
                if answer.status_code not in MOVED:
                    moved = str(url) if for_good and url != begun else None
                    return await self._taken(answer, url, moved, conditional=wanted.validators != NONE)
            for_good = for_good and answer.status_code in MOVED_FOR_GOOD
            target = self._target(url, answer)
            if host_of(target) != host_of(url):
                await turn.change(host_of(target))
            url = target
        raise Refusal("redirects", f"more than {REDIRECTS} redirects")

    def _target(self, url: httpx2.URL, answer: httpx2.Response) -> httpx2.URL:
        try:
            target = str(url.join(answer.headers.get("location", "")))
        except (httpx2.InvalidURL, ValueError) as error:
            raise Refusal("bad-url", f"a redirect to no URL: {error}") from error
        checked = self.guard.url(target)
        if url.scheme == "https" and checked.scheme != "https":
            raise Refusal("forbidden-url", f"a redirect from https to {shown(checked)}")
        return checked

    async def _taken(self, answer: httpx2.Response, url: httpx2.URL, moved: str | None, *, conditional: bool) -> Answer:
        status = answer.status_code
        if status == NOT_MODIFIED and conditional:
            return Answer(url, moved, validators(answer))
        if status != 200:
            raise Trouble(f"http-{status}", f"the server answers {status}", retry_after(answer))
        spool = self.spool()
        try:
            await _into(answer, spool)
        except BaseException:
            spool.close()
            raise
        return Answer(url, moved, validators(answer), answer.headers.get("content-type"), spool)

    async def _admitted(self, url: httpx2.URL, wanted: Wanted, turn: Turn) -> None:
        """Wait for the time between two requests; Refusal `robots`, or `Trouble` while robots.txt cannot be had."""
        if not wanted.robots:
            await turn.space()
            return
        origin = origin_of(url)
        rules = await self.hosts.rules(origin)
        if rules is None:
            rules = await self._rules(url, turn)
            await self.hosts.keep(origin, rules)
        try:
            turn.crawl_delay_s = rules.check(str(url))
        except Refusal as refusal:
            if rules.trouble:
                raise Trouble("robots-unreachable", str(refusal), robots.KEPT_IN_TROUBLE.total_seconds()) from None
            raise
        await turn.space()

    async def _rules(self, url: httpx2.URL, turn: Turn) -> robots.Rules:
        """Fetch robots.txt. Its own redirects may leave the host (RFC 9309, 2.3.1.2); they need no turn there, being so few."""
        place = url.copy_with(raw_path=robots.PATH.encode())
        try:
            for _ in range(REDIRECTS + 1):
                await turn.space()
                async with self._asked(place, {"Accept": "text/plain, */*;q=0.5"}, turn) as answer:
                    if answer.status_code not in MOVED:
                        return robots.rules_of(answer.status_code, await _head(answer, robots.MAX_BYTES))
                place = self._target(place, answer)
        except Trouble as trouble:
            return robots.unreachable(f"cannot be had: {trouble}")
        except Refusal as refusal:
            if refusal.kind == "forbidden-address":
                raise
            return robots.unreachable(f"cannot be read: {refusal}")
        return robots.Rules(robots.EVERYBODY)  # too many redirects count as no file

    @asynccontextmanager
    async def _asked(self, url: httpx2.URL, headers: Mapping[str, str], turn: Turn) -> AsyncIterator[httpx2.Response]:
        try:
            async with (
                asyncio.timeout(self.total_s),
                self.client.stream("GET", url, headers={**headers, "Accept-Encoding": ACCEPTED}) as answer,
            ):
                yield answer
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise Trouble("timeout", str(error) or f"no whole answer within {self.total_s:.0f} s") from error
        except httpx2.ConnectError as error:
            raise Trouble("unreachable", str(error) or type(error).__name__) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Trouble("broken-answer", str(error) or type(error).__name__) from error
        finally:
            turn.asked()


async def _into(answer: httpx2.Response, spool: Spool) -> None:
    """Read the body, unpacked. Refusal `too-large` as soon as either form of it is."""
    unpack = decoder(answer.headers.get("content-encoding", ""))
    stated = answer.headers.get("content-length", "")
    if stated.isdecimal() and int(stated[:20]) > MAX_BYTES:
        raise Refusal("too-large", f"{stated[:20]} bytes; {MAX_BYTES} are the most")
    came = 0
    async for chunk in answer.aiter_raw():
        came += len(chunk)
        for piece in unpack.pieces(chunk):
            spool.write(piece)
            if max(came, spool.size) > MAX_BYTES:
                raise Refusal("too-large", f"more than {MAX_BYTES} bytes")
    unpack.end()


async def _head(answer: httpx2.Response, most: int) -> bytes:
    """Return the body's first bytes, unpacked."""
    unpack = decoder(answer.headers.get("content-encoding", ""))
    head = bytearray()
    async for chunk in answer.aiter_raw():
        for piece in unpack.pieces(chunk):
            head += piece
            if len(head) >= most:
                return bytes(head[:most])
    return bytes(head)
