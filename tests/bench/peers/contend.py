"""`python contend.py quixstreams|bytewax|faststream`: a peer moves the messages, written as its own manual writes such a thing.

Each is given its batches where it has any, and acks of all replicas in sync. It runs until it is told to stop.
"""

from __future__ import annotations

import asyncio
import sys

from work import SOURCE, TARGET, Race, Watch, race, work  # beside this script

IDEMPOTENT = {"acks": "all", "enable.idempotence": "true"}


def quixstreams(told: Race, watch: Watch) -> None:
    """https://quix.io/docs/quix-streams/introduction.html"""
    from quixstreams import Application

    app = Application(
        broker_address=told.kafka,
        consumer_group=told.group,
        auto_offset_reset="earliest",
        producer_extra_config=dict(IDEMPOTENT),
    )

    def step(value: bytes) -> bytes:
        done = work(value)
        watch.tick()
        return bytes(done)

    moved = app.dataframe(app.topic(SOURCE, value_deserializer="bytes")).apply(step)
    moved.to_topic(app.topic(TARGET, value_serializer="bytes"))
    app.run()


def bytewax(told: Race, watch: Watch) -> None:
    """https://docs.bytewax.io/stable/guide/getting-started/kafka.html"""
    from bytewax import operators
    from bytewax.connectors.kafka import KafkaSinkMessage
    from bytewax.connectors.kafka import operators as kafka
    from bytewax.dataflow import Dataflow
    from bytewax.testing import run_main

    def step(message: object) -> object:
        done = work(message.value)
        watch.tick()
        return KafkaSinkMessage(message.key, done)

    flow = Dataflow("moving")
    read = kafka.input("in", flow, brokers=[told.kafka], topics=[SOURCE], batch_size=1000)
    moved = operators.map("work", read.oks, step)
    kafka.output("out", moved, brokers=[told.kafka], topic=TARGET, add_config=dict(IDEMPOTENT))
    run_main(flow)


def faststream(told: Race, watch: Watch) -> None:
    """https://faststream.ag2.ai/latest/kafka/Subscriber/batch_subscriber/"""
    from faststream import FastStream
    from faststream.kafka import KafkaBroker

    broker = KafkaBroker(told.kafka, acks="all", enable_idempotence=True, max_request_size=1 << 20)

    @broker.publisher(TARGET, batch=True)
    @broker.subscriber(
        SOURCE,
        group_id=told.group,
        auto_offset_reset="earliest",
        batch=True,
        max_records=500,
        decoder=lambda message: message.body,
    )
    async def step(values: list[bytes]) -> list[bytes]:
        moved = []
        for value in values:
            moved.append(work(value))
            watch.tick()
        return moved

    asyncio.run(FastStream(broker).run())


if __name__ == "__main__":
    told = race()
    contenders = {peer.__name__: peer for peer in (quixstreams, bytewax, faststream)}
    contenders[sys.argv[1]](told, Watch(told.messages, told.mark))
