"""`copydesk erase`: legal take-downs."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import psycopg
from aiokafka.errors import KafkaError
from copydesk.desk import actions
from copydesk.desk.connection import connection
from copydesk.desk.erasing import HELD, Plan, plans
from copydesk.desk.erasing import erase as take_away
from copydesk.desk.terminal import plain
from copydesk.runtime.refusal import Unavailable
from copydesk.schemas.topics import topics
from cyclopts import Parameter

WAIT_SECONDS = 30.0
SHOWN = 20


def erase(
    uri: str,
    *,
    provider: Annotated[str | None, Parameter(help="Whose story, where several providers use the uri.")] = None,
    yes: Annotated[bool, Parameter(help="Do it. Without, it is only said what would go.", negative="")] = False,
    dry_run: Annotated[bool, Parameter(help="Only say what would go, whatever else is said.")] = False,
    reason: Annotated[str, Parameter(help="Why, for the log: the order's number, say.")] = "",
    wait: Annotated[float, Parameter(help="Seconds to wait until the kill has reached the store.")] = WAIT_SECONDS,
    kafka: Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")] = None,
    database: Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")] = None,
) -> int:
    """Take a story away for good: archived bytes, what its versions say, its dead letters; the hashes stay.

    The bytes of a document go whole, whatever other stories it held. The same bytes do not bring the story back. Ends with
    status 1 where nothing is known of it or something is away, 2 where it must be said whose story is meant.
    """
    where = connection(kafka, database, ("kafka", "database"))
    try:
        found = [plan for plan in asyncio.run(plans(where, uri, provider)) if not plan.empty]
        if len(found) != 1:
            return _not_one(uri, found)
        (plan,) = found
        for line in in_words(plan):
            print(plain(line))
        if dry_run or not yes:
            print("nothing was erased; --yes does it")
            return 0
        if not actions.note(where.database, "erase", plan.story, _details(plan, reason)):
            return 1
        came = asyncio.run(take_away(where, plan, wait))
    except (KafkaError, psycopg.Error, Unavailable) as error:
        print(f"copydesk erase: {error or type(error).__name__}", file=sys.stderr)
        return 1
    if not came:
        print(
            "erased; its kill has not reached the store yet: see `copydesk status`, then erase again", file=sys.stderr
        )
        return 1
    print("erased")
    return 0


def in_words(plan: Plan) -> list[str]:
    """Return what goes and what stays, in lines."""
    lines = [
        f"{plan.story}: {plan.versions} versions, {len(plan.letters)} dead letters"
        + (f", one version in {HELD}" if plan.held else ""),
        *(
            f"archived document {sha256}" + (" (not in this archive)" if sha256 in plan.absent else "")
            for sha256 in plan.hashes
        ),
        *(f"archived article {sha256}" for sha256 in plan.claims),
    ]
    if plan.others:
        lines.append(
            f"these documents go whole; they also hold {len(plan.others)} other stories, which stay in the store:"
        )
        lines += [f"  {story}" for story in plan.others[:SHOWN]]
        if len(plan.others) > SHOWN:
            lines.append(f"  … and {len(plan.others) - SHOWN} more")
    days = sorted({t.retention_days for t in topics().values() if t.retention_days is not None})
    lines.append(
        "topics cannot be erased from: they hold the bytes until their retention ends "
        f"({' or '.join(map(str, days))} days, docs/audit.md); the desk shows them no more"
    )
    return lines


def _not_one(uri: str, found: list[Plan]) -> int:
    if not found:
        print(f"nothing is known of {uri}", file=sys.stderr)
        return 1
    print(f"several providers use {uri}; say which with --provider:", file=sys.stderr)
    for plan in found:
        print(plain(f"  {plan.provider!r}: {plan.versions} versions"), file=sys.stderr)
    return 2


def _details(plan: Plan, reason: str) -> dict[str, object]:
    return {
        "documents": list(plan.hashes),
        "articles": list(plan.claims),
        "versions": plan.versions,
        "letters": len(plan.letters),
        "held": plan.held,
        "reason": reason,
    }
