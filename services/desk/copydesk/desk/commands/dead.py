"""`copydesk dead`: what the pipeline refused, why, and sending it again."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from typing import Annotated

import cyclopts
from copydesk.desk.commands.tail import in_json
from copydesk.desk.connection import connection
from copydesk.desk.letters import Letter, chosen, content, letters, replay
from copydesk.desk.terminal import terminal
from cyclopts import Parameter
from rich.table import Table

app = cyclopts.App(name="dead", help="Look at dead letters, and replay them.")
Kafka = Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")]
PREVIEW_BYTES = 60
SHOWN_BYTES = 2000


@app.command(name="list")
def list_(
    *,
    grouped: Annotated[bool, Parameter(help="One row a reason instead of one a letter.")] = False,
    replayed: Annotated[bool, Parameter(help="Also those that were replayed and did not fail again.")] = False,
    as_json: Annotated[bool, Parameter(name="--json", help="One JSON object a letter.")] = False,
    kafka: Kafka = None,
) -> None:
    """List what was refused: stage, reason, document, when, how often, and how its bytes begin."""
    found = asyncio.run(letters(connection(kafka).kafka, replayed=replayed))
    if as_json:
        for letter in found:
            print(json.dumps({"id": letter.id, **in_json(letter.event)}, ensure_ascii=False))
        return
    console = terminal()
    if not found:
        console.print("no dead letters")
        return
    console.print(_by_reason(found) if grouped else _one_by_one(found))
    console.print(
        "`copydesk dead show ID` prints one whole, `copydesk dead replay ID|STAGE|STAGE/REASON|all` sends it again."
    )


@app.command
def show(id: str, *, kafka: Kafka = None) -> int:  # noqa: A002 - the letter's id is what people type
    """Print one dead letter: headers, then the beginning of its bytes. ID may be the beginning of an id."""
    where = connection(kafka).kafka
    found = chosen(asyncio.run(letters(where, replayed=True)), [id])
    if len(found) != 1:
        print(f"{len(found)} letters have an id that begins with {id!r}", file=sys.stderr)
        return 1
    (letter,) = found
    for name, value in letter.event.headers:
        print(f"{name}: {value.decode('utf-8', 'replace')}")
    data = asyncio.run(content(where, letter))
    print(f"\n{len(data or b'')} bytes:\n{(data or b'')[:SHOWN_BYTES].decode('utf-8', 'replace')}")
    return 0


@app.command(name="replay")
def replay_(
    *ids: str,
    dry_run: Annotated[bool, Parameter(help="Only say what would be sent.")] = False,
    kafka: Kafka = None,
) -> int:
    """Send letters again to the stage that failed: by id (or its beginning), STAGE, STAGE/REASON, or `all`.

    An event that fails again keeps its letter and counts one attempt more. Status 1 when one could not be sent.
    """
    where = connection(kafka).kafka
    wanted = chosen(asyncio.run(letters(where)), ids)
    if dry_run:
        for letter in wanted:
            print(f"{letter.id[:12]}  to {letter.event.header('dead_topic')}  {letter.named}")
        print(f"{len(wanted)} letters would be replayed")
        return 0
    failed = asyncio.run(replay(where, wanted))
    for letter, why in failed:
        print(f"{letter.id[:12]}  not replayed: {why}", file=sys.stderr)
    print(f"replayed {len(wanted) - len(failed)}, not replayed {len(failed)}")
    return 1 if failed or not wanted else 0


def _one_by_one(found: list[Letter]) -> Table:
    table = Table(
        "id", "stage", "reason", "document", "message", "last seen", "times", "begins with", box=None, padding=(0, 1)
    )
    for letter in found:
        begins = (letter.event.value or b"")[:PREVIEW_BYTES].decode("utf-8", "replace").replace("\n", " ")
        seen = f"{letter.event.written:%Y-%m-%d %H:%M:%S}"
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
        table.add_row(*(_printable(cell) for cell in row))
    return table


def _by_reason(found: list[Letter]) -> Table:
    groups: dict[tuple[str, str], list[Letter]] = defaultdict(list)
    for letter in found:
        groups[letter.stage, letter.kind].append(letter)
    table = Table("stage/reason", "letters", "first seen", "last seen", "for example", box=None, padding=(0, 1))
    for (stage, kind), members in sorted(groups.items(), key=lambda g: -len(g[1])):
        first = min(x.first_seen for x in members)
        last = max(x.event.written for x in members)
        table.add_row(
            f"{stage}/{kind}",
            str(len(members)),
            f"{first:%Y-%m-%d %H:%M:%S}",
            f"{last:%Y-%m-%d %H:%M:%S}",
            _printable(members[-1].message),
        )
    return table


def _printable(text: str) -> str:
    """Bytes of a stranger never steer the terminal, nor rich's mark-up."""
    return "".join(c if c.isprintable() else "·" for c in text).replace("[", "\\[")
