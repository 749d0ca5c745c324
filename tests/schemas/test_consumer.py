"""A consumer downstream has the contract's wheel and nothing else of ours; the one in docs/consume.md is run as it stands there."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiokafka import AIOKafkaProducer
from copydesk.runtime.topics import create_missing
from copydesk.schemas.topics import topics

if TYPE_CHECKING:
    from tests.conftest import Servers

pytestmark = pytest.mark.stack

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "consume.md"
UV = os.environ.get("UV", "uv")
AIOKAFKA = "aiokafka==0.14.0"


@pytest.fixture(scope="module")
def consumers_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of a fresh environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("consumer")
    build = [UV, "build", "--quiet", "--package", "copydesk-schemas", "--wheel", "--out-dir", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True)
    (wheel,) = folder.glob("copydesk_schemas-*.whl")
    python = folder / "venv" / "bin" / "python"
    subprocess.run([UV, "venv", "--quiet", "--python", "3.11", str(folder / "venv")], check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", str(python), str(wheel), AIOKAFKA], check=True)
    return python


def consumer() -> str:
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return code


def test_the_wheel_brings_the_contract_with_its_topics_and_nothing_else_of_ours(consumers_python: Path) -> None:
    ask = (
        "import importlib.metadata as m, json; from copydesk.schemas.topics import topics; "
        "print(json.dumps([sorted(d.name for d in m.distributions() if d.name.startswith('copydesk')), sorted(topics())]))"
    )
    told = subprocess.run([consumers_python, "-c", ask], cwd="/", capture_output=True, text=True, check=True).stdout
    assert json.loads(told) == [["copydesk-schemas"], sorted(topics())]


def test_the_consumer_of_the_docs_is_twenty_lines_of_code_at_most() -> None:
    assert len([line for line in consumer().splitlines() if line.strip()]) <= 20


def test_the_consumer_of_the_docs_shows_a_story_and_takes_down_a_killed_one(
    stack: Servers, consumers_python: Path
) -> None:
    run = uuid.uuid4().hex[:8]
    (example, *_) = topics()["article.enriched"].examples
    assert example.json_
    # A pipeline that is newer than the consumer's package says more than the package knows.
    story = {**example.json_, "uri": f"hp:{run}-ferry", "mood": "calm", "dateline": {"text": "TARN", "weather": "wet"}}
    kill = {**story, "uri": f"hp:{run}-mayor", "pubstatus": "canceled", "body": None}
    asyncio.run(write(stack.kafka, [story, kill]))
    wanted = [f"show Harbour Press|hp:{run}-ferry {story['headline']}", f"take down Harbour Press|hp:{run}-mayor"]
    said = iter(lines(stack.kafka, consumers_python))
    seen: list[str] = []
    while not set(wanted) <= set(seen):
        seen.append(next(said))


async def write(kafka: str, articles: list[dict[str, object]]) -> None:
    await create_missing(kafka)
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for article in articles:
            key = f"{article['provider']}|{article['uri']}".encode()
            value = json.dumps({name: held for name, held in article.items() if held is not None}).encode()
            await producer.send_and_wait("article.enriched", value, key=key)


def lines(kafka: str, python: Path, seconds: float = 60) -> Iterator[str]:
    """What the consumer prints, line by line; fails where it ends, or goes on for longer than that."""
    end = time.monotonic() + seconds
    environment = {**os.environ, "COPYDESK_KAFKA": kafka}
    running = subprocess.Popen([python, "-c", consumer()], cwd="/", env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout
        for line in running.stdout:
            yield line.rstrip("\n")
            assert time.monotonic() < end, "what was written did not come"
        raise AssertionError(f"the consumer ended with status {running.wait()}")
    finally:
        running.kill()
        running.wait()
