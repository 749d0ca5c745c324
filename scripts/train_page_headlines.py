"""Weigh the marks that tell a page's headline, and say how good they are.

usage: uv run --with scikit-learn python scripts/train_page_headlines.py TRUTH.jsonl DATA_DIR [TRUTH.jsonl DATA_DIR …] [--check]

TRUTH lines: {"file", "title", "url"?}; `.gz` is unpacked. A conditional logit (McFadden 1974) over each page's candidates.
With --check nothing is written: the share of right headlines is printed, each publisher's pages weighed by what was
learnt from the others. The weights go to `headline.tsv` in the package: nothing of the texts is in them.
"""

import argparse
import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from copydesk.parse.page.dom.tree import parse
from copydesk.parse.page.webpage import title_candidates
from scipy.optimize import minimize

TABLE = Path(__file__).parent.parent / "services/parse/copydesk/parse/page/metadata/headline.tsv"
FOLDS, SEEDS = 8, 4
SHRINK = 0.006
"""What the weights' squares cost."""
IDLE = {"tw", "cut", "near2"}
"""Marks that only count together with others: by themselves they added nothing for publishers not seen."""
Page = tuple[list[frozenset[str]], np.ndarray, str]
"""Each candidate's marks, whether it is the headline, and the page's publisher."""


def load(truth: Path, folder: Path) -> list[Page]:
    """Read the candidates of each page whose headline is known."""
    found = []
    for row in map(json.loads, filter(str.strip, truth.read_text(encoding="utf-8").split("\n"))):
        if not row.get("title"):
            continue
        path = folder / row["file"]
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        told = title_candidates(parse(data))
        right = np.array([_norm(c.text) == _norm(row["title"]) for c in told], float)
        found.append(([c.marks for c in told], right, _publisher(row)))
    return found


def _norm(value: str) -> str:
    return re.sub(r"\W+", " ", value).strip().casefold()


def _publisher(row: dict) -> str:
    host = (urlsplit(row.get("url") or "").netloc or row["file"]).split(".")
    return ".".join(host[-3:] if len(host) > 2 and len(host[-2]) <= 3 else host[-2:])


def weigh(pages: list[Page], names: list[str]) -> np.ndarray:
    """Return the weight of each mark that makes the right candidates likeliest; pages without a right one say nothing."""
    pages = [page for page in pages if page[1].any()]
    rows = np.vstack([_rows(marks, names) for marks, _, _ in pages])
    right = np.concatenate([true / true.sum() for _, true, _ in pages])
    sizes = np.array([len(true) for _, true, _ in pages])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = rows @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        sums = np.add.reduceat(np.exp(scores), starts)
        told = scores - np.repeat(np.log(sums), sizes)
        slope = rows.T @ (right - np.exp(told)) / len(pages) - SHRINK * weights
        return float(-(right @ told) / len(pages) + SHRINK / 2 * weights @ weights), -slope

    return minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x


def _rows(marks: list[frozenset[str]], names: list[str]) -> np.ndarray:
    return np.array([[name in found for name in names] for found in marks], float)


def right(pages: list[Page], names: list[str], weights: np.ndarray) -> int:
    """Count the pages whose best candidate is the headline."""
    return sum(bool(marks and true[int(np.argmax(_rows(marks, names) @ weights))]) for marks, true, _ in pages)


def check(pages: list[Page], names: list[str]) -> None:
    """Print the share of right headlines of publishers that were not learnt from, for several deals of the publishers."""
    publishers = sorted({publisher for *_, publisher in pages})
    shares = []
    for seed in range(SEEDS):
        dealt = dict(zip(np.random.RandomState(seed).permutation(publishers), range(len(publishers)), strict=True))
        hits = 0
        for fold in range(FOLDS):
            others = [page for page in pages if dealt[page[2]] % FOLDS != fold]
            hits += right([p for p in pages if dealt[p[2]] % FOLDS == fold], names, weigh(others, names))
        shares.append(hits / len(pages))
    print(f"unseen publishers {np.mean(shares):.4f} (deals {min(shares):.4f} to {max(shares):.4f}), {len(pages)} pages")
    print(f"learnt from       {right(pages, names, weigh(pages, names)) / len(pages):.4f}")


def main() -> None:
    """Read the sets, and check or write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    pages = [page for at in range(0, len(args.sets), 2) for page in load(args.sets[at], args.sets[at + 1])]
    names = sorted({mark for marks, *_ in pages for found in marks for mark in found} - IDLE)
    check(pages, names)
    if not args.check:
        rows = [f"{name}\t{weight:.2f}" for name, weight in zip(names, weigh(pages, names), strict=True)]
        TABLE.write_text("\n".join(["# mark\tweight: by scripts/train_page_headlines.py", *rows, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
