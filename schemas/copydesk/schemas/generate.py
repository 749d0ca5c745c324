"""`python -m copydesk.schemas.generate`: writes the contract's JSON Schemas and its AsyncAPI document.

Refuses to write a schema that no longer reads what its former one read: such a change is a new major version, that is a new
name in `MODELS` beside the old one, and a new number at the end of `ce_type`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copydesk.schemas.article import Article
from copydesk.schemas.compatibility import breaks
from copydesk.schemas.headers import ArticleHeaders, DeadHeaders, EventHeaders, ReceivedHeaders
from copydesk.schemas.receipt import Receipt
from copydesk.schemas.topics import Topic, topics
from pydantic import BaseModel

FOLDER = Path(__file__).parents[2] / "generated"

MODELS: Mapping[str, type[BaseModel]] = {
    "article.v1": Article,
    "receipt.v1": Receipt,
    "event-headers.v1": EventHeaders,
    "received-headers.v1": ReceivedHeaders,
    "article-headers.v1": ArticleHeaders,
    "dead-headers.v1": DeadHeaders,
}
"""Every model of the contract, by the name of its schema's file."""

HEADERS: Mapping[str, str] = {
    "wire.inbound": "event-headers.v1",
    "wire.received": "received-headers.v1",
    "wire.dead": "dead-headers.v1",
    "article.parsed": "article-headers.v1",
    "article.enriched": "article-headers.v1",
    "article.held": "article-headers.v1",
    "article.current": "event-headers.v1",
    "article.published": "event-headers.v1",
}
"""Which model the headers of a topic follow. On `wire.inbound` they are optional."""

PAYLOADS = {"Article": "article.v1", "Receipt": "receipt.v1"}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each model."""
    return {name: {"$id": f"{name}.json", **model.model_json_schema()} for name, model in MODELS.items()}


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document: a channel a topic."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "copydesk", "version": "1", "description": "Topics of the copydesk newswire pipeline."},
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in topics().values()},
        "operations": {
            f"{action}-{party}-{topic.name}": {
                "action": action,
                "title": f"{party} {action}s {topic.name}",
                "channel": {"$ref": f"#/channels/{topic.name}"},
            }
            for topic in topics().values()
            for action, parties in (("send", topic.writers), ("receive", topic.readers))
            for party in parties
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    payload = PAYLOADS.get(topic.value)
    message: dict[str, Any] = {
        "summary": f"Key: {topic.key}.",
        "contentType": "application/json" if payload else "application/octet-stream",
        "headers": {"$ref": f"./{HEADERS[topic.name]}.json"},
        "payload": {"$ref": f"./{payload}.json"} if payload else {"type": "string", "format": "binary"},
    }
    return {
        "address": topic.name,
        "description": topic.about,
        "messages": {(topic.value.replace(" ", "-")): message},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["compact" if topic.compacted else "delete"],
                    "retention.ms": int(topic.broker_settings["retention.ms"]),
                    "max.message.bytes": topic.max_message_bytes,
                },
            }
        },
    }


def files() -> dict[str, str]:
    """Return the text of each generated file by its name."""
    documents = {f"{name}.json": schema for name, schema in schemas().items()} | {"asyncapi.json": asyncapi()}
    return {name: json.dumps(d, indent=1, ensure_ascii=False, sort_keys=True) + "\n" for name, d in documents.items()}


def broken(folder: Path = FOLDER) -> list[str]:
    """Return how the models of today fail to read what the schemas in the folder allow."""
    found = []
    for name, schema in schemas().items():
        former = folder / f"{name}.json"
        if former.exists():
            found += breaks(json.loads(former.read_text("utf-8")), schema)
    return found


def main() -> int:
    """Write every file; status 1, and nothing written, where that would break readers."""
    if found := broken():
        sys.stderr.write("".join(f"{line}\n" for line in ("breaking changes need a new major version:", *found)))
        return 1
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
