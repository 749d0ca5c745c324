"""The sample wires: push them, wait for what comes out, and hold it to what is expected."""

from __future__ import annotations

import asyncio
import hashlib
import time
import tomllib
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Literal

from copydesk.desk.commands.explain import print_story
from copydesk.desk.commands.push import push_all
from copydesk.desk.connection import Connection
from copydesk.desk.letters import Letter, letters
from copydesk.publish import store
from copydesk.runtime.database import connection
from copydesk.schemas.article import Article
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

FEED = "samples"
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.2
SHOWN = "20-scrape.txt"

State = Literal["stored", "superseded", "killed", "kill", "dead"]
STYLES: dict[str, str] = {"stored": "green", "superseded": "dim", "killed": "red", "kill": "red", "dead": "bold red"}


@dataclass(frozen=True)
class Sample:
    """One file and what is expected of it."""

    file: str
    format: str
    state: State
    headline: str
    data: bytes

    @property
    def sha256(self) -> str:
        """By which the store and the dead letters know it."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What became of one article of a sample."""

    state: State
    headline: str
    format: str
    article: Article | None = None
    reason: str = ""


def samples() -> list[Sample]:
    """Return the sample wires in the order in which they are pushed."""
    folder = files(__package__)
    expected = tomllib.loads(folder.joinpath("expected.toml").read_text(encoding="utf-8"))
    return [Sample(data=folder.joinpath("wires", row["file"]).read_bytes(), **row) for row in expected["sample"]]


def push_and_show(where: Connection, console: Console) -> bool:
    """Push the samples, print the table of what came out and one story whole; say whether all is as expected."""
    wires = samples()
    with as_file(files(__package__) / "wires") as folder:
        asyncio.run(push_all([str(folder / wire.file) for wire in wires], FEED, where))
    started = time.monotonic()
    while (
        not (met := _met(wires, found := asyncio.run(_outcomes(wires, where))))
        and time.monotonic() - started < PATIENCE_SECONDS
    ):
        time.sleep(LOOK_SECONDS)
    console.print(_table(wires, found))
    story = next((o.article for o in found.get(SHOWN, []) if o.article), None)
    if story:
        print_story(story, console)
    if not met:
        console.print(
            "[red]not as expected:[/red] " + ", ".join(w.file for w in wires if not _as_expected(w, found[w.file]))
        )
    console.print(
        "`copydesk tail` follows the topics, `copydesk get FILE|URI` prints what is stored, `copydesk dead list` what was "
        "refused, `copydesk status` the lag of every stage."
    )
    return met


async def _outcomes(wires: list[Sample], where: Connection) -> dict[str, list[Outcome]]:
    refused = {x.sha256: x for x in await letters(where.kafka)}
    async with connection(where.database) as held:
        return {w.file: _outcomes_of(w, await store.of_sha256(held, w.sha256), refused.get(w.sha256)) for w in wires}


def _outcomes_of(wire: Sample, kept: list[store.Kept], letter: Letter | None) -> list[Outcome]:
    found = [Outcome("dead", "", wire.format, reason=f"{letter.kind}: {letter.message}")] if letter else []
    for version in kept:
        told = Article.model_validate_json(version.article)
        found.append(Outcome(_state(version, told), told.headline or "", told.format, told if version.newest else None))
    return found


def _state(version: store.Kept, article: Article) -> State:
    if version.newest:
        return "stored"
    if article.pubstatus == "canceled":
        return "kill"
    # The store keeps nothing that a killed version said.
    return "superseded" if article.headline else "killed"


def _met(wires: list[Sample], found: dict[str, list[Outcome]]) -> bool:
    return all(_as_expected(wire, found[wire.file]) for wire in wires)


def _as_expected(wire: Sample, outcomes: list[Outcome]) -> bool:
    """The expected state, and of what is stored the format and the headline."""
    return any(
        o.state == wire.state and (o.state != "stored" or (o.format == wire.format and o.headline == wire.headline))
        for o in outcomes
    )


def _table(wires: list[Sample], found: dict[str, list[Outcome]]) -> Table:
    columns = ("file", Column("became", no_wrap=True), "story, or why not", "filed from", "found")
    table = Table(*columns, box=None, padding=(0, 1))
    for wire in wires:
        for outcome in found[wire.file] or [Outcome("dead", "", wire.format, reason="nothing came out yet")]:
            told = (outcome.headline or outcome.reason, *_told(outcome.article))
            table.add_row(wire.file, Text(outcome.state, STYLES[outcome.state]), *map(Text, told))
    return table


def _told(story: Article | None) -> tuple[str, str]:
    """Where the story was filed, and how much was found in it."""
    if story is None:
        return "", ""
    line = story.dateline
    place = f"{line.place.name} {line.place.country or ''} {line.date or ''}" if line and line.place else ""
    return place, f"{len(story.quotes)} quotes, {len(story.entities)} names, {len(story.times)} times"
