"""Run every yardstick of the shared folder and print its figure beside its goal, and the peers' where there are any.

Says so where the folder is not there.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Yardstick:
    """One figure: what it measures, the script and its arguments (`{}` is the shared folder), and the goal."""

    name: str
    command: str
    goal: float | None = None
    """None for a peer, which has none."""
    figure: str = "score"


PAGES = "{}/score/pages.py {}/data/pages/truth.jsonl {}/data/pages"
TEXTS = "{}/score/pages.py {}/data/plaintext/truth.jsonl {}/data/plaintext --format text"
PEER = f" --command '{sys.executable} tests/bench/page_peers.py "


def _peer(name: str, command: str = PAGES, *more: str) -> tuple[Yardstick, ...]:
    """The same pages read by another extractor; its headlines and so on where it tells any."""
    first = Yardstick(f"  {name}", f"{command}{PEER}{name}'")
    return first, *(Yardstick(f"  {name}, {figure}", "", None, figure) for figure in more)


UNDERSTAND = "{}/score/understand.py"
YARDSTICKS = (
    Yardstick("seed story", "{}/score/story.py {}/data/seed/expected.json", 1.0),
    Yardstick("two stories", "{}/score/story.py {}/data/stories/berlin.json {}/data/stories/manila.json", 0.85),
    Yardstick("wire files", "{}/score/wire.py {}/data/wire/expected.jsonl {}/data/wire", 0.97),
    Yardstick("pages, body", PAGES, 0.96),
    Yardstick("pages, headline", "", 0.93, "headline"),
    Yardstick("pages, date", "", 0.95, "date"),
    Yardstick("pages, authors", "", 0.88, "authors"),
    *_peer("trafilatura", PAGES, "headline", "date", "authors"),
    *_peer("trafilatura-precision"),
    *_peer("resiliparse"),
    *_peer("readability"),
    Yardstick("plain text", TEXTS, 0.93),
    *_peer("untouched", TEXTS),
    Yardstick("pages refused", "tests/bench/refusing.py", 0.90),
    Yardstick("pages, speed", "tests/bench/pages.py {}/data/pages/html", 0.70),
    Yardstick("signals", UNDERSTAND + " signals {}/data/understand/signals.jsonl", 0.95),
    Yardstick("datelines", UNDERSTAND + " dateline {}/data/understand/dateline.jsonl", 0.999),
    Yardstick("quotes", UNDERSTAND + " quotes {}/data/understand/quotes.jsonl", 0.85),
    Yardstick("reported", UNDERSTAND + " reported {}/data/understand/quotes.jsonl", 0.65),
    Yardstick("people", UNDERSTAND + " people {}/data/understand/people.jsonl", 0.70),
    Yardstick("places", UNDERSTAND + " places {}/data/understand/places.jsonl", 0.72),
    Yardstick("times", UNDERSTAND + " times {}/data/understand/times.jsonl", 0.76),
    Yardstick("evidence, quotes", UNDERSTAND + " evidence {}/data/understand/quotes.jsonl", 1.0),
    Yardstick("evidence, times", UNDERSTAND + " evidence {}/data/understand/times.jsonl", 1.0),
    Yardstick("copies", "{}/score/copies.py {}/data/understand/copies.jsonl", 0.0),
)


def main() -> int:
    """Print the table; a name as second argument runs the yardsticks that begin with it."""
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    if not (shared / "score").is_dir():
        print(f"no yardsticks at {shared}")
        return 0
    print(f"{'':26} {'figure':>7} {'goal':>6}")
    printed, group = "", ""
    for yardstick in YARDSTICKS:
        group = group if yardstick.name.startswith(" ") else yardstick.name
        if yardstick.command and not group.startswith(only):
            printed = ""
            continue
        started = time.monotonic()
        if yardstick.command:
            command = [sys.executable, *shlex.split(yardstick.command.replace("{}", str(shared)))]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            printed = "" if "is not installed" in done.stderr else done.stdout
        found = re.search(rf"^{yardstick.figure}\s+([\d.]+)(.*)", printed, re.MULTILINE)
        if not found:
            if yardstick.command:
                print(f"{yardstick.name:26} {'-':>7}", flush=True)
            continue
        took = f"{time.monotonic() - started:5.0f} s" if yardstick.command else ""
        goal = yardstick.goal or ""
        print(f"{yardstick.name:26} {found[1]:>7} {goal:>6} {took:8} {found[2].strip()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
