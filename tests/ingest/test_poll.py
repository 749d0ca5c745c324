"""Polling a web server on this machine, through the real database to the real broker."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import shutil
import ssl
import subprocess
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import psycopg
import pytest
from copydesk.ingest.door import Door
from copydesk.ingest.settings import IngestSettings
from copydesk.ingest.sources.poll import poller
from copydesk.ingest.sources.polling.poller import Poller
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.event import Event, Out
from copydesk.runtime.feeds import Feeds
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.stage import Port

from tests.conftest import Servers
from tests.ingest.site import Asked, Site, head_of, in_turn, moved, says, site, unless_known
from tests.port import Interrupted, port_on
from tests.runtime.lane import read

pytestmark = pytest.mark.stack

HTML = {"Content_Type": "text/html; charset=utf-8"}


def listing(*items: tuple[str, str], title: str = "Skerry") -> str:
    """RSS with items of a guid and what it says; the page of `a` is at /a."""
    inside = "".join(f"<item><guid>{g}</guid><link>/{g}</link><title>{says}</title></item>" for g, says in items)
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{inside}</channel></rss>"


def page(text: str) -> str:
    return f"<!doctype html><html><body><h1>{text}</h1></body></html>"


@dataclass
class Scene:
    """A feed, a site, and workers that poll the one for the other."""

    servers: Servers
    folder: Path
    site: Site
    port: Port
    feed: str = field(default_factory=lambda: f"feed-{uuid.uuid4().hex[:12]}")
    resolved: dict[str, list[str]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def host(self, name: str = "wire") -> str:
        """A host name of this test's own that leads to the site."""
        host = f"{name}.{self.feed}.example"
        self.resolved.setdefault(host, ["127.0.0.1"])
        return host

    def url(self, path: str, name: str = "wire") -> str:
        return f"http://{self.host(name)}:{self.site.port}{path}"

    def polls(self, *paths: str, more: str = "") -> None:
        """Have the file of feeds name these."""
        tables = "".join(f'[[feeds.{self.feed}.poll]]\nurl = "{self.url(path)}"\n{more}\n' for path in paths)
        (self.folder / "feeds.toml").write_text(f"[feeds.{self.feed}]\n{tables}")

    @asynccontextmanager
    async def worker(self, port: Port | None = None) -> AsyncIterator[Poller]:
        async def resolve(host: str, _: int) -> Sequence[str]:
            found = self.resolved.get(host)
            if found is None:
                raise OSError(f"no such host {host}")
            return found.pop(0).split() if len(found) > 1 else found[0].split()

        archive = FolderArchive(self.folder / "archive")
        door = Door(port or self.port, archive, Feeds(self.folder / "feeds.toml"))
        usual = {
            "poll_allow": (ip_network("127.0.0.1/32"),),
            "poll_ports": frozenset({self.site.port}),
            "poll_delay_s": 0.0,
            "poll_contact": "mailto:bot@desk.example",
        }
        async with poller(door, IngestSettings(**{**usual, **self.settings}), resolve) as polling:
            yield polling

    async def poll(self, polling: Poller | None = None) -> int:
        """Do all that is due; return how many pieces of work that was."""
        if polling is None:
            async with self.worker() as fresh:
                return await self.poll(fresh)
        done = 0
        async with asyncio.timeout(60):
            while await polling.once():
                done += 1
        return done

    def passes(self, seconds: float) -> None:
        """Let time pass: all that is written down is so much older."""
        with psycopg.connect(self.servers.database) as connection:
            ago = f"- interval '{seconds} seconds'"
            connection.execute(
                f"update polls set due = due {ago}, held_until = held_until {ago}, seen = seen {ago} where feed = %s",
                [self.feed],
            )
            mine = [f"%{self.feed}.example%"]
            connection.execute(
                f"update poll_hosts set free = free {ago}, held_until = held_until {ago} where host like %s", mine
            )
            connection.execute(f"update poll_robots set expires = expires {ago} where origin like %s", mine)

    def row(self, token: str = "") -> dict[str, Any]:
        with psycopg.connect(self.servers.database, row_factory=psycopg.rows.dict_row) as connection:
            found = connection.execute(
                "select etag, failures, failing_since, error, due, extract(epoch from due - clock_timestamp())::float as wait from polls where feed = %s and token = %s",
                [self.feed, token],
            ).fetchone()
        assert found is not None
        return found

    async def came(self) -> list[Event]:
        events = [e for e in await read(self.servers.kafka, "wire.inbound") if e.header("ce_feed") == self.feed]
        return sorted(events, key=lambda event: event.header("ce_time") or "")

    async def bodies(self) -> list[str]:
        return [(event.value or b"").decode() for event in await self.came()]


