"""Documents a second on one core, format by format, beside the bare parsing of the same bytes by lxml or json.

usage: python -m tests.bench.parse    (the fixtures of `tests/fixtures`; those that are refused are left out)
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from copydesk.parse.format import known
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal
from lxml import etree

FIXTURES = Path(__file__).parent.parent / "fixtures"
SECONDS = 0.5


def rate(work: Callable[[bytes], object], documents: list[bytes]) -> float:
    """Return documents a second of CPU."""
    began, done = time.process_time(), 0
    while time.process_time() - began < SECONDS:
        for data in documents:
            work(data)
        done += len(documents)
    return done / (time.process_time() - began)


def bare(data: bytes) -> object:
    """Parse the bytes and do nothing with them."""
    if data.lstrip()[:1] in (b"{", b"["):
        try:
            return json.loads(data)
        except ValueError:  # several documents in one, or a damaged one
            return None
    return etree.fromstring(
        data, etree.XMLParser(recover=True, load_dtd=False, no_network=True, resolve_entities=False)
    )


def readable(data: bytes, form: str) -> bool:
    """Tell whether the format reads the document."""
    try:
        return bool(read(Raw(data), form=form))
    except Refusal:
        return False


def main() -> None:
    """Print a line a format: documents a second, those of the bare parser, and how many times as long reading takes."""
    print(f"{'format':18} {'docs/s':>8} {'bare/s':>8} {'times':>6}")
    for form in known():
        paths = [p for p in sorted((FIXTURES / form.name).glob("*")) if not p.name.endswith(".expected.json")]
        documents = [data for path in paths if readable(data := path.read_bytes(), form.name)]
        if not documents:
            continue
        own = rate(lambda data, name=form.name: read(Raw(data), form=name), documents)  # type: ignore[misc]
        structured = all(data.lstrip(b"\xef\xbb\xbf \r\n")[:1] in b"<{[" for data in documents)
        other = rate(bare, documents) if structured else 0.0
        print(f"{form.name:18} {own:8.0f} {other or float('nan'):8.0f} {other / own if other else float('nan'):6.1f}")


if __name__ == "__main__":
    main()
