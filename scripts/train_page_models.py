"""Grow the two models that tell a story's lines and blocks from what stands around them, and say how good they are.

usage: uv run --with scikit-learn python scripts/train_page_models.py {lines,blocks} TRUTH.jsonl DATA_DIR [TRUTH.jsonl DATA_DIR …]
           [--check] [--folds 5]

TRUTH lines: {"file", "body", "url"?}. For `lines` the files are texts or pages (a page is read as the text that it shows), for
`blocks` pages; `.gz` is unpacked. With --check nothing is written: the F1 of shingles of four words is printed, each
publisher's pages read by models that never saw that publisher. The weights go to the package, as arrays of numbers:
nothing of the texts is in them.
"""

import argparse
import collections
import gzip
import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from copydesk.parse.charset import decode, repaired
from copydesk.parse.page.chances import block_rows, lengths
from copydesk.parse.page.dom.blocks import blocks
from copydesk.parse.page.dom.tree import Element, parse
from copydesk.parse.page.features import features
from copydesk.parse.page.lines import Line, normal, split
from copydesk.parse.page.sequence import second
from sklearn.ensemble import HistGradientBoostingClassifier

PACKAGE = Path(__file__).parent.parent / "services/parse/copydesk/parse/page"
WORD = re.compile(r"\w+")
FIRST = {"max_iter": 70, "learning_rate": 0.12, "max_leaf_nodes": 20, "min_samples_leaf": 40, "l2_regularization": 5.0}
SECOND = {"max_iter": 50, "learning_rate": 0.12, "max_leaf_nodes": 12, "min_samples_leaf": 40, "l2_regularization": 5.0}
THRESHOLD = 0.45
FAR = 8
"""A line further than this from every line of the story is one of many alike: an eighth of them is enough to learn from."""


@dataclass
class Document:
    """A document's lines, what is seen of them, and how much of each is the story's."""

    group: str
    kind: str
    body: str
    lines: list[Line]
    rows: np.ndarray
    truth: np.ndarray
    elements: list = field(default_factory=list, repr=False)

    @property
    def weights(self) -> np.ndarray:
        """What each line counts, so that every document counts about the same."""
        words = np.array([min(100, len(WORD.findall(line.text))) + 2.0 for line in self.lines])
        whole = max(60.0, float(words[self.truth >= 0.5].sum()))
        return np.sqrt(words / whole) * np.abs(self.truth - 0.5) * 2 + 1e-6

    def thinned(self) -> tuple[np.ndarray, np.ndarray]:
        """Which lines to learn from, and by how much more those count that stand for others."""
        true = (self.truth >= 0.5).astype(float)
        near = (
            np.convolve(true, np.ones(2 * FAR + 1), "same")[: len(true)] > 0 if len(true) > 2 * FAR + 1 else true >= 0
        )
        sure = near | (self.truth > 0.1)
        kept = sure | (np.random.RandomState(len(true)).rand(len(true)) < 0.125)
        return kept, np.where(sure, 1.0, 8.0)


def shingles(text: str) -> collections.Counter:
    """Count the text's runs of four words."""
    words = WORD.findall(text or "")
    return (
        collections.Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))
        if words
        else collections.Counter()
    )


def labels(lines: list[Line], body: str) -> np.ndarray:
    """How much of each line is in the body, from 0 to 1; of lines that repeat, those among others of the story."""
    if not lines:
        return np.zeros(0)
    told = WORD.findall(body.casefold())
    known = {tuple(told[i : i + 4]) for i in range(max(1, len(told) - 3))}
    keys = {normal(row) for row in body.split("\n")}
    joined = f" {' '.join(told)} "
    truth = np.array([_share(line, known, keys, joined) for line in lines])
    among = np.convolve(
        (truth >= 0.5) * np.array([min(60, len(line.key.split())) for line in lines]), np.ones(7), "same"
    )
    same = collections.defaultdict(list)
    for at, line in enumerate(lines):
        if truth[at] >= 0.5:
            same[line.key].append(at)
    for key, places in same.items():
        for at in sorted(places, key=lambda place: -among[place])[max(1, joined.count(f" {key} ")) :]:
            truth[at] = 0.0
    return truth


def _share(line: Line, known: set, keys: set[str], joined: str) -> float:
    words = WORD.findall(line.text.casefold())
    if len(words) >= 4:
        grams = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
        return sum(gram in known for gram in grams) / len(grams)
    return float(
        bool(words) and (line.key in keys or (len(line.text) > 12 and not line.text.isascii() and line.key in joined))
    )


