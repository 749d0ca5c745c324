"""The sample wires: push them, wait for what comes out, and hold it to what is expected."""

from __future__ import annotations

import asyncio
import hashlib
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Literal

import psycopg
from copydesk.desk.commands.explain import print_story
from copydesk.desk.commands.push import push_all
from copydesk.desk.connection import Connection
from copydesk.desk.letters import Letter, letters
from copydesk.schemas.article import Article
from psycopg.rows import TupleRow
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

FEED = "samples"
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.2
SHOWN = "20-scrape.txt"

State = Literal["stored", "superseded", "killed", "kill", "dead"]
STYLES: dict[str, str] = {"stored": "green", "superseded": "dim", "killed": "red", "kill": "red", "dead": "bold red"}

ROWS = """
select v.headline, v.provider, v.language, v.pubstatus, v.article::text, s.event = v.event, s.killed is not null and s.event is null
from versions v join stories s using (story) where v.sha256 = %s order by v.idx, v.processed
"""


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
    provider: str
    language: str
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
        asyncio.run(push_all([str(folder / wire.file) for wire in wires], FEED, where.kafka))
    started = time.monotonic()
    while not (met := _met(wires, found := _outcomes(wires, where))) and time.monotonic() - started < PATIENCE_SECONDS:
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


def _outcomes(wires: list[Sample], where: Connection) -> dict[str, list[Outcome]]:
    refused = {hashlib.sha256(x.event.value or b"").hexdigest(): x for x in asyncio.run(letters(where.kafka))}
    with psycopg.connect(where.database) as store:
        return {wire.file: list(_outcomes_of(wire, store, refused)) for wire in wires}


def _outcomes_of(wire: Sample, store: psycopg.Connection[TupleRow], refused: dict[str, Letter]) -> Iterator[Outcome]:
    if letter := refused.get(wire.sha256):
        yield Outcome("dead", "", "", "", wire.format, reason=f"{letter.kind}: {letter.message}")
    for headline, provider, language, pubstatus, article, current, killed in store.execute(ROWS, [wire.sha256]):
        state: State = (
            "stored" if current else "kill" if pubstatus == "canceled" else "killed" if killed else "superseded"
        )
        told = Article.model_validate_json(article) if current else None
        form = told.format if told else wire.format
        yield Outcome(state, headline or "", provider or "", language or "", form, told)


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
        for outcome in found[wire.file] or [Outcome("dead", "", "", "", wire.format, reason="nothing came out yet")]:
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
