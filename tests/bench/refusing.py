"""How well pages that are no articles are told from those that are: F1 of refusing, over the invented pages.

usage: uv run python tests/bench/refusing.py [tests/fixtures/pages]
"""

import json
import sys
from pathlib import Path

from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal


def main() -> None:
    """Read every page, print those that went wrong, and the score."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "tests/fixtures/pages")
    right = wrong = missed = 0
    for page in map(json.loads, folder.joinpath("expected.jsonl").read_text(encoding="utf-8").splitlines()):
        other = page["kind"] != "article"
        try:
            read(Raw((folder / page["file"]).read_bytes()), form="html")
            refused = None
        except Refusal as refusal:
            refused = str(refusal)
        right += other and refused is not None
        wrong += not other and refused is not None
        missed += other and refused is None
        if other != (refused is not None):
            print(page["file"], page["kind"], refused or "passed as an article")
    print(f"score {2 * right / max(1, 2 * right + wrong + missed):.4f} refused {right} wrongly {wrong} missed {missed}")


if __name__ == "__main__":
    main()
