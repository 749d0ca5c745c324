"""Creates the topics of the contract on a broker, as `copydesk.schemas.topics` describes them."""

from __future__ import annotations

from collections.abc import Collection

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from copydesk.runtime.broker import LOST, client, connected
from copydesk.runtime.refusal import Unavailable
from copydesk.schemas.topics import Topic, topics

log = structlog.get_logger(__name__)


async def create_missing(servers: str, names: Collection[str] | None = None, replication: int = -1) -> list[str]:
    """Create those of the named topics (of all, where none is named) that the broker lacks; return their names.

    A topic that is there stays as it is. Raises `Unavailable` while no broker answers, `Rejected` where one turns us away.
    """
    wanted = [topic for topic in topics().values() if names is None or topic.name in names]
    async with connected(AIOKafkaAdminClient(**client(servers)), servers) as admin:
        try:
            there = await admin.list_topics()
            missing = [topic for topic in wanted if topic.name not in there]
            created = await _create(admin, missing, replication) if missing else []
        except LOST:
            raise
        except KafkaError as error:
            raise Unavailable(f"topics cannot be created: {error!r}") from error
    if created:
        log.info("topics created", topics=created)
    return created


async def _create(admin: AIOKafkaAdminClient, missing: list[Topic], replication: int) -> list[str]:
    answer = await admin.create_topics(
        [NewTopic(t.name, t.partitions, replication, {}, topic_configs=t.broker_settings) for t in missing]
    )
    created = []
    for name, code, *_ in answer.topic_errors:
        error = for_code(code)
        if code == 0:
            created.append(name)
        elif error is not TopicAlreadyExistsError:  # another service was faster
            raise error(name)
    return created
