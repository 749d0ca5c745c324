"""docs/operate.md, command by command, on the running stack."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from copydesk.desk.commands.status import standings

from tests.containers.stack import REPOSITORY, Compose, until
from tests.pipeline.work import push, wire

pytestmark = [pytest.mark.containers, pytest.mark.timeout(1200)]
PAGE = REPOSITORY / "docs" / "operate.md"
BLOCK = re.compile(r"(<!-- not run: [^>]+ -->\n)?^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    section: str
    line: str


def commands() -> list[Command]:
    """What the page has an operator type, in its order, but for blocks that say why they are not run."""
    found = []
    for section in PAGE.read_text("utf-8").split("\n## ")[1:]:
        title = section.splitlines()[0]
        for skipped, block in BLOCK.findall(section):
            if not skipped:
                found += [
                    Command(title, line.removeprefix("$ ")) for line in block.splitlines() if line.startswith("$ ")
                ]
    return found


def of(section: str) -> list[Command]:
    return [command for command in commands() if command.section == section]


@pytest.fixture(scope="module")
def place(stack: Compose) -> Path:
    """The operator's folder: the one that has `.env`."""
    push(stack.kafka, [b"\xff\xfe\x00\x01\x02\x03 cannot be read"])
    return Path(stack.environment["COMPOSE_ENV_FILES"]).parent


def run(stack: Compose, place: Path, section: str) -> str:
    """Run the section's commands one after the other; what they printed."""
    said = ""
    for command in of(section):
        done = stack.attempt("bash", "-c", f"cd {place} && set -o pipefail && {command.line}")
        told = (done.stdout + done.stderr).decode(errors="replace")
        assert done.returncode == 0, f"$ {command.line}\n{told[-3000:]}"
        said += told
    return said


def test_the_page_has_commands_in_every_section_that_promises_some() -> None:
    sections = {command.section for command in commands()}
    assert sections >= {"Feeds", "Look", "Monitoring", "Scaling", "Upgrade", "Dead letters", "Backup", "Restore"}


def test_feeds_and_look(stack: Compose, place: Path) -> None:
    run(stack, place, "Feeds")
    until(lambda: stack.count("select count(*) from articles where feed = 'northwire'") >= 1)
    said = run(stack, place, "Look")
    assert all(stage in said for stage in ("ingest", "parse", "enrich", "publish"))
    assert "The ferry left on time" in said


def test_monitoring(stack: Compose, place: Path) -> None:
    run(stack, place, "Monitoring")
    assert stack.ask("COPYDESK_PROMETHEUS_PORT", "/api/v1/query?query=up")["status"] == "success"


@pytest.mark.long
def test_scaling_and_upgrade_lose_nothing(stack: Compose, place: Path) -> None:
    push(stack.kafka, [wire(n, "operated") for n in range(200)])
    run(stack, place, "Scaling")
    run(stack, place, "Upgrade")
    assert {c["Config"]["Image"] for c in stack.containers("parse")} == {"copydesk/parse:1.1"}
    until(lambda: stack.stored("operated") == 200)


def test_dead_letters(stack: Compose, place: Path) -> None:
    said = run(stack, place, "Dead letters")
    assert "parse/unknown-format" in said
    assert re.search(r"replayed [1-9]\d*, not replayed 0", said)


def test_everything_is_accounted_for(stack: Compose, place: Path) -> None:
    run(stack, place, "Is everything accounted for?")


def test_doing_again(stack: Compose, place: Path) -> None:
    run(stack, place, "Doing again, and taking away")


@pytest.mark.long
def test_what_was_backed_up_stands_after_a_restore_on_nothing(stack: Compose, place: Path) -> None:
    before = held(stack)
    run(stack, place, "Backup")
    run(stack, place, "Restore")
    assert held(stack) == before
    push(stack.kafka, [wire(n, "restored") for n in range(50)])
    until(lambda: stack.stored("restored") == 50)


def held(stack: Compose) -> tuple[int, int, dict[str, int]]:
    """Stories in the store, documents in the archive, and records that each stage's topic has had."""
    documents = int(stack("exec", "-T", "ingest", "sh", "-c", "find /archive -type f | wc -l"))
    arrived = {stage: now.arrived for stage, now in asyncio.run(standings(stack.kafka)).items()}
    stories = stack.count("select count(*) from articles")
    assert stories
    assert documents
    assert all(arrived.values())
    return stories, documents, arrived


@pytest.mark.long
def test_what_to_do_when_something_is_wrong_mends_it(stack: Compose, place: Path) -> None:
    push(stack.kafka, [wire(n, "wrong") for n in range(200)])
    run(stack, place, "When something is wrong")
    until(lambda: stack.stored("wrong") == 200)
