from __future__ import annotations

import pytest
from copydesk.enrich.stage import STAGE as ENRICH
from copydesk.ingest.stage import STAGE as INGEST
from copydesk.parse.stage import STAGE as PARSE
from copydesk.publish.stage import STAGE as PUBLISH
from copydesk.runtime.deadletter import TOPIC as DEAD
from copydesk.runtime.producer import BATCH_BYTES, RECORD_LIMIT
from copydesk.runtime.stage import Stage
from copydesk.schemas.article import Article
from copydesk.schemas.generate import HEADERS, MODELS
from copydesk.schemas.receipt import Receipt
from copydesk.schemas.topics import Message, Topic, topics

CONTRACT = "wire.inbound wire.received article.parsed article.enriched article.held article.current article.published wire.dead"
EXAMPLES = [
    pytest.param(topic, message, id=f"{topic.name}-{number}")
    for topic in topics().values()
    for number, message in enumerate(topic.examples)
]
TOPICS = [pytest.param(topic, id=topic.name) for topic in topics().values()]


def test_the_topics_are_those_of_the_contract() -> None:
    assert set(topics()) == set(CONTRACT.split())


@pytest.mark.parametrize("topic, message", EXAMPLES)
def test_every_example_is_valid(topic: Topic, message: Message) -> None:
    if message.headers:
        MODELS[HEADERS[topic.name]].model_validate(message.headers)
        assert not topic.types or message.headers["ce_type"] in topic.types
    models = {"Article": Article, "Receipt": Receipt}
    if message.value is None:
        assert topic.compacted or "repeat" in message.headers["ce_type"]
    elif topic.value in models:
        read = models[topic.value].model_validate_json(message.value)
        assert type(read).model_validate_json(read.to_json()) == read
        if isinstance(read, Article):
            assert message.key == read.key


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_shows_an_example_of_each_of_its_types(topic: Topic) -> None:
    assert topic.examples
    assert {message.headers["ce_type"] for message in topic.examples if message.headers} >= set(topic.types)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_takes_the_largest_record_and_the_largest_batch(topic: Topic) -> None:
    assert topic.max_message_bytes >= RECORD_LIMIT + 64 * 1024
    assert topic.max_message_bytes >= BATCH_BYTES + 64 * 1024


@pytest.mark.parametrize("stage", [INGEST, PARSE, ENRICH, PUBLISH], ids=lambda stage: stage.name)
def test_stages_read_and_write_what_the_topics_say(stage: Stage) -> None:
    assert all(stage.name in topics()[name].readers for name in stage.reads)
    assert all(stage.name in topics()[name].writers for name in stage.writes)
    assert stage.name in topics()[DEAD].writers
