"""PostgreSQL for the stages that keep state there: one pool a stage, and the store's absence told from bad input.

Needs the extra `copydesk-runtime[database]`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
from copydesk.runtime.refusal import Unavailable
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

Connection = psycopg.AsyncConnection[tuple[object, ...]]
Pool = AsyncConnectionPool[Connection]

# A worker that was stopped in the middle of a transaction (SIGSTOP, a swapped-out machine) must not hold its locks for ever.
IDLE_IN_TRANSACTION_S = 30


@asynccontextmanager
async def pool(url: str, *, size: int = 4, name: str = "copydesk", timeout_s: float = 10.0) -> AsyncIterator[Pool]:
    """Give a pool of at most `size` connections, opened when first needed: the database may come up after the stage."""
    opened = AsyncConnectionPool(
        url,
        min_size=0,
        max_size=size,
        timeout=timeout_s,
        open=False,
        kwargs={
            "application_name": name,
            "connect_timeout": 5,
            "options": f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_S}s -c timezone=UTC",
            # A peer that vanished without a word (cable, killed container) is noticed within 15 seconds.
            "keepalives_idle": 5,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "tcp_user_timeout": 15_000,
        },
        connection_class=psycopg.AsyncConnection,
        # A connection cut by the server's restart is found out here rather than by the statement that gets it.
        check=AsyncConnectionPool.check_connection,
    )
    await opened.open(wait=False)
    try:
        yield opened
    finally:
        await opened.close(timeout=5)


@contextmanager
def unavailable_if_down() -> Iterator[None]:
    """Turn whatever says that the store is away, full or in somebody's way into `Unavailable`; other errors pass."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, PoolClosed, TooManyRequests) as error:
        raise Unavailable(f"database: {type(error).__name__}: {error}") from error
