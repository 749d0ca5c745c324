"""`copydesk dead`: what the pipeline refused, why, and sending it again."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

import cyclopts
from aiokafka.errors import KafkaError
from copydesk.desk import actions
from copydesk.desk.connection import connection
from copydesk.desk.letters import Letter, chosen, failed_events, letters, record_of
from copydesk.desk.records import consumer_of
from copydesk.desk.replaying import replay
from copydesk.desk.terminal import plain, printable, terminal
from copydesk.runtime.event import Event
from cyclopts import Parameter
from rich.table import Table

app = cyclopts.App(name="dead", help="Look at dead letters, and replay them.")
Kafka = Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")]
Database = Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")]
PREVIEW_BYTES = 60
SHOWN_BYTES = 2000
SHOWN_LETTERS = 100


@app.command(name="list")
def list_(
    *which: str,
    grouped: Annotated[bool, Parameter(help="One row a reason instead of one a letter.")] = False,
    replayed: Annotated[bool, Parameter(help="Also those that were replayed and did not fail again.")] = False,
    limit: Annotated[int, Parameter(help="Show so many of the newest letters; 0 is all.")] = SHOWN_LETTERS,
    as_json: Annotated[bool, Parameter(name="--json", help="One JSON object a letter, all of them.")] = False,
    kafka: Kafka = None,
) -> None:
    """List what was refused: stage, reason, document, when, how often, and how its bytes begin.

    WHICH narrows it: an id or its beginning, STAGE, or STAGE/REASON.
    """
    found = chosen(asyncio.run(letters(connection(kafka).kafka, replayed=replayed)), which or ("all",))
    if as_json:
        for letter in found:
            print(json.dumps(in_json(letter), ensure_ascii=False))
        return
    console = terminal()
    if not found:
        console.print("no dead letters")
        return
    shown = found if grouped or not limit else found[-limit:]
    console.print(_by_reason(found) if grouped else _one_by_one(shown))
    if len(shown) < len(found):
        console.print(
            f"{len(found) - len(shown):,} older ones are not shown (--limit 0 shows all, --grouped counts them)"
        )
    console.print(
        "`copydesk dead show ID` prints one whole, `copydesk dead replay ID|STAGE|STAGE/REASON|all` sends it again."
    )


@app.command
def show(id: str, *, kafka: Kafka = None) -> int:  # noqa: A002 - the letter's id is what people type
    """Print one dead letter: headers, then the beginning of its bytes. ID may be the beginning of an id."""
    found, record, event = asyncio.run(_whole(connection(kafka).kafka, id))
    if len(found) != 1 or record is None:
        print(f"{len(found)} letters have an id that begins with {id!r}", file=sys.stderr)
        return 1
    for name, value in record.headers:
        print(f"{name}: {value.decode('utf-8', 'replace')}")
    data = (event.value if event else None) or b""
    print(f"\n{len(data)} bytes:\n{data[:SHOWN_BYTES].decode('utf-8', 'replace')}")
    return 0


async def _whole(kafka: str, id: str) -> tuple[list[Letter], Event | None, Event | None]:  # noqa: A002
    found = chosen(await letters(kafka, replayed=True), [id])
    if len(found) != 1:
        return found, None, None
    async with consumer_of(kafka) as consumer:
        return found, await record_of(consumer, found[0]), (await failed_events(consumer, found)).get(found[0].id)


@app.command(name="replay")
def replay_(
    *ids: str,
    dry_run: Annotated[bool, Parameter(help="Only say what would be sent.")] = False,
    rate: Annotated[float | None, Parameter(help="Letters a second at most; as fast as it goes without.")] = None,
    kafka: Kafka = None,
    database: Database = None,
) -> int:
    """Send letters again to the stage that failed: by id (or its beginning), STAGE, STAGE/REASON, or `all`.

    An event that fails again keeps its letter and counts one attempt more. It is written into `copydesk log`. Status 1 when a letter
    could not be sent, or nothing could be written into the log.
    """
    if rate is not None and rate <= 0:
        print("a rate is more than 0", file=sys.stderr)
        return 2
    where = connection(kafka, database, ("kafka", "database"))
    try:
        wanted = chosen(asyncio.run(letters(where.kafka)), ids)
        if dry_run:
            _print_plan(wanted)
            return 0
        # Written down before, for a replay that is interrupted was one too.
        if wanted and not actions.note(where.database, "replay", " ".join(ids), {"letters": len(wanted)}):
            return 1
        failed = asyncio.run(replay(where.kafka, wanted, rate))
    except KafkaError as error:
        print(f"copydesk dead: {error or type(error).__name__}", file=sys.stderr)
        return 1
    for letter, why in failed:
        print(f"{letter.id[:12]}  not replayed: {why}", file=sys.stderr)
    print(f"replayed {len(wanted) - len(failed)}, not replayed {len(failed)}")
    return 1 if failed or not wanted else 0


def in_json(letter: Letter) -> dict[str, Any]:
    """Return the letter as a JSON object; `begins` is how its bytes begin, as text."""
    return {
        "id": letter.id,
        "stage": letter.stage,
        "reason": letter.kind,
        "message": letter.message,
        "topic": letter.topic,
        "document": letter.document,
        "named": letter.named,
        "attempts": letter.attempts,
        "first_seen": letter.first_seen.isoformat(),
        "last_seen": letter.last_seen.isoformat(),
        "replayed": letter.replayed,
        "size": letter.size,
        "sha256": letter.sha256,
        "begins": letter.begins.decode("utf-8", "replace"),
    }


def _print_plan(wanted: Sequence[Letter]) -> None:
    for letter in wanted[:SHOWN_LETTERS]:
        print(f"{letter.id[:12]}  to {letter.topic}  {plain(letter.named)}")
    if len(wanted) > SHOWN_LETTERS:
        print(f"… and {len(wanted) - SHOWN_LETTERS:,} more")
    for reason, share in Counter(letter.reason for letter in wanted).most_common():
        print(f"{share:>8,}  {reason}")
    print(f"{len(wanted)} letters would be replayed")


def _one_by_one(found: list[Letter]) -> Table:
    table = Table(
        "id", "stage", "reason", "document", "message", "last seen", "times", "begins with", box=None, padding=(0, 1)
    )
    for letter in found:
        seen, begins = f"{letter.last_seen:%Y-%m-%d %H:%M:%S}", _begins(letter)
        row = (
            letter.id[:12],
            letter.stage,
            letter.kind,
            letter.named,
            letter.message,
            seen,
            str(letter.attempts),
            begins,
        )
        table.add_row(*map(printable, row))
    return table


def _by_reason(found: list[Letter]) -> Table:
    groups: dict[str, list[Letter]] = defaultdict(list)
    for letter in found:
        groups[letter.reason].append(letter)
    table = Table(
        "stage/reason", "letters", "first seen", "last seen", "for example", "begins with", box=None, padding=(0, 1)
    )
    for reason, members in sorted(groups.items(), key=lambda g: -len(g[1])):
        first = min(x.first_seen for x in members)
        last = max(x.last_seen for x in members)
        table.add_row(
            printable(reason),
            f"{len(members):,}",
            f"{first:%Y-%m-%d %H:%M:%S}",
            f"{last:%Y-%m-%d %H:%M:%S}",
            printable(members[-1].message),
            printable(_begins(members[-1])),
        )
    return table


def _begins(letter: Letter) -> str:
    return letter.begins[:PREVIEW_BYTES].decode("utf-8", "replace").replace("\n", " ")
