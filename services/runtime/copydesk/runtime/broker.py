"""Getting into the broker: what every client of ours is made with, and how it is started and left."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError, KafkaError, NodeNotReadyError
from copydesk.runtime import tls
from copydesk.runtime.broker_access import arguments, trouble
from copydesk.runtime.security import KafkaSecurity, stated
from faust.auth import SASLCredentials, SSLCredentials

Client = TypeVar("Client", AIOKafkaProducer, AIOKafkaConsumer, AIOKafkaAdminClient)

START_S, STOP_S = 15.0, 10.0
LOST = (KafkaConnectionError, NodeNotReadyError)
"""What aiokafka raises when it has no connection to a broker that it knows."""


def client(servers: str) -> dict[str, Any]:
    """Return the arguments of any aiokafka client of these bootstrap servers (`host:port` parted by commas).

    The environment says how to get in: see `KafkaSecurity`. `BadSettings` where it cannot be right.
    """
    return {"bootstrap_servers": servers, **arguments(stated(KafkaSecurity))}


def credentials() -> SASLCredentials | SSLCredentials | None:
    """Return what faust calls the environment's settings; None is plain text without a name."""
    security = stated(KafkaSecurity)
    context = tls.context(security) if security.encrypted else None
    if security.named:
        return SASLCredentials(
            username=security.sasl_username,
            password=security.password,
            mechanism=security.sasl_mechanism,
            ssl_context=context,
        )
    return SSLCredentials(context) if context else None


async def start(starting: Client, servers: str) -> None:
    """Connect the client. Raises `Unavailable` while no broker answers, `Rejected` where one turns us away, and says why."""
    try:
        # A broker that sends its clients on to an address where nobody answers keeps them there for ever.
        await asyncio.wait_for(starting.start(), START_S)
    except (KafkaError, TimeoutError) as error:
        await stop(starting)
        raise await trouble(servers) from error
    except BaseException:
        await stop(starting)
        raise


async def stop(started: AIOKafkaProducer | AIOKafkaConsumer | AIOKafkaAdminClient) -> None:
    """Disconnect the client, in order where the broker answers in time."""
    if isinstance(started, AIOKafkaAdminClient):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(started.close(), STOP_S)
        return
    try:
        await asyncio.wait_for(started.stop(), STOP_S)
    except TimeoutError:
        # Else a consumer may go on as a member of its group, and keep partitions that nobody reads.
        await _client_of(started).close()


def _client_of(started: AIOKafkaProducer | AIOKafkaConsumer) -> AIOKafkaClient:
    found: AIOKafkaClient = started.client if isinstance(started, AIOKafkaProducer) else started._client  # noqa: SLF001
    return found


@asynccontextmanager
async def connected(starting: Client, servers: str) -> AsyncIterator[Client]:
    """Start the client and stop it at the end. Raises what `start` raises, also where the broker is lost in between."""
    await start(starting, servers)
    try:
        yield starting
    except LOST as error:
        raise await trouble(servers) from error
    finally:
        await stop(starting)
