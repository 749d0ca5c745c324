"""Read pages with another extractor and print what it found as `copydesk read` does, so that one scorer measures both.

usage: uv run --group peers python tests/bench/page_peers.py NAME [--format html] FILE…
       NAME: trafilatura, trafilatura-precision, resiliparse, readability, or `untouched` for texts

`../shared/score/pages.py … --command 'python tests/bench/page_peers.py NAME'` runs it. A peer that is not installed ends
with status 2 and says so: `uv sync --group peers`.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

Article = dict[str, str | None]


def trafilatura(data: bytes, *, precision: bool = False) -> Article:
    """Text and metadata of trafilatura, comments left out."""
    from trafilatura import bare_extraction

    found = bare_extraction(data, with_metadata=True, include_comments=False, favor_precision=precision)
    if found is None:
        return {}
    return {"headline": found.title, "published": found.date, "byline": found.author, "body": found.text}


def precise(data: bytes) -> Article:
    """Trafilatura where it would rather miss than add."""
    return trafilatura(data, precision=True)


def resiliparse(data: bytes) -> Article:
    """Main text of resiliparse, and its title."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(bytes_to_str(data, detect_encoding(data)))
    return {"headline": tree.title, "body": extract_plain_text(tree, main_content=True, alt_texts=False)}


def readability(data: bytes) -> Article:
    """Text of the part of the page that readability-lxml keeps, and its title."""
    from lxml import html
    from readability import Document

    document = Document(data.decode("utf-8", "replace"))
    kept = html.document_fromstring(document.summary())
    return {"headline": document.short_title(), "body": "\n\n".join(kept.itertext())}


def untouched(data: bytes) -> Article:
    """All of a text, as it is."""
    return {"body": data.decode("utf-8", "replace")}


PEERS: dict[str, Callable[[bytes], Article]] = {
    "trafilatura": trafilatura,
    "trafilatura-precision": precise,
    "resiliparse": resiliparse,
    "readability": readability,
    "untouched": untouched,
}


def main() -> int:
    """Print a line a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--format", default="html")
    args = parser.parse_args()
    failed = False
    for path in args.files:
        row: dict[str, object] = {"path": str(path), "articles": [], "error": None}
        try:
            row["articles"] = [PEERS[args.name](path.read_bytes())]
        except ImportError as missing:
            print(f"{args.name} is not installed ({missing}): uv sync --group peers", file=sys.stderr)
            return 2
        except Exception as error:  # noqa: BLE001 - a peer's failure is a page without an answer
            row["error"], failed = {"type": type(error).__name__, "message": str(error)}, True
        print(json.dumps(row, ensure_ascii=False))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
