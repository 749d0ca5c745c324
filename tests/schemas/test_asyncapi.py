"""The AsyncAPI document is one by the AsyncAPI Initiative's own schema, and what it says of messages holds for the examples."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from copydesk.schemas.generate import FOLDER, asyncapi
from copydesk.schemas.topics import Message, Topic, topics
from jsonschema import Draft7Validator, Draft202012Validator

SCHEMA = Path(__file__).parent / "asyncapi-3.0.0.json.gz"
EXAMPLES = [(topic, message) for topic in topics().values() for message in topic.examples]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads((FOLDER / "asyncapi.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    return Draft7Validator(json.loads(gzip.decompress(SCHEMA.read_bytes())))


def test_the_document_is_valid_asyncapi_3(document: dict[str, Any], validator: Draft7Validator) -> None:
    assert [f"{list(e.absolute_path)}: {e.message[:300]}" for e in validator.iter_errors(document)] == []


def test_the_validator_sees_a_wrong_document(validator: Draft7Validator) -> None:
    wrong = asyncapi()
    next(iter(wrong["operations"].values()))["action"] = "publish"
    assert list(validator.iter_errors(wrong))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        file, _, pointer = reference.partition("#")
        target = json.loads((FOLDER / file).read_text("utf-8")) if file else document
        for step in filter(None, pointer.split("/")):
            target = target[step.replace("~1", "/").replace("~0", "~")]


def references(node: object) -> list[str]:
    if isinstance(node, list):
        return [found for item in node for found in references(item)]
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for item in node.values() for found in references(item)]
    return []


def test_channels_are_the_topics_and_operations_their_parties(document: dict[str, Any]) -> None:
    assert document["channels"].keys() == topics().keys()
    said = {(o["action"], o["channel"]["$ref"].rpartition("/")[2]) for o in document["operations"].values()}
    assert said == {("send", name) for name in topics()} | {("receive", t.name) for t in topics().values() if t.readers}


@pytest.mark.parametrize("topic, message", EXAMPLES, ids=[f"{t.name}-{n}" for n, (t, _) in enumerate(EXAMPLES)])
def test_an_example_is_what_the_document_says_of_its_channel(
    document: dict[str, Any], topic: Topic, message: Message
) -> None:
    (described,) = document["channels"][topic.name]["messages"].values()
    headers = json.loads((FOLDER / described["headers"]["$ref"]).read_text("utf-8"))
    # Kafka's headers are text; their models read numbers out of it.
    stated = {name: int(value) if value.isdigit() else value for name, value in message.headers.items()}
    if (
        topic.name != "wire.inbound" and message.value is not None
    ):  # headers are optional there; a tombstone has what it needs
        wrong = [e for e in Draft202012Validator(headers).iter_errors(stated) if e.validator == "required"]
        assert not wrong
    if message.json_ is not None:
        payload = json.loads((FOLDER / described["payload"]["$ref"]).read_text("utf-8"))
        assert [e.message for e in Draft202012Validator(payload).iter_errors(message.json_)] == []