def play(servers: Servers, folder: Path, act: Callable[[Scene], Awaitable[None]], **settings: Any) -> None:
    async def scene() -> None:
        async with site() as at, port_on(servers, folder / "archive") as port:
            await act(Scene(servers, folder, at, port, settings=settings))

    asyncio.run(scene())


def test_a_listing_is_pushed_as_it_is_and_again_when_it_changes(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        first, second = listing(("a", "One")), listing(("a", "One"), ("b", "Two"))
        at.polls("/latest.rss")
        at.site.routes["/latest.rss"] = unless_known(first, '"1"', Content_Type="application/rss+xml")
        assert await at.poll() == 1
        assert await at.poll() == 0
        at.passes(330)
        assert await at.poll() == 1
        assert at.site.last("/latest.rss").headers["if-none-match"] == '"1"'
        assert await at.bodies() == [first]
        at.site.routes["/latest.rss"] = unless_known(second, '"2"', Content_Type="application/rss+xml")
        at.passes(330)
        await at.poll()
        assert await at.bodies() == [first, second]
        (event, _) = await at.came()
        assert (event.header("content-type"), event.header("ce_filename")) == ("application/rss+xml", "latest.rss")
        assert at.row()["etag"] == '"2"'

    play(servers, tmp_path, act)


def test_a_server_without_validators_is_not_pushed_twice_and_knows_who_asks(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss")
        at.site.routes["/latest.rss"] = says(200, listing(("a", "One")), Last_Modified="Sun, 01 Mar 2026 11:00:00 GMT")
        await at.poll()
        at.passes(330)
        await at.poll()
        asked = at.site.last("/latest.rss")
        assert asked.headers["if-modified-since"] == "Sun, 01 Mar 2026 11:00:00 GMT"
        assert asked.headers["user-agent"].startswith("copydesk/")
        assert "(+mailto:bot@desk.example)" in asked.headers["user-agent"]
        assert len(await at.came()) == 1

    play(servers, tmp_path, act)


def test_the_page_of_each_item_is_pushed_once_and_again_when_the_item_changes(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="pages = true")
        at.site.routes |= {
            "/latest.rss": says(200, listing(("a", "One"), ("b", "Two"))),
            "/a": says(200, page("one"), **HTML),
            "/b": says(200, page("two"), **HTML),
        }
        assert await at.poll() == 3
        came = await at.came()
        assert [e.header("ce_item") for e in came] == ["a", "b"]
        assert [e.header("ce_link") for e in came] == [at.url("/a"), at.url("/b")]
        assert came[0].header("content-type") == "text/html; charset=utf-8"
        # Named again, one of them in another place and changed; a third is new, and older than both by its place.
        at.site.routes |= {
            "/latest.rss": says(200, listing(("b", "CORRECTED Two"), ("a", "One"), ("c", "Three"))),
            "/b": says(200, page("two, corrected"), **HTML),
            "/c": says(200, page("three"), **HTML),
        }
        at.passes(330)
        assert await at.poll() == 3
        assert sorted(await at.bodies()) == sorted([page("one"), page("two"), page("two, corrected"), page("three")])
        assert (at.site.times("/a"), at.site.times("/b"), at.site.times("/c")) == (1, 2, 1)

    play(servers, tmp_path, act)


def test_an_item_that_changes_while_its_page_is_fetched_is_fetched_again(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="pages = true")

        async def changing(asked: Asked, writer: asyncio.StreamWriter) -> None:
            at.site.routes["/a"] = says(200, page("new"), **HTML)
            at.site.routes["/latest.rss"] = says(200, listing(("a", "Two")))
            # The turn at the host is taken by this very request: the listing stands at another one.
            with psycopg.connect(at.servers.database) as connection:
                connection.execute(
                    "update polls set host = %s, due = now() where feed = %s and token = ''", [f"b.{at.feed}", at.feed]
                )
            assert await at.poll() == 1
            await says(200, page("old"), **HTML)(asked, writer)

        at.site.routes |= {"/latest.rss": says(200, listing(("a", "One"))), "/a": changing}
        await at.poll()
        assert await at.bodies() == [page("old"), page("new")]

    play(servers, tmp_path, act)


def test_a_worker_that_dies_before_it_could_write_down_loses_nothing(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="pages = true")
        at.site.routes |= {
            "/latest.rss": unless_known(listing(("a", "One"), ("b", "Two")), '"1"'),
            "/a": says(200, page("one"), **HTML),
            "/b": says(200, page("two"), **HTML),
        }

        async def dies(_: Sequence[Out]) -> None:
            raise asyncio.CancelledError

        async with at.worker(Interrupted(at.port, after=dies)) as polling:
            # What a killed worker would not do.
            polling.book.put_off = nothing  # type: ignore[method-assign, assignment]
            with pytest.raises(asyncio.CancelledError):
                await at.poll(polling)
        assert await at.bodies() == [page("one")]
        # Its lease holds; its turn at the host does not, and the other page can be had.
        assert await at.poll() == 1
        at.passes(31)
        assert await at.poll() == 1
        assert await at.bodies() == [page("one"), page("two"), page("one")]
        assert at.site.times("/latest.rss") == 1

    async def nothing(*_: object) -> None:
        return

    play(servers, tmp_path, act)


def test_what_kills_its_workers_is_a_failure_and_left_alone_for_longer_each_time(
    servers: Servers, tmp_path: Path
) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="every = 1")
        at.site.routes["/latest.rss"] = says(200, listing(("a", "One")))
        waits = []
        for _ in range(3):
            for _ in range(2):
                async with at.worker() as dying:
                    assert await dying.claim() is not None  # and never a word of it again
                at.passes(31)
            assert await at.poll() == 1
            assert at.row()["error"].startswith("crashes-worker")
            waits.append(at.row()["wait"])
            at.passes(7200)
        assert waits == sorted(waits)
        assert at.row()["failures"] == 3
        assert at.site.asked == []
        assert await at.poll() == 1
        assert (at.row()["failures"], at.row()["error"]) == (0, None)
        assert await at.bodies() == [listing(("a", "One"))]

    play(servers, tmp_path, act)


def test_while_the_broker_is_away_nothing_counts_as_fetched(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        async def away(_: Sequence[Out]) -> None:
            raise Unavailable("no broker answers")

        at.polls("/latest.rss")
        at.site.routes["/latest.rss"] = unless_known(listing(("a", "One")), '"1"')
        async with at.worker(Interrupted(at.port, before=away)) as polling:
            assert await at.poll(polling) == 1
        assert (at.row()["etag"], at.row()["failures"]) == (None, 0)
        at.passes(3)
        await at.poll()
        assert len(await at.came()) == 1

    play(servers, tmp_path, act)


def test_two_workers_never_ask_one_host_at_once_and_never_fetch_a_page_twice(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        names = [f"p{n}" for n in range(12)]
        at.polls("/latest.rss", more="pages = true")
        at.site.routes["/latest.rss"] = says(200, listing(*((name, name) for name in names)))

        def slowly(text: str) -> Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]:
            async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
                await asyncio.sleep(0.03)
                await says(200, page(text), **HTML)(asked, writer)

            return reply

        async def left(worker: Poller) -> dict[str, tuple[int, int]]:
            return await worker.book.standing(list(worker.listings()))

        at.site.routes |= {f"/{name}": slowly(name) for name in names}
        async with at.worker() as one, at.worker() as two:
            running = [asyncio.create_task(worker.run()) for worker in (one, two)]
            async with asyncio.timeout(30):
                while len(at.site.asked) < 14 or await left(one) != {at.feed: (0, 0)}:  # noqa: ASYNC110 - the server tells
                    await asyncio.sleep(0.02)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        assert at.site.most_at_once == 1
        assert sorted(at.site.paths()) == sorted(["/robots.txt", "/latest.rss", *(f"/{name}" for name in names)])
        assert len(await at.came()) == 12

    play(servers, tmp_path, act)


def test_requests_to_a_host_are_a_delay_apart_and_robots_txt_may_ask_for_more(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="pages = true")
        at.site.routes |= {
            "/robots.txt": says(200, "User-agent: copydesk\nCrawl-delay: 0.4\n"),
            "/latest.rss": says(200, listing(("a", "One"), ("b", "Two"))),
            "/a": says(200, page("one"), **HTML),
            "/b": says(200, page("two"), **HTML),
        }
        async with at.worker() as polling, asyncio.timeout(20):
            while len(at.site.asked) < 4:
                if not await polling.once():
                    await asyncio.sleep(0.02)
        begun = [asked.begun for asked in at.site.asked]
        assert all(later - earlier >= 0.38 for earlier, later in itertools.pairwise(begun))

    play(servers, tmp_path, act, poll_delay_s=0.1)


def test_robots_txt_is_obeyed_kept_for_a_day_and_looked_at_anew(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="pages = true")
        at.site.routes |= {
            "/robots.txt": says(200, "User-agent: *\nDisallow: /b\n"),
            "/latest.rss": in_turn(says(200, listing(("a", "1"), ("b", "2"))), says(200, listing(("b", "3")))),
            "/a": says(200, page("one"), **HTML),
            "/b": says(200, page("two"), **HTML),
        }
        await at.poll()
        assert await at.bodies() == [page("one")]
        assert "robots.txt forbids it" in at.row("b")["error"]
        assert at.row("b")["due"] is None
        assert at.site.times("/robots.txt") == 1
        at.site.routes["/robots.txt"] = says(404)
        at.passes(86_401)
        await at.poll()
        assert at.site.times("/robots.txt") == 2
        assert await at.bodies() == [page("one"), page("two")]

    play(servers, tmp_path, act)


def test_while_robots_txt_cannot_be_had_nothing_is_asked(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss")
        at.site.routes |= {"/robots.txt": in_turn(says(503), says(404)), "/latest.rss": says(200, listing(("a", "1")))}
        await at.poll()
        assert at.site.paths() == ["/robots.txt"]
        assert "robots-unreachable: robots.txt was answered with 503" in at.row()["error"]
        at.passes(601)
        await at.poll()
        assert len(await at.came()) == 1
        assert at.row()["failures"] == 0

    play(servers, tmp_path, act)


def test_robots_txt_is_not_asked_where_a_contract_makes_it_needless(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="robots = false")
        at.site.routes |= {"/robots.txt": says(500), "/latest.rss": says(200, listing(("a", "1")))}
        await at.poll()
        assert at.site.paths() == ["/latest.rss"]
        assert len(await at.came()) == 1

    play(servers, tmp_path, act)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_keeps_the_whole_host_in_peace(servers: Servers, tmp_path: Path, status: int) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", "/other.rss")
        at.site.routes |= {
            "/latest.rss": in_turn(says(status, Retry_After="900"), says(200, listing(("a", "1")))),
            "/other.rss": says(200, listing(("b", "2"))),
        }
        async with at.worker() as polling:
            while at.site.times("/latest.rss") == 0:
                assert await polling.once()
            before = at.site.times("/other.rss")
            at.passes(890)
            await at.poll(polling)
            assert (at.site.times("/latest.rss"), at.site.times("/other.rss")) == (1, before)
            at.passes(11)
            await at.poll(polling)
        assert at.site.times("/latest.rss") == 2
        assert len(await at.came()) == 2

    play(servers, tmp_path, act)


def test_a_permanent_redirect_is_remembered_and_a_passing_one_is_not(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/old.rss", "/passing.rss")
        at.site.routes |= {
            "/old.rss": moved(301, "/older.rss"),
            "/older.rss": moved(308, at.url("/new.rss", "www")),
            "/new.rss": unless_known(listing(("a", "1")), '"1"'),
            "/passing.rss": moved(302, "/for-now.rss"),
            "/for-now.rss": says(200, listing(("b", "2"))),
        }
        await at.poll()
        assert len(await at.came()) == 2
        at.passes(330)
        await at.poll()
        assert [at.site.times(p) for p in ("/old.rss", "/older.rss", "/new.rss")] == [1, 1, 2]
        assert [at.site.times(p) for p in ("/passing.rss", "/for-now.rss")] == [2, 2]
        # What moved is no longer there: it is looked for again where it was.
        at.site.routes |= {"/new.rss": says(404), "/old.rss": says(200, listing(("c", "3")))}
        for _ in range(4):
            at.passes(7200)
            await at.poll()
        assert at.site.times("/old.rss") >= 2
        assert len(await at.came()) == 3

    play(servers, tmp_path, act)


def test_redirects_without_end_are_followed_five_times(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/round")
        at.site.routes["/round"] = moved(302, "/round")
        await at.poll()
        assert at.site.times("/round") == 6
        assert at.row()["error"] == "redirects: more than 5 redirects"

    play(servers, tmp_path, act)


INSIDE = [
    "http://127.0.0.2:{port}/inside",
    "http://[::ffff:127.0.0.2]:{port}/inside",
    "http://2130706434:{port}/inside",
    "http://169.254.169.254:{port}/latest/meta-data/",
    "http://{inside}:{port}/inside",
    "http://127.0.0.1:1/inside",
    "file:///etc/passwd",
    "http://user:secret@{inside}:{port}/inside",
]


@pytest.mark.parametrize("target", INSIDE)
def test_no_redirect_leads_inside(servers: Servers, tmp_path: Path, target: str) -> None:
    async def act(at: Scene) -> None:
        inside = at.host("inside")
        at.resolved |= {inside: ["127.0.0.2"], "2130706434": ["127.0.0.2"]}
        at.resolved |= {address: [address] for address in ("127.0.0.2", "::ffff:127.0.0.2", "169.254.169.254")}
        at.polls("/latest.rss")
        at.site.routes["/latest.rss"] = moved(302, target.format(port=at.site.port, inside=inside))
        await at.poll()
        assert at.site.paths() == ["/robots.txt", "/latest.rss"]
        assert at.row()["error"].split(":")[0] in {"forbidden-address", "forbidden-url"}
        assert "secret" not in at.row()["error"]

    play(servers, tmp_path, act)


@pytest.mark.parametrize("link", INSIDE)
def test_no_item_leads_inside(servers: Servers, tmp_path: Path, link: str) -> None:
    async def act(at: Scene) -> None:
        inside = at.host("inside")
        at.resolved |= {inside: ["127.0.0.2"], "2130706434": ["127.0.0.2"]}
        at.resolved |= {address: [address] for address in ("127.0.0.2", "::ffff:127.0.0.2", "169.254.169.254")}
        at.polls("/latest.rss", more="pages = true")
        link_ = link.format(port=at.site.port, inside=inside)
        at.site.routes["/latest.rss"] = says(200, listing(("a", "1")).replace("<link>/a<", f"<link>{link_}<"))
        await at.poll()
        assert at.site.paths() == ["/robots.txt", "/latest.rss"]
        assert at.row("a")["error"].split(":")[0] in {"forbidden-address", "forbidden-url"}
        assert at.row("a")["due"] is None

    play(servers, tmp_path, act)


def test_a_name_that_turns_inside_after_it_was_looked_up_is_not_followed(servers: Servers, tmp_path: Path) -> None:
    """DNS rebinding: each connection is made to an address that was checked for it."""

    async def act(at: Scene) -> None:
        at.resolved[at.host()] = ["127.0.0.1", "127.0.0.2"]
        at.polls("/latest.rss")
        at.site.routes["/robots.txt"] = says(404, Connection="close")
        at.site.routes["/latest.rss"] = says(200, listing(("a", "1")))
        await at.poll()
        assert at.site.paths() == ["/robots.txt"]
        assert "is at 127.0.0.2, which is not public" in at.row()["error"]
        at.resolved[at.host()] = ["127.0.0.1 10.0.0.1"]
        at.passes(7200)
        await at.poll()
        assert "is at 10.0.0.1, which is not public" in at.row()["error"]

    play(servers, tmp_path, act)


def test_without_an_allowance_this_machine_is_not_asked_at_all(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss")
        await at.poll()
        assert at.site.asked == []
        assert at.row()["error"].startswith("forbidden-address: ")

    play(servers, tmp_path, act, poll_allow=())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_over_tls_the_name_is_asked_for_and_checked_though_the_address_is_connected_to(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with port_on(servers, tmp_path / "archive") as port:
            at = Scene(servers, tmp_path, Site(), port)
            async with site(certified(tmp_path, at.host())) as at.site:
                monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
                at.site.routes |= {
                    "/latest.rss": says(200, "one"),
                    "/other.rss": moved(302, at.url("/down.rss")),
                    "/down.rss": says(200, "two"),
                }
                at.polls("/latest.rss", "/other.rss")
                file = tmp_path / "feeds.toml"
                file.write_text(file.read_text().replace("http:", "https:"))
                await at.poll()
                assert await at.bodies() == ["one"]
                assert "a redirect from https to http:" in errors(at)["/other.rss"]
                at.polls("/latest.rss")
                file.write_text(file.read_text().replace("http://wire.", "https://www."))
                at.host("www")
                await at.poll()
                assert "CERTIFICATE_VERIFY_FAILED" in errors(at)["/latest.rss"]
                assert len(await at.came()) == 1

    asyncio.run(scene())


def errors(at: Scene) -> dict[str, str]:
    """The errors of the listings that have one, by the end of their URL."""
    with psycopg.connect(at.servers.database) as connection:
        rows = connection.execute("select listing, error from polls where feed = %s and error is not null", [at.feed])
        return {f"/{listing.rpartition('/')[2]}": error for listing, error in rows}


def certified(folder: Path, host: str) -> ssl.SSLContext:
    """A server's context with a certificate of its own for the host; the certificate is `cert.pem`."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=x"
    subprocess.run(
        [*command.split(), "-addext", f"subjectAltName=DNS:{host}"], cwd=folder, check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


async def dripping(_: Asked, writer: asyncio.StreamWriter) -> None:
    """A byte now and then, so that no silence is ever long."""
    writer.write(head_of(200, {"Content-Length": "100000"}))
    while not writer.is_closing():
        writer.write(b"<")
        await writer.drain()
        await asyncio.sleep(0.05)


async def never_done_with_its_head(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X-Slow: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silent(_: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def cut_short(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(head_of(200, {"Content-Length": "1000"}) + b"<rss>")
    writer.close()


async def without_end(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(head_of(200, {"Transfer-Encoding": "chunked"}))
    while not writer.is_closing():
        writer.write(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
        await writer.drain()


async def no_http(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01\x02 what?\r\n\r\n")
    writer.close()


BOMB = gzip.compress(bytes(200_000_000), 9)
BAD = {
    "dripping": (dripping, "timeout"),
    "a head without end": (never_done_with_its_head, "timeout"),
    "silent": (silent, "timeout"),
    "cut short": (cut_short, "broken-answer"),
    "no http": (no_http, "broken-answer"),
    "without end": (without_end, "too-large"),
    "gzip bomb": (says(200, BOMB, Content_Encoding="gzip"), "too-large"),
    "damaged gzip": (says(200, BOMB[:5000], Content_Encoding="gzip"), "bad-encoding"),
    "unknown coding": (says(200, b"abc", Content_Encoding="zstd"), "bad-encoding"),
    "empty": (says(200, b""), "empty"),
    "sign-in page": (says(200, page("Sign in"), **HTML), "no-listing"),
    "not found": (says(404), "http-404"),
    "in trouble": (says(500), "http-500"),
    "unasked 304": (says(304), "http-304"),
    "redirect to nowhere": (moved(302, "http://skerry.example:99999/"), "forbidden-url"),
    "odd status": (says(204), "http-204"),
}


@pytest.mark.parametrize("how", BAD)
def test_a_bad_server_is_told_in_one_line_and_left_alone_for_longer_each_time(
    servers: Servers, tmp_path: Path, how: str
) -> None:
    reply, kind = BAD[how]

    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="pages = true\nevery = 10")
        at.site.routes["/latest.rss"] = reply
        async with at.worker() as polling:
            assert await at.poll(polling) == 1
            first = at.row()
            assert first["error"].split(":")[0] == kind
            assert 20 < first["wait"] < 40
            at.passes(60)
            at.site.routes["/latest.rss"] = says(500)
            await at.poll(polling)
            assert at.row()["wait"] > first["wait"]
            # And back to normal once it is good again.
            at.passes(90)
            at.site.routes["/latest.rss"] = says(200, listing())
            await at.poll(polling)
            assert (at.row()["failures"], at.row()["error"], at.row()["failing_since"]) == (0, None, None)
        assert await at.came() == []
        assert list((at.folder / "archive").rglob("spool/*")) == []

    hurried = {"poll_timeout_s": 0.8, "poll_silence_s": 0.4} if kind == "timeout" else {}
    play(servers, tmp_path, act, **hurried)


def test_half_a_listing_is_asked_for_again_whole(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        whole = listing(("a", "1"), ("b", "2"))
        at.polls("/latest.rss", more="pages = true")
        at.site.routes |= {
            "/latest.rss": in_turn(says(200, whole[: whole.index("<title>2")], ETag='"1"'), unless_known(whole, '"1"')),
            "/a": says(200, page("one"), **HTML),
            "/b": says(200, page("two"), **HTML),
        }
        await at.poll()
        assert await at.bodies() == [page("one")]
        at.passes(330)
        await at.poll()
        assert sorted(await at.bodies()) == [page("one"), page("two")]

    play(servers, tmp_path, act)


def test_a_listing_that_goes_on_failing_is_marked_and_a_page_is_given_up(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="pages = true")
        at.site.routes["/latest.rss"] = in_turn(says(200, listing(("a", "1"))), says(500))
        async with at.worker() as polling:
            for _ in range(8):
                await at.poll(polling)
                at.passes(7200)
            known = list(polling.listings())
            assert await polling.book.standing(known) == {at.feed: (1, 0)}
        assert at.site.times("/a") == 4  # 404 each time
        assert at.row("a")["due"] is None
        assert at.row()["failures"] >= 5
        assert at.row()["due"] is not None

    play(servers, tmp_path, act)


def test_a_host_in_trouble_is_left_alone_whatever_is_due_there(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        names = [f"p{n}" for n in range(20)]
        at.polls("/latest.rss", more="pages = true\nevery = 86400")
        at.site.routes["/latest.rss"] = says(200, listing(*((name, name) for name in names)))
        at.site.routes |= {f"/{name}": says(503) for name in names}
        async with at.worker() as polling:
            await at.poll(polling)
            assert len(at.site.asked) == 3
            for _ in range(12):  # eight hours
                at.passes(2400)
                await at.poll(polling)
            assert 8 <= len(at.site.asked) - 3 <= 12
            # Nothing was given up in the meantime.
            at.site.routes |= {f"/{name}": says(200, page(name), **HTML) for name in names}
            at.passes(7200)
            await at.poll(polling)
        assert sorted(await at.bodies()) == sorted(page(name) for name in names)

    play(servers, tmp_path, act)


def test_an_item_of_two_listings_is_fetched_once(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", "/sport.rss", more="pages = true")
        at.site.routes |= {
            "/latest.rss": says(200, listing(("a", "One"), ("b", "Two"))),
            "/sport.rss": says(200, listing(("b", "Two, in other words"), ("c", "Three"))),
            **{f"/{name}": says(200, page(name), **HTML) for name in "abc"},
        }
        await at.poll()
        at.passes(330)
        await at.poll()
        assert [at.site.times(f"/{name}") for name in "abc"] == [1, 1, 1]
        assert len(await at.came()) == 3

    play(servers, tmp_path, act)


def test_a_listing_that_is_to_be_read_in_another_way_is_news(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        text = listing(("a", "One"))
        at.site.routes |= {"/latest.rss": unless_known(text, '"1"'), "/a": says(200, page("one"), **HTML)}
        at.polls("/latest.rss")
        await at.poll()
        at.polls("/latest.rss", more="pages = true")
        at.passes(330)
        await at.poll()
        assert await at.bodies() == [text, page("one")]

    play(servers, tmp_path, act)


def test_a_file_of_feeds_that_is_gone_for_a_while_changes_nothing(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss")
        at.site.routes["/latest.rss"] = says(200, "one")
        async with at.worker() as polling:
            assert polling.listings()
            (at.folder / "feeds.toml").unlink()
            assert await at.poll(polling) == 1
            await polling.look_after()
        assert await at.bodies() == ["one"]

    play(servers, tmp_path, act)


def test_what_is_polled_no_more_is_swept_away_in_the_end(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss")
        at.site.routes["/latest.rss"] = says(200, "one")
        async with at.worker() as polling:
            await at.poll(polling)
            with psycopg.connect(at.servers.database) as connection:
                connection.execute("update polls set polled = polled - interval '91 days' where feed = %s", [at.feed])
            await polling.book.sweep(list(polling.listings()))
            assert at.row()
            await polling.book.sweep([])
            with pytest.raises(AssertionError):
                at.row()

    play(servers, tmp_path, act)


def test_a_page_that_is_none_is_not_pushed(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", more="pages = true")
        at.site.routes |= {
            "/latest.rss": says(200, listing(("a", "1"))),
            "/a": says(200, b"%PDF-1.7", Content_Type="application/pdf"),
        }
        await at.poll()
        assert await at.came() == []
        assert at.row("a")["error"] == "not-a-page: the item leads to application/pdf"

    play(servers, tmp_path, act)


def test_a_long_page_travels_as_a_reference(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        text = page("long " * 400_000)
        at.polls("/latest.rss", more="pages = true")
        at.site.routes |= {
            "/latest.rss": says(200, listing(("a", "1"))),
            "/a": says(200, gzip.compress(text.encode()), Content_Encoding="gzip", **HTML),
        }
        await at.poll()
        (event,) = await at.came()
        sha256 = (event.header("ce_dataref") or "").removeprefix("sha256:")
        assert FolderArchive(at.folder / "archive").get(sha256).decode() == text

    play(servers, tmp_path, act)


def test_nobody_is_asked_while_ingest_is_behind(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss")
        at.site.routes["/latest.rss"] = says(200, listing(("a", "1")))
        async with at.worker() as polling:
            polling.backlog.now = 101
            assert await at.poll(polling) == 0
            polling.backlog.now = 100
            assert await at.poll(polling) == 1

    play(servers, tmp_path, act, backlog_limit=100)


def test_a_listing_that_is_taken_out_of_the_file_is_asked_no_more(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", "/other.rss")
        at.site.routes |= {"/latest.rss": says(200, "one"), "/other.rss": says(200, "two")}
        async with at.worker() as polling:
            await at.poll(polling)
            at.polls("/other.rss")
            at.passes(330)
            await at.poll(polling)
        assert (at.site.times("/latest.rss"), at.site.times("/other.rss")) == (1, 2)

    play(servers, tmp_path, act)


def test_a_worker_that_lost_its_lease_writes_nothing_down(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss")

        async def taken_over(asked: Asked, writer: asyncio.StreamWriter) -> None:
            at.site.routes["/latest.rss"] = unless_known("the second one's", '"2"')
            at.passes(31)  # as if this worker had been frozen
            assert await at.poll() == 1
            await says(200, "the first one's", ETag='"1"')(asked, writer)

        at.site.routes["/latest.rss"] = taken_over
        await at.poll()
        assert at.row()["etag"] == '"2"'

    play(servers, tmp_path, act)


def test_a_row_that_cannot_even_be_written_as_failed_ends_nothing(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss", "/other.rss")
        at.site.routes |= {"/latest.rss": says(500), "/other.rss": says(200, "two")}

        async def breaks(*_: object, **__: object) -> None:
            raise ValueError("nothing fits")

        async with at.worker() as polling:
            polling.book.failed = breaks  # type: ignore[method-assign]
            await at.poll(polling)
        assert await at.bodies() == ["two"]

    play(servers, tmp_path, act)


def test_a_lease_is_kept_up_while_its_worker_is_at_it(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Scene) -> None:
        at.polls("/latest.rss")
        others: list[int] = []
        async with at.worker() as polling:

            async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
                at.site.routes["/latest.rss"] = says(200, "another's")
                at.passes(20)
                await polling.look_after()
                at.passes(20)
                others.append(await at.poll())
                await says(200, "whole")(asked, writer)

            at.site.routes["/latest.rss"] = slow
            await at.poll(polling)
        assert others == [0]
        assert await at.bodies() == ["whole"]

    play(servers, tmp_path, act)
