"""Waiting until a pipeline has done all that it was given."""

from __future__ import annotations

import asyncio
from importlib import import_module

import psycopg
from copydesk.desk.embedded.stack import STAGES
from copydesk.runtime.lag import group
from copydesk.runtime.refusal import Unavailable

from tests.backlog import Backlog
from tests.chaos.servers import Pipeline

UNREAD = "select count(*) from stories where unsearched"


def waiting(pipeline: Pipeline) -> int | None:
    """Return how many records no stage has done yet and how many stories wait for the search; None where nobody can say."""
    try:
        with psycopg.connect(pipeline.database, connect_timeout=2) as store:
            row = store.execute(UNREAD).fetchone()
        return (row[0] if row else 0) + asyncio.run(_undone(pipeline.stack.connection.kafka))
    except (psycopg.Error, Unavailable):
        return None


async def _undone(kafka: str) -> int:
    undone = 0
    for stage in STAGES:
        async with Backlog(kafka, group(stage)) as backlog:
            for topic in import_module(f"copydesk.{stage}.stage").STAGE.reads:
                undone += await backlog.of(topic)
    return undone
