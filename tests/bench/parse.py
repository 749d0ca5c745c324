"""Documents a second on one core, format by format, beside the bare parsing of the same bytes by lxml or json.

usage: python -m tests.bench.parse [WIRE]

The documents are the fixtures of `tests/fixtures`, and where a folder of wire files is named (or `../shared/data/wire` is
there) those too, each under the format that it is detected as; what is refused is left out. HTML pages have a bench of their
own (`tests.bench.pages`).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from copydesk.parse.format import known
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal
from lxml import etree

FIXTURES = Path(__file__).parent.parent / "fixtures"
WIRE = Path(__file__).parent.parent.parent.parent / "shared/data/wire"
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


def fixtures() -> dict[str, list[bytes]]:
    """Return the fixtures that are read, by format."""
    return {
        form.name: [
            path.read_bytes()
            for path in sorted((FIXTURES / form.name).glob("*"))
            if not path.name.endswith(".expected.json") and form_of(path.read_bytes(), form.name)
        ]
        for form in known()
        if form.name != "html"
    }


def wires(folder: Path) -> dict[str, list[bytes]]:
    """Return the files below the folder that are read, by the format that they are detected as."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "expected.jsonl"):
        if form := form_of(path.read_bytes()):
            found.setdefault(form, []).append(path.read_bytes())
    return found


def form_of(data: bytes, name: str | None = None) -> str | None:
    """Return the format by which the document is read, None where it is refused."""
    try:
        return read(Raw(data), form=name)[0].format
    except Refusal:
        return None


def show(kind: str, form: str, documents: list[bytes]) -> None:
    """Print how fast the documents of a format are read, and how many times as long as by the bare parser."""
    own = rate(lambda data: read(Raw(data), form=form), documents)
    size = sum(map(len, documents)) / len(documents) / 1024
    line = f"{kind:9} {form:17} {len(documents):5} {size:7.1f} {own:8.0f}"
    if all(data.lstrip(b"\xef\xbb\xbf \r\n")[:1] in b"<{[" for data in documents):
        other = rate(bare, documents)
        line += f" {other:8.0f} {other / own:6.1f}"
    print(line, flush=True)


def main() -> None:
    """Print a line a format and kind of documents: how many, KiB each, documents a second, those of the bare parser, ratio."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else WIRE
    print(f"{'documents':9} {'format':17} {'files':>5} {'KiB':>7} {'docs/s':>8} {'bare/s':>8} {'times':>6}")
    for kind, found in (("fixtures", fixtures()), ("wire", wires(folder) if folder.is_dir() else {})):
        for form, documents in found.items():
            if documents:
                show(kind, form, documents)


if __name__ == "__main__":
    main()
