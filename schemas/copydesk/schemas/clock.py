"""What a clock, or the order in which things arrived, decides: all that may differ where the same documents are taken in twice.

Everything else that topics and store hold follows from the documents alone. `make chaos` compares the store that a pipeline left
under faults to the one that a pipeline without faults left, in every column but these.
"""

from __future__ import annotations

from typing import Any

COLUMNS: dict[str, dict[str, str]] = {
    "documents": {
        "received": "when the broker had it",
        "origin": "partition and offset of the record that brought it first: they follow from the order of arrival",
        "killed": "when a kill emptied it; absent where the kill came before it",
    },
    "versions": {
        "received": "when the broker had its document",
        "processed": "when enrich had it",
        "stored": "when it was stored",
        "standing": "what it was when it came: which of two came first decides; what it is now follows from `stories`",
    },
    "stories": {
        "since": "when its newest version was stored",
        "head_received": "of the newest version: when the broker had its document",
        "head_processed": "of the newest version: when enrich had it",
        "unsearched": "whether its words are still to be read, a moment after it was stored",
    },
}
"""Columns of the store, by table: why each is bound to the clock."""

PATHS: dict[tuple[str, ...], str] = {
    ("provenance", "received"): "when the broker had the document",
    ("provenance", "stages"): "when each stage had it",
}
"""Places in an article's JSON."""

RECEIPT = {"at": "when the sink had it", "outcome": "what the version was when it came, see `versions.standing`"}
"""Fields of a receipt; of one version and sink they are the same however often the receipt is written."""


def timeless(article: dict[str, Any]) -> dict[str, Any]:
    """Return the article's JSON without what the clock decided; the one that was given stays as it is."""
    kept = dict(article)
    for path in PATHS:
        _without(kept, path)
    return kept


def _without(node: dict[str, Any], path: tuple[str, ...]) -> None:
    name, *rest = path
    if name not in node:
        return
    if rest:
        node[name] = dict(node[name])
        _without(node[name], tuple(rest))
    else:
        del node[name]
