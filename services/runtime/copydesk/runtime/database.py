"""PostgreSQL for the stages that keep state there: one pool a stage, and the store's absence told from bad input.

Needs the extra `copydesk-runtime[database]`.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from weakref import WeakKeyDictionary

import psycopg
import structlog
from copydesk.runtime.background import running
from copydesk.runtime.database_access import explained, secured
from copydesk.runtime.logs import waiting
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.retry import persist
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

Connection = psycopg.AsyncConnection[tuple[object, ...]]
Pool = AsyncConnectionPool[Connection]
Report = Callable[[str, Unavailable | None], None]
"""Is told what is needed and what keeps us from it (`copydesk.runtime.stage.Port.needs`)."""

CONNECT_S = 5
IN_USE_S = 1.0
"""A connection that was handed out since is not looked at again."""

log = structlog.get_logger(__name__)

STORY_BYTES = 512
"""A longer key is kept by its beginning and its hash: an index cannot hold more, nor would anybody type it."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# A worker that was stopped in the middle of a transaction (SIGSTOP, a swapped-out machine) must not hold its locks for ever.
IDLE_IN_TRANSACTION_S = 30


@asynccontextmanager
async def connection(url: str, *, autocommit: bool = False) -> AsyncIterator[Connection]:
    """Give one connection. Raises `Unavailable` where the database is away, `Rejected` where it turns us away."""
    async with await _connected(secured(url), autocommit=autocommit) as opened:
        yield opened


def opened(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Return one connection in autocommit mode, for what is not asynchronous. Raises as `connection` does."""
    made = secured(url)
    try:
        return psycopg.connect(made, autocommit=True, connect_timeout=CONNECT_S)
    except psycopg.OperationalError as error:
        raise explained(error, made) from error


@asynccontextmanager
async def pool(
    url: str, *, size: int = 4, name: str = "copydesk", timeout_s: float = 10.0, report: Report | None = None
) -> AsyncIterator[Pool]:
    """Give a pool of at most `size` connections, opened when first needed: the database may come up after the stage.

    They are in autocommit mode: a transaction is asked for where one is meant, and a single question costs a single round trip.
    `report` is told at once, and until the first connection stands, what keeps us out of the database.
    """
    made = secured(url)
    opened = _Pool(
        made,
        min_size=0,
        max_size=size,
        timeout=timeout_s,
        open=False,
        kwargs={
            "autocommit": True,
            "application_name": name,
            "connect_timeout": CONNECT_S,
            "options": f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_S}s -c timezone=UTC",
            # A peer that vanished without a word (cable, killed container) is noticed within 15 seconds.
            "keepalives_idle": 5,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "tcp_user_timeout": 15_000,
        },
        connection_class=psycopg.AsyncConnection,
        check=_Looks(),
    )
    await opened.open(wait=False)
    try:
        async with running(_first_look(made, report or _silent), "database"):
            yield opened
    finally:
        await opened.close(timeout=5)


class _Pool(AsyncConnectionPool[Connection]):
    """The pool, saying why there is no connection and not only that there is none; it has no other hook for that."""

    async def getconn(self, timeout: float | None = None) -> Connection:  # noqa: ASYNC109 - the pool's own signature
        try:
            return await super().getconn(timeout)
        except PoolTimeout as error:
            async with await _connected(str(self.conninfo)):
                raise Unavailable(f"database: {error}, but it lets us in") from error


class _Looks:
    """Finds a connection that the server's restart has cut, rather than the statement that gets it.

    One that was in use a moment ago is taken at its word: to ask it costs as much as most of what it is wanted for.
    """

    def __init__(self) -> None:
        self._used: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()

    async def __call__(self, connection: Connection) -> None:
        now = time.monotonic()
        if now - self._used.get(connection, 0.0) > IN_USE_S:
            await AsyncConnectionPool.check_connection(connection)
        self._used[connection] = now


async def _connected(made: str, *, autocommit: bool = False) -> Connection:
    try:
        return await psycopg.AsyncConnection.connect(made, autocommit=autocommit, connect_timeout=CONNECT_S)
    except psycopg.OperationalError as error:
        raise await asyncio.to_thread(explained, error, made) from error


async def _first_look(made: str, report: Report) -> None:
    """Say at the start, not at the first event, what keeps us out of the database."""

    async def look() -> None:
        await (await _connected(made)).close()

    def told(trouble: Unavailable, seconds: float) -> None:
        report("database", trouble)
        waiting(log, trouble, seconds)

    await persist(look, asyncio.Event(), told)
    report("database", None)


def _silent(_what: str, _trouble: Unavailable | None) -> None:
    """Nobody asked."""


@contextmanager
def unavailable_if_down() -> Iterator[None]:
    """Turn whatever says that the store is away, full or in somebody's way into `Unavailable`; other errors pass."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolClosed, TooManyRequests) as error:
        raise Unavailable(f"database: {type(error).__name__}: {error}") from error


def columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Return the rows turned round, an array for each column, as `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)]


def storable_text(text: str) -> str:
    """Return the text without what PostgreSQL cannot hold: NUL and lone surrogates become U+FFFD, so that spans still fit."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def story_key(key: str) -> str:
    """Return the story's key as the tables keep it: as it is, or shortened with its hash where it is very long."""
    cleaned = storable_text(key)
    data = cleaned.encode()
    if len(data) <= STORY_BYTES:
        return cleaned
    return data[: STORY_BYTES - 65].decode("utf-8", "ignore") + "#" + hashlib.sha256(key.encode()).hexdigest()
