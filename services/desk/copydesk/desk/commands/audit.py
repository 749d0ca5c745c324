"""`copydesk audit`: whether everything that came in is accounted for, once."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from datetime import UTC, datetime
from typing import Annotated, Any

import numpy as np
import psycopg
from aiokafka.errors import KafkaError
from copydesk.desk.balance.accounts import ARTICLE_TERMS, DOCUMENT_TERMS, Cell, Difference, Term
from copydesk.desk.balance.drawing import Drawn, draw
from copydesk.desk.balance.marks import Numbers
from copydesk.desk.connection import connection
from copydesk.desk.moments import moment
from copydesk.desk.terminal import printable, terminal
from copydesk.runtime.refusal import Unavailable
from cyclopts import Parameter
from rich.table import Table

SHOWN = 50


def audit(
    *,
    since: Annotated[
        str | None,
        Parameter(help="Documents that came since then: `90m`, `6h`, `2d`, or an ISO time (UTC if it names no zone)."),
    ] = None,
    wait: Annotated[float, Parameter(help="Wait so many seconds at most until nothing is in flight.")] = 0,
    hours: Annotated[bool, Parameter(help="A line a feed and hour, not a feed.")] = False,
    as_json: Annotated[
        bool, Parameter(name="--json", help="One JSON object: both balances and every difference.")
    ] = False,
    kafka: Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")] = None,
    database: Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")] = None,
) -> int:
    """Draw the balance of documents and that of articles from topics, receipts and store, on the running pipeline.

    Without --since it goes as far back as the topics keep (seven days). Ends with status 0 where everything is accounted for
    once, 1 where something is not, 2 where broker or database do not answer. docs/audit.md says what each term means.
    """
    try:
        begin = moment(since, datetime.now(UTC)) if since else None
        drawn = asyncio.run(draw(connection(kafka, database, ("kafka", "database")), begin, wait))
    except (Unavailable, KafkaError, psycopg.Error, OSError, ValueError) as error:
        print(f"copydesk audit: {error or type(error).__name__}", file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps(in_json(drawn), ensure_ascii=False))
    else:
        _print(drawn, hours=hours)
    return 1 if drawn.differences else 0


def in_json(drawn: Drawn) -> dict[str, Any]:
    """Return both balances by feed and hour, and every difference."""
    documents, articles = drawn.counts()
    return {
        "since": drawn.window.since.isoformat(),
        "taken": drawn.window.offsets.taken.isoformat(),
        "shortened": drawn.window.short,
        "balanced": not drawn.differences,
        "documents": _balance(documents, drawn.cells, "received", DOCUMENT_TERMS),
        "articles": _balance(articles, drawn.cells, "parsed", ARTICLE_TERMS),
        "articles_of_earlier_documents": drawn.outside,
        "differences": [
            {"kind": d.kind, "id": d.id, "feed": d.feed, "hour": _hour(d.hour), "about": d.about}
            for d in drawn.differences
        ],
    }


def _balance(counts: Numbers, cells: list[Cell], left: str, terms: tuple[Term, ...]) -> dict[str, Any]:
    named = [
        {"feed": feed, "hour": _hour(hour), **_row(counts[number], left, terms)}
        for number, (feed, hour) in enumerate(cells)
        if counts[number].any()
    ]
    return {**_row(counts.sum(axis=0), left, terms), "by_feed_and_hour": named}


def _row(counts: Numbers, left: str, terms: tuple[Term, ...]) -> dict[str, int]:
    row = {left: int(counts.sum())}
    row |= {term.words.replace(" ", "_"): int(counts[term]) for term in terms}
    return {**row, "difference": int(counts[Term.DIFFERENCE])}


def _print(drawn: Drawn, *, hours: bool) -> None:
    console, window = terminal(), drawn.window
    console.print(
        f"documents that came since {window.since:%Y-%m-%d %H:%M} UTC, as of {window.offsets.taken:%H:%M:%S}"
        + ("; the topics keep no more than that" if window.short else "")
    )
    documents, articles = drawn.counts()
    console.print(_table("documents", "received", DOCUMENT_TERMS, _lines(documents, drawn.cells, hours=hours)))
    console.print(_table("articles", "parsed", ARTICLE_TERMS, _lines(articles, drawn.cells, hours=hours)))
    if drawn.outside:
        console.print(
            f"{drawn.outside:,} articles of documents that came earlier, or that the desk wrote to erase a story, are in neither balance"
        )
    for difference in drawn.differences[:SHOWN]:
        console.print(_in_words(difference), style="red", soft_wrap=True)
    if len(drawn.differences) > SHOWN:
        console.print(f"… and {len(drawn.differences) - SHOWN:,} more differences; --json lists all")
    console.print("everything is accounted for" if not drawn.differences else "not everything is accounted for")


def _lines(counts: Numbers, cells: list[Cell], *, hours: bool) -> dict[str, Numbers]:
    """Return counts by what a line is for: a feed, or a feed and hour."""
    lines: dict[str, Numbers] = defaultdict(lambda: 0 * counts.sum(axis=0))
    for number in sorted(range(len(cells)), key=lambda n: cells[n]):
        feed, hour = cells[number]
        if counts[number].any():
            lines[f"{feed or '(not yet read)'} {_hour(hour)}" if hours else feed or "(not yet read)"] += counts[number]
    return lines


def _table(title: str, left: str, terms: tuple[Term, ...], lines: dict[str, Numbers]) -> Table:
    table = Table(title, box=None, padding=(0, 2))
    for name in (left, *(term.words for term in terms), "difference"):
        table.add_column(name, justify="right")
    if len(lines) > 1:
        lines |= {"all": np.sum(list(lines.values()), axis=0)}
    for name, counts in lines.items():
        row = (int(counts.sum()), *(counts[term] for term in terms), counts[Term.DIFFERENCE])
        table.add_row(printable(name), *(f"{number:,}" for number in row))
    return table


def _in_words(difference: Difference) -> str:
    hour = _hour(difference.hour) if difference.hour else ""
    return printable(f"{difference.kind}: {difference.id}  {difference.feed} {hour}  {difference.about}")


def _hour(hour: int) -> str:
    return f"{datetime.fromtimestamp(hour * 3600, UTC):%Y-%m-%dT%HZ}"
