"""The watched folder: bent documents under bent names, links, pipes, folders, files that are still written."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

from copydesk.desk.embedded.feeds import NAME

from tests.fuzz.bending import NAMES, mutant
from tests.fuzz.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path

    from copydesk.desk.embedded.stack import Stack

TAKEN_S = 180.0


def fuzz(stack: Stack, inputs: int, seed: int) -> Tally:
    """Put so many files there; each must be gone from `in/` within the time, but for those that are to be left alone."""
    dice = random.Random(seed)
    inbox = stack.folder / "inbox"
    put = [path for path in (_put(inbox / "in", number, dice) for number in range(inputs)) if path]
    tally = Tally(inputs=inputs)
    end = time.monotonic() + TAKEN_S + inputs / 50
    while (left := [path for path in put if path.exists()]) and time.monotonic() < end:
        time.sleep(0.5)
    tally.hung += [f"folder: {path.name!r} was not taken" for path in left]
    failed = {p.name for p in (inbox / "failed").rglob("*.error")}
    tally.refused = len(failed) + inputs - len(put)
    tally.accepted = inputs - tally.refused - len(left)
    return tally


def _put(folder: Path, number: int, dice: random.Random) -> Path | None:
    """Put one there; return it where it is to be taken."""
    into = folder / dice.choice(("", NAME, "fuzz", "a b", "..."))
    into.mkdir(parents=True, exist_ok=True)
    name = (
        dice.choice(NAMES)
        .replace("/", "_")
        .replace("\x00", "_")
        .encode("utf-8", "replace")[:200]
        .decode("utf-8", "ignore")
    )
    path = into / f"{number}-{name}"
    kind = dice.randrange(40)
    if kind == 0:
        path.symlink_to("/etc/passwd")
    elif kind == 1:
        os.mkfifo(path)
    elif kind == 2:
        path.mkdir()
    elif kind == 3:
        path = path.with_name(f"{number}.part")
        path.write_bytes(mutant(dice))
    else:
        path.write_bytes(mutant(dice))
        return None if name.endswith(".tmp") or "." in into.name else path
    return None
