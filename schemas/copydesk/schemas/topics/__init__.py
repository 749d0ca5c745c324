"""The topics of the contract, one YAML file each: who writes and reads it, its key, how long it keeps, an example message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

Party = Literal["feeds", "ingest", "parse", "enrich", "publish", "desk", "consumers"]
"""Who writes or reads a topic: a service, the feeds outside, or the consumers downstream."""

SERVICES: tuple[Party, ...] = ("ingest", "parse", "enrich", "publish")
"""The pipeline's own services, in the order in which a document meets them."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Message(_Strict):
    """A message of a topic, with invented contents."""

    key: str | None
    headers: dict[str, str]
    text: str | None = None
    """The value, where it is bytes."""
    json_: Annotated[dict[str, Any] | None, Field(alias="json")] = None
    """The value, where it is JSON."""

    @property
    def value(self) -> bytes | None:
        """The value's bytes; None is a tombstone."""
        if self.json_ is not None:
            return json.dumps(self.json_, ensure_ascii=False).encode()
        return None if self.text is None else self.text.encode()


class Topic(_Strict):
    """One topic of the contract."""

    name: str
    about: str
    writers: list[Party]
    readers: list[Party]
    key: str
    """What the key is, in words."""
    value: Literal["document", "Article", "Receipt", "failed event"]
    """What the value is: bytes of a document or of the event that failed, or the JSON of a model of `copydesk.schemas`."""
    types: list[str]
    """Every `ce_type` that occurs; the number at the end is the schema's major version."""
    partitions: Annotated[int, Field(ge=1)]
    retention_days: Annotated[int, Field(ge=1)] | None
    """None keeps for ever."""
    compacted: bool
    compaction_lag_minutes: Annotated[int, Field(ge=0)] = 0
    """How long compaction leaves a record alone."""
    max_message_bytes: int
    """The broker's limit for a batch; a record holds 1 MiB, what is above is the batch's own."""
    stamped_by: Literal["producer", "broker"] = "producer"
    """Whose clock a record's time is. Where strangers write, only the broker's: by a stamp of 1970 a record would be past its
    retention at once, and gone."""
    compatibility: Literal["backward"]
    """`backward`: within a major version fields are only added, so that a reader of today reads what was written before."""
    examples: list[Message]

    @property
    def broker_settings(self) -> Mapping[str, str]:
        """The topic's settings as the broker names them."""
        days = self.retention_days
        compaction = {"min.compaction.lag.ms": str(self.compaction_lag_minutes * 60_000)} if self.compacted else {}
        return {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": str(days * 86_400_000 if days else -1),
            "max.message.bytes": str(self.max_message_bytes),
            "message.timestamp.type": "LogAppendTime" if self.stamped_by == "broker" else "CreateTime",
            **compaction,
        }


@cache
def topics() -> Mapping[str, Topic]:
    """Return every topic by its name."""
    described = sorted(e.name for e in files(__name__).iterdir() if e.name.endswith(".yaml"))
    found = [Topic.model_validate(yaml.safe_load(files(__name__).joinpath(n).read_text("utf-8"))) for n in described]
    return {topic.name: topic for topic in found}
