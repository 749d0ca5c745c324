"""`copydesk audit`, asked as an operator asks it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from copydesk.desk.connection import Connection

WAIT_S = 60
SHOWN = 10


def audit(where: Connection, say: Callable[[str], None]) -> list[str]:
    """Print both balances; return what does not balance. Nothing may be in flight any more either: the pipeline is done."""
    environment = {
        **os.environ,
        "COPYDESK_KAFKA": where.kafka,
        "COPYDESK_DATABASE": where.database,
        "COPYDESK_ARCHIVE": where.archive,
    }
    command = [sys.executable, "-m", "copydesk.desk", "audit", "--wait", str(WAIT_S), "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        return [f"copydesk audit ended with status {done.returncode}: {(done.stdout + done.stderr).strip()[-300:]}"]
    found = json.loads(done.stdout)
    say(f"copydesk audit: {_balance(found['documents'], 'documents received', 'received')}")
    say(f"copydesk audit: {_balance(found['articles'], 'articles parsed', 'parsed')}")
    wrong = [f"copydesk audit: {each['kind']} {each['id']}: {each['about']}" for each in found["differences"][:SHOWN]]
    if done.returncode and not wrong:
        wrong.append("copydesk audit ended with status 1")
    flying = {kind: found[kind]["in_flight"] for kind in ("documents", "articles") if found[kind]["in_flight"]}
    return [
        *wrong,
        *(f"copydesk audit: {count} {kind} in flight, of a pipeline that is done" for kind, count in flying.items()),
    ]


def _balance(counts: dict[str, Any], title: str, left: str) -> str:
    terms = [
        f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if name not in {left, "by_feed_and_hour"}
    ]
    return f"{title} {counts[left]} = {' + '.join(terms)}"
