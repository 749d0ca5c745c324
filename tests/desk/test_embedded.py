"""The embedded servers are the real ones."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.conftest import Servers

pytestmark = pytest.mark.stack


def test_the_database_is_a_postgresql_of_version_16_or_later(stack: Servers) -> None:
    with psycopg.connect(stack.database) as connection:
        assert connection.info.server_version >= 160000


def test_what_is_written_to_the_broker_is_read_back(stack: Servers) -> None:
    async def round_trip() -> bytes:
        admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
        await admin.start()
        await admin.create_topics([NewTopic("embedded-round-trip", 1, 1)])
        await admin.close()
        async with AIOKafkaProducer(bootstrap_servers=stack.kafka) as producer:
            await producer.send_and_wait("embedded-round-trip", b"wire")
        async with AIOKafkaConsumer(
            "embedded-round-trip", bootstrap_servers=stack.kafka, auto_offset_reset="earliest"
        ) as consumer:
            return (await consumer.getone()).value

    assert asyncio.run(round_trip()) == b"wire"