def load(model: str, truth: Path, folder: Path) -> list[Document]:
    """Read one set of documents."""
    found = []
    for row in map(json.loads, filter(str.strip, truth.read_text(encoding="utf-8").split("\n"))):
        path = folder / row["file"]
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if ".htm" in path.name:
            found += _pages(model, row, data)
        else:
            lines = split(repaired(decode(data).text).text)
            kind = path.stem.rpartition("-")[2]
            found.append(
                Document(_publisher(row), kind, row["body"], lines, features(lines), labels(lines, row["body"]))
            )
        if model == "lines":
            found.append(_clean(row))
    return [document for document in found if document.lines]


def _pages(model: str, row: dict, data: bytes) -> list[Document]:
    """A page as it is; for the blocks also without its names, or with the first paragraphs of its story alone."""
    root = parse(data).root
    found = [_page(model, row, root, "page")]
    if model == "blocks":
        dice = random.Random(row["file"])  # noqa: S311 - no secret hangs on it
        change = dice.choice((_unnamed, _shortened))
        change(root, found[0], dice)
        found.append(_page(model, row, root, "changed"))
    return found


def _page(model: str, row: dict, root: Element, kind: str) -> Document:
    parts = blocks(root)
    lines = [Line(at, block.text.replace("\n", " ")) for at, block in enumerate(parts, 1)]
    rows = block_rows(parts) if model == "blocks" else features(lines)
    document = Document(_publisher(row), kind, row["body"], lines, rows, labels(lines, row["body"]))
    document.elements = [block.context.element for block in parts]
    return document


def _unnamed(root: Element, _page: Document, dice: random.Random) -> None:
    """Take away what class names, ids and elements say, as on pages that a machine styles."""
    for element in root.iter():
        if isinstance(element.tag, str):
            for name in ("class", "id", "role", "itemprop", "data-testid", "data-component", "aria-label"):
                element.attrib.pop(name, None)
            if element.tag in {"article", "main", "section", "header", "footer", "nav", "aside"}:
                element.tag = "div"
            if element.tag == "p" and dice.random() < 0.5:
                element.tag = "div"


def _shortened(_root: Element, page: Document, dice: random.Random) -> None:
    """Leave of the story its first three to seven paragraphs."""
    told = [element for element, share in zip(page.elements, page.truth, strict=True) if share >= 0.5]
    for element in told[dice.randint(3, 7) :]:
        if element.tag in {"p", "div", "li", "h2", "h3", "h4", "blockquote"} and len(element.findall(".//p")) == 0:
            element.tag = "script"


def _clean(row: dict) -> Document:
    """The story as it is without any chrome: the models have to leave it alone."""
    lines = split("\n\n".join(filter(None, [row.get("title"), row["body"]])))
    return Document(_publisher(row), "clean", row["body"], lines, features(lines), labels(lines, row["body"]))


def _publisher(row: dict) -> str:
    host = (urlsplit(row.get("url") or "").netloc or row["file"]).split(".")
    return ".".join(host[-3:] if len(host) > 2 and len(host[-2]) <= 3 else host[-2:])


def folds(documents: list[Document], number: int, seed: int) -> np.ndarray:
    """Deal the publishers to folds; return each document's."""
    names = sorted({document.group for document in documents})
    np.random.RandomState(seed).shuffle(names)
    dealt = {name: at % number for at, name in enumerate(names)}
    return np.array([dealt[document.group] for document in documents])


def grow(documents: list[Document], rows: list[np.ndarray], settings: dict) -> HistGradientBoostingClassifier:
    """Fit one forest."""
    kept = [document.thinned() for document in documents]
    model = HistGradientBoostingClassifier(random_state=0, early_stopping=False, max_features=0.3, **settings)
    model.fit(
        np.vstack([r[k] for r, (k, _) in zip(rows, kept, strict=True)]),
        np.concatenate([d.truth[k] >= 0.5 for d, (k, _) in zip(documents, kept, strict=True)]),
        sample_weight=np.concatenate([(d.weights * f)[k] for d, (k, f) in zip(documents, kept, strict=True)]),
    )
    return model


