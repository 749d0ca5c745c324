"""Pages a second of `html` and of trafilatura alone, on one core, in one run, and the slowest page.

usage: uv run python tests/bench/pages.py ../shared/data/pages/html [--limit N]

Both read the same bytes, page by page in turn, so that what else the machine does weighs on both alike; times are those
of the processor. trafilatura gives text and metadata (`bare_extraction`), as the format does. Prints, last,
`score RATIO copydesk N pages/s trafilatura N pages/s slowest SECONDS`; ends with 1 where a page takes over two seconds
or the ratio is under 0.7.
"""

import argparse
import gzip
import sys
import time
from contextlib import suppress
from pathlib import Path

import trafilatura
from copydesk.parse.profile import profiles
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal

LEAST_RATIO = 0.7
MOST_SECONDS = 2.0


def ours(data: bytes) -> None:
    """Read one page; a refusal is an answer too."""
    with suppress(Refusal):
        read(Raw(data), form="html")


def theirs(data: bytes) -> None:
    """Read one page with trafilatura."""
    trafilatura.bare_extraction(data, with_metadata=True)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    args = parser.parse_args()
    paths = sorted(args.folder.iterdir())
    paths = paths[:: max(1, len(paths) // args.limit)] if args.limit else paths
    pages = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in paths]
    profiles()
    for data in pages[:3]:
        ours(data)
        theirs(data)
    spent = {"ours": 0.0, "theirs": 0.0}
    slowest = (0.0, "")
    for path, data in zip(paths, pages, strict=True):
        for name, run in (("ours", ours), ("theirs", theirs)):
            begun = time.process_time()
            run(data)
            took = time.process_time() - begun
            spent[name] += took
            if name == "ours":
                slowest = max(slowest, (took, path.name))
    rates = {name: len(pages) / seconds for name, seconds in spent.items()}
    ratio = rates["ours"] / rates["theirs"]
    print(f"slowest page {slowest[1]}")
    print(
        f"score {ratio:.3f} copydesk {rates['ours']:.1f} pages/s trafilatura {rates['theirs']:.1f} pages/s "
        f"slowest {slowest[0]:.3f} s pages {len(pages)}"
    )
    return 0 if ratio >= LEAST_RATIO and slowest[0] <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
