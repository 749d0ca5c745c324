"""Which broker leads how many partitions."""

from __future__ import annotations

import asyncio
from collections import Counter

from aiokafka.admin import AIOKafkaAdminClient
from copydesk.schemas.topics import topics


def leaders(servers: str) -> Counter[int]:
    """Return the number of partitions of our topics that each broker leads."""
    return asyncio.run(_leaders(servers))


async def _leaders(servers: str) -> Counter[int]:
    client = AIOKafkaAdminClient(bootstrap_servers=servers)
    await client.start()
    try:
        described = await client.describe_topics(list(topics()))
    finally:
        await client.close()
    return Counter(part["leader"] for topic in described for part in topic["partitions"] if part["leader"] >= 0)