def grow_both(documents: list[Document]) -> tuple[HistGradientBoostingClassifier, HistGradientBoostingClassifier]:
    """Fit the first model, and the second on chances that a first one gave to publishers that it had not seen."""
    dealt = folds(documents, 2, 1)
    seen: list[np.ndarray] = [np.zeros(0)] * len(documents)
    for fold in range(2):
        others = [d for d, at in zip(documents, dealt, strict=True) if at != fold]
        model = grow(others, [d.rows for d in others], FIRST)
        for index in np.flatnonzero(dealt == fold):
            seen[index] = model.predict_proba(documents[index].rows)[:, 1]
    first = grow(documents, [d.rows for d in documents], FIRST)
    rows = [np.hstack([d.rows, second(c, lengths(d.rows))]) for d, c in zip(documents, seen, strict=True)]
    return first, grow(documents, rows, SECOND)


def chances(models: tuple, document: Document) -> np.ndarray:
    """Read a document with both models."""
    first = models[0].predict_proba(document.rows)[:, 1]
    return models[1].predict_proba(np.hstack([document.rows, second(first, lengths(document.rows))]))[:, 1]


def check(documents: list[Document], number: int) -> None:
    """Print the F1 over publishers that the models had not seen, and with every line kept."""
    dealt = folds(documents, number, 7)
    told: list[np.ndarray] = [np.zeros(0)] * len(documents)
    for fold in range(number):
        models = grow_both([d for d, at in zip(documents, dealt, strict=True) if at != fold])
        for index in np.flatnonzero(dealt == fold):
            told[index] = chances(models, documents[index])
        print("fold", fold, flush=True)
    for kind in sorted({d.kind for d in documents}):
        chosen = [(d, c) for d, c in zip(documents, told, strict=True) if kind == d.kind]
        for threshold in (0.35, THRESHOLD, 0.55):
            print(kind, threshold, _told(_f1(chosen, threshold)), flush=True)
        print(kind, "untouched", _told(_f1(chosen, -1.0)))


def _told(figures: tuple[float, float, float]) -> str:
    return "F1 {:.4f} precision {:.4f} recall {:.4f}".format(*figures)


def _f1(chosen: list, threshold: float) -> tuple[float, float, float]:
    sums = np.zeros(3)
    for document, told in chosen:
        said = shingles("\n".join(line.text for line, c in zip(document.lines, told, strict=True) if c >= threshold))
        true = shingles(document.body)
        parts = np.array([sum((true & said).values()), sum((said - true).values()), sum((true - said).values())], float)
        sums += parts / (parts.sum() or 1.0)
    precision, recall = sums[0] / max(1e-9, sums[0] + sums[1]), sums[0] / max(1e-9, sums[0] + sums[2])
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def write(model: HistGradientBoostingClassifier, path: Path) -> None:
    """Write the forest as `trees.py` reads it: one array of nodes, a leaf its own child."""
    feature, threshold, left, right, value, roots, depth, base = [], [], [], [], [], [], 0, 0
    for (tree,) in model._predictors:  # noqa: SLF001 - scikit-learn shows its trees nowhere else
        nodes = tree.nodes
        at = np.arange(len(nodes)) + base
        leaf = nodes["is_leaf"].astype(bool)
        feature.append(np.where(leaf, 0, nodes["feature_idx"]))
        threshold.append(np.where(leaf, np.inf, nodes["num_threshold"]))
        left.append(np.where(leaf, at, nodes["left"].astype(np.int64) + base))
        right.append(np.where(leaf, at, nodes["right"].astype(np.int64) + base))
        value.append(np.where(leaf, nodes["value"], 0.0))
        roots.append(base)
        depth, base = max(depth, int(nodes["depth"].max())), base + len(nodes)
    np.savez_compressed(
        path,
        feature=np.concatenate(feature).astype(np.int16),
        threshold=np.concatenate(threshold).astype(np.float32),
        left=np.concatenate(left).astype(np.int32),
        right=np.concatenate(right).astype(np.int32),
        value=np.concatenate(value).astype(np.float32),
        roots=np.array(roots, dtype=np.int32),
        depth=depth,
        bias=float(np.ravel(model._baseline_prediction)[0]),  # noqa: SLF001 - as above
    )


def main() -> None:
    """Read the sets, and check or write the models."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=("lines", "blocks"))
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--folds", type=int, default=5)
    args = parser.parse_args()
    documents = [d for at in range(0, len(args.sets), 2) for d in load(args.model, args.sets[at], args.sets[at + 1])]
    print(f"{len(documents)} documents, {sum(len(d.lines) for d in documents)} lines", flush=True)
    if args.check:
        check(documents, args.folds)
        return
    for name, model in zip(("first", "second"), grow_both(documents), strict=True):
        write(model, PACKAGE / f"{args.model}-{name}.npz")


if __name__ == "__main__":
    main()
