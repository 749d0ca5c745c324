"""What every contender does with a message, and how it is timed: 3 kB of JSON, read and checked by pydantic and written again."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from copydesk.schemas.article import Article

SOURCE, TARGET = "bench.moving.in", "bench.moving.out"


@dataclass(frozen=True)
class Race:
    """What a contender is told, by its environment."""

    kafka: str
    """Bootstrap servers."""
    group: str
    messages: int
    mark: Path
    """Where the figures go."""

    def environment(self) -> dict[str, str]:
        """Return it as variables of an environment."""
        return {f"BENCH_{name.upper()}": str(value) for name, value in vars(self).items()}


def race() -> Race:
    """Return what this process was told."""
    kafka, group, messages, mark = (os.environ[f"BENCH_{name}"] for name in ("KAFKA", "GROUP", "MESSAGES", "MARK"))
    return Race(kafka, group, int(messages), Path(mark))


class Watch:
    """Writes how long it was from the first to the last message, in seconds on the wall and of CPU."""

    def __init__(self, messages: int, mark: Path) -> None:
        self._messages, self._mark, self._count = messages, mark, 0

    def tick(self) -> None:
        """Note that a message was worked on."""
        self._count += 1
        if self._count == 1:
            self._begun = time.perf_counter(), time.process_time()
        if self._count == self._messages:
            ended = time.perf_counter(), time.process_time()
            seconds, cpu = (e - b for e, b in zip(ended, self._begun, strict=True))
            part = self._mark.with_suffix(".part")
            part.write_text(json.dumps({"seconds": seconds, "cpu": cpu}))
            part.rename(self._mark)  # who waits for it finds it whole


def work(value: bytes) -> bytes:
    """Read, check and write again."""
    return Article.model_validate_json(value).to_json()
