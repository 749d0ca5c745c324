"""The work itself: claim what is due, fetch it, hand it to the door, write down what came of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import structlog
from copydesk.ingest.door import Delivery, Door, check
from copydesk.ingest.sources.backlog import Backlog
from copydesk.ingest.sources.polling.book import Book, Job, Lost, Named, Result
from copydesk.ingest.sources.polling.conditional import NONE
from copydesk.ingest.sources.polling.fetch import Answer, Fetcher, Trouble, Wanted
from copydesk.ingest.sources.polling.guard import host_of, shown
from copydesk.ingest.sources.polling.hosts import Busy, Hosts, Turn
from copydesk.ingest.sources.polling.listing import Item, Listing, read_listing
from copydesk.ingest.sources.polling.politeness import (
    DEATHS,
    FAILING_AFTER,
    HOSTS_TROUBLE,
    backed_off,
    given_up,
    next_look,
)
from copydesk.runtime import metrics
from copydesk.runtime.feeds import Poll
from copydesk.runtime.refusal import Refusal, Unavailable

SOURCE_NAME = "copydesk/ingest/poll"
STAGE = "ingest"
IDLE_S = 0.5
AWAY_S = 2.0
BUSY_S = 30.0
CRASHED_S = 600.0
SWEEP_EVERY = 360
"""Looks, of ten seconds each."""
MOVED_BACK_AFTER = 3
"""So many failures at the place where a permanent redirect led, and the URL is asked anew from where it began."""
LISTINGS = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
PAGES = "text/html, application/xhtml+xml, */*;q=0.1"
PAGE_TYPES = ("text/", "application/xhtml+xml", "application/xml")

log = structlog.get_logger()

Known = Mapping[tuple[str, str], Poll]


@dataclass
class Poller:
    """One worker's share of the polling."""

    door: Door
    book: Book
    hosts: Hosts
    fetcher: Fetcher
    backlog: Backlog
    at_once: int
    _known: Known = field(default_factory=dict)
    _entered: frozenset[tuple[str, str]] = frozenset()
    _looks: int = field(default=0)
    _labelled: set[str] = field(default_factory=set)

    def listings(self) -> Known:
        """Return what the file of feeds wants polled, by feed and URL; while it cannot be read, what it last said."""
        try:
            feeds = self.door.feeds.all().values()
        except OSError as error:
            log.warning("poll_waits", error=str(error))
        else:
            self._known = {(feed.name, poll.url): poll for feed in feeds for poll in feed.polls}
        return self._known

    async def run(self) -> None:
        """Poll on and on, at most `at_once` hosts at a time."""
        slots = asyncio.Semaphore(self.at_once)

        async def work(job: Job) -> None:
            try:
                await self.work(job)
            finally:
                slots.release()

        async with asyncio.TaskGroup() as tasks:
            while True:
                await slots.acquire()
                tasks.create_task(work(await self._next()))

    async def once(self) -> bool:
        """Do one piece of work, if any is due; return whether it was."""
        job = await self.claim()
        if job is not None:
            await self.work(job)
        return job is not None

    async def claim(self) -> Job | None:
        """Claim the next piece of work; None where nothing is due, or ingest is behind. `Unavailable` passes."""
        known = self.listings()
        if not known or self.backlog.full:
            return None
        new = frozenset(known) - self._entered
        if new:
            await self.book.enter([(feed, url, self._host(url)) for feed, url in sorted(new)])
            self._entered = frozenset(known)
        return await self.book.claim(list(known))

    async def work(self, job: Job) -> None:
        """Do what was claimed; whatever becomes of it, it is written down, and the host is left in peace for a while."""
        turn = Turn(self.hosts, job.host, job.holder, job.host_failures)
        try:
            await self._attempt(job, turn)
        except Lost:
            log.warning("poll_lease_lost", feed=job.feed, url=_shown(job))
        except Unavailable as error:
            log.warning("poll_waits", feed=job.feed, url=_shown(job), error=str(error))
            await self._give_back(job, AWAY_S)
        except asyncio.CancelledError:
            await self._give_back(job, 0.0)
            raise
        except Exception:
            # Not even the failure could be written down; one row must not end the service again and again.
            log.exception("poll_crashed", feed=job.feed, url=_shown(job))
            await self._give_back(job, CRASHED_S)
        finally:
            with contextlib.suppress(Unavailable):
                await turn.end()
            self.book.let_go(job)

    async def look_after(self) -> None:
        """Keep up the leases, and the gauges; now and then forget what is past."""
        try:
            await self.book.keep()
            await self._gauge()
            self._entered = frozenset()  # entered again, in case somebody emptied the table
            self._looks += 1
            if self._looks % SWEEP_EVERY == 0:
                await self.book.sweep(list(self.listings()))
        except Unavailable as error:
            log.warning("poll_waits", error=str(error))

    async def _next(self) -> Job:
        while True:
            try:
                job = await self.claim()
            except Unavailable as error:
                log.warning("poll_waits", error=str(error))
                await asyncio.sleep(AWAY_S)
                continue
            if job is not None:
                return job
            await asyncio.sleep(IDLE_S)

    async def _attempt(self, job: Job, turn: Turn) -> None:
        poll = self.listings().get((job.feed, job.listing))
        if poll is None:  # taken out of the file a moment ago
            await self.book.put_off(job, BUSY_S)
            return
        if job.deaths >= DEATHS:
            why = f"{job.deaths} workers died while they had it, or stood still"
            await self._failed(job, poll, "crashes-worker", why, None)
            return
        job = _read_anew(job, poll)
        wanted = Wanted(job.goes_to or job.url, PAGES if job.token else LISTINGS, job.validators, robots=poll.robots)
        try:
            answer = await self.fetcher.fetch(wanted, turn)
            try:
                outcome = await self._take(job, poll, answer)
            finally:
                if answer.body is not None:
                    answer.body.close()
        except Busy:
            await self.book.put_off(job, BUSY_S)
        except Trouble as trouble:
            if trouble.kind in HOSTS_TROUBLE:
                turn.trouble(trouble.wait_s)
            await self._failed(job, poll, trouble.kind, str(trouble), trouble.wait_s)
        except Refusal as refusal:
            await self._failed(job, poll, refusal.kind, str(refusal), None)
        except (Unavailable, Lost):
            raise
        except Exception as error:
            log.exception("poll_crashed", feed=job.feed, url=_shown(job))
            await self._failed(job, poll, "crashed", repr(error), None)
        else:
            metrics.POLL_FETCHES.labels(STAGE, job.feed, outcome).inc()
            if job.failures >= FAILING_AFTER and not job.token:
                log.info("poll_recovered", feed=job.feed, url=_shown(job), failures=job.failures)

    async def _take(self, job: Job, poll: Poll, answer: Answer) -> str:
        """Hand what came to where it belongs; return what it was: `new`, `unchanged` or `listed`."""
        host = host_of(self.fetcher.guard.url(answer.moved or job.goes_to or job.url))
        result = Result(
            answer.validators,
            job.sha256,
            host,
            answer.moved,
            job.stated if job.token else _way(poll),
            None if job.token else next_look(poll.every_s),
        )
        if answer.body is None:
            validators = answer.validators if answer.validators.etag or answer.validators.modified else job.validators
            await self.book.done(job, replace(result, validators=validators))
            return "unchanged"
        delivery = answer.body.delivery(job.feed, _name(answer), answer.media_type)
        check(delivery)
        if delivery.sha256 == job.sha256:
            await self.book.done(job, result)
            return "unchanged"
        result = replace(result, sha256=delivery.sha256)
        if poll.pages and not job.token:
            await self._listed(job, answer, delivery, result)
            return "listed"
        if job.token:
            _must_be_page(answer.media_type)
            delivery = replace(delivery, link=str(answer.url), item=job.token)
        await self.door.take([delivery], SOURCE_NAME)
        log.info("polled", feed=job.feed, url=_shown(job), size=delivery.size, document=delivery.document)
        await self.book.done(job, result)
        return "new"

    async def _listed(self, job: Job, answer: Answer, delivery: Delivery, result: Result) -> None:
        listing = await asyncio.to_thread(_read, delivery, str(answer.url))
        named = [self._named(item) for item in listing.items]
        if not listing.whole:
            result = replace(result, validators=NONE, sha256=None)
        new, due = await self.book.done(job, result, named)
        log.info(
            "listing_polled",
            feed=job.feed,
            url=_shown(job),
            items=len(named),
            new=len(new),
            due=due,
            mended=not listing.whole,
            left_out=listing.left_out,
        )
        for each in named:
            if each.error is not None and each.token in new:
                log.warning("item_refused", feed=job.feed, item=each.token[:200], error=each.error)

    def _named(self, item: Item) -> Named:
        try:
            url = self.fetcher.guard.url(item.link)
        except Refusal as refusal:
            return Named(item.token, item.link[:2000], "", item.stated, f"{refusal.kind}: {refusal}")
        return Named(item.token, str(url), host_of(url), item.stated)

    async def _failed(self, job: Job, poll: Poll, kind: str, message: str, asked_s: float | None) -> None:
        """Write down a failure: tried again after a growing wait, or the one that the server asked for; a page not for ever."""
        failures = job.failures + 1
        metrics.POLL_FETCHES.labels(STAGE, job.feed, _class(kind)).inc()
        final = bool(job.token) and given_up(kind, failures, job.failing_s)
        wait = None if final else asked_s or backed_off(failures, 0.0 if job.token else poll.every_s)
        forget = self._host(job.url) if job.goes_to and failures % MOVED_BACK_AFTER == 0 else None
        told = {"feed": job.feed, "url": _shown(job), "kind": kind, "error": message, "failures": failures}
        if final:
            metrics.POLL_GIVEN_UP.labels(STAGE, job.feed, _class(kind)).inc()
            log.warning("page_given_up", item=job.token[:200], **told)
        elif failures == FAILING_AFTER and not job.token:
            log.error("poll_failing", again_in_s=round(wait or 0.0), **told)
        else:
            log.warning("poll_failed", again_in_s=round(wait or 0.0), **told)
        await self.book.failed(job, f"{kind}: {message}", wait, forget=forget)

    async def _give_back(self, job: Job, wait_s: float) -> None:
        with contextlib.suppress(Unavailable):
            await self.book.put_off(job, wait_s)

    async def _gauge(self) -> None:
        known = self.listings()
        standing = await self.book.standing(list(known)) if known else {}
        for feed in self._labelled | standing.keys():
            failing, pages = standing.get(feed, (0, 0))
            metrics.begin_polling(STAGE, feed)
            metrics.POLL_FAILING.labels(STAGE, feed).set(failing)
            metrics.POLL_PAGES.labels(STAGE, feed).set(pages)
        self._labelled = set(standing)

    def _host(self, url: str) -> str:
        """Return the host whose turn has to be waited for; one name for all that the guard will refuse anyway."""
        try:
            return host_of(self.fetcher.guard.url(url))
        except Refusal:
            return "-"


def _way(poll: Poll) -> str:
    return "pages" if poll.pages else "whole"


def _read_anew(job: Job, poll: Poll) -> Job:
    """Forget what is known of a listing that was read in another way before: all of it is news."""
    if job.token or job.stated in {None, _way(poll)}:
        return job
    return replace(job, validators=NONE, sha256=None)


def _class(kind: str) -> str:
    """The kind as a label: a server may invent any status."""
    return f"{kind[:6]}xx" if kind.startswith("http-") else kind


def _read(delivery: Delivery, address: str) -> Listing:
    data = delivery.data if delivery.data is not None or delivery.file is None else delivery.file.read_bytes()
    return read_listing(data or b"", address)


def _must_be_page(media_type: str | None) -> None:
    kind = (media_type or "text/html").partition(";")[0].strip().lower()
    if not kind.startswith(PAGE_TYPES):
        raise Refusal("not-a-page", f"the item leads to {kind[:80]}")


def _name(answer: Answer) -> str:
    return PurePosixPath(answer.url.path).name or host_of(answer.url)


def _shown(job: Job) -> str:
    """The URL for logs: a listing's query may hold the key to it, an item's is part of its name."""
    return job.url if job.token else shown(job.url)
