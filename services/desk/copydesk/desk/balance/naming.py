"""The ids of what differs: few records are fetched by their place, few rows by their id, and some of them explain themselves.

What an article's or a document's own id explains (a row that fingerprints missed, a lock that made parse leave it out) is booked;
the rest is a difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from copydesk.desk.balance import stored, topics
from copydesk.desk.balance.accounts import Account, Difference, Kind, Term
from copydesk.desk.balance.articles import Articles, Rows
from copydesk.desk.balance.documents import Documents, in_words
from copydesk.desk.balance.marks import Numbers, among, article_mark, fingerprint
from copydesk.desk.balance.reading import Reading, Tools, Window
from copydesk.desk.balance.receipts import Receipts, Unmatched
from copydesk.desk.records import fetch, scan
from copydesk.runtime.archive import SHA256
from copydesk.runtime.event import Event
from copydesk.runtime.feeds import DEFAULT_FEED


@dataclass(frozen=True)
class Found:
    """Differences, and the account of things that no record was read of before."""

    account: Account
    differences: list[Difference]


async def lost_by_ingest(tools: Tools, reading: Reading, lost: Numbers) -> Found:
    """Name the records of `wire.inbound` that nothing accounts for. A place without a record was a transaction's mark."""
    found = await fetch(tools.consumer, "wire.inbound", lost.tolist())
    differences, cells = [], []
    for where, event in found.items():
        feed = _feed(event)
        cells.append(reading.cells.number(feed, event.timestamp_ms / 1000))
        about = f"{len(event.value or b'')} bytes in wire.inbound, passed by ingest, neither received nor dead"
        differences.append(Difference("lost by ingest", in_words(where), feed, _hour(event), about))
    return Found(_account(cells, [Term.DIFFERENCE] * len(cells)), differences)


async def lost_by_parse(tools: Tools, reading: Reading, account: Account) -> list[Difference]:
    """Name the documents that parse passed without a trace; those of which every story is locked are booked as killed."""
    rows = account.open()
    events = await fetch(tools.consumer, "wire.received", account.place[rows].tolist())
    locked = await stored.locked_in(tools.store, _stated(events.values(), "ce_sha256"))
    cells = reading.cells.all()
    differences = []
    for row in rows.tolist():
        event = events.get(int(account.place[row]))
        sha256 = (event.header("ce_sha256") if event else None) or ""
        stories = locked.get(sha256, {})
        if all(stories.values()) if stories else _is_locked(tools, sha256):
            account.term[row] = Term.KILLED
            continue
        feed, hour = cells[int(account.cell[row])]
        named = (event.header("ce_document") or event.header("ce_id")) if event else None
        about = f"wire.received {in_words(int(account.place[row]))}, passed by parse: no article, no dead letter"
        differences.append(Difference("lost by parse", named or in_words(int(account.place[row])), feed, hour, about))
    return differences


async def repeats_of_nothing(tools: Tools, documents: Documents) -> list[Difference]:
    """Name the repeats whose first document neither came within the window nor stands in the register."""
    account = documents.account
    rows = np.flatnonzero((account.term == Term.REPEATS) & ~among(account.mark, documents.cells[0]))
    events = await fetch(tools.consumer, "wire.received", account.place[rows].tolist())
    known = await stored.known_documents(tools.store, _stated(events.values(), "ce_repeatof"))
    return [
        Difference(
            "repeat of nothing", first, event.header("ce_feed") or "", _hour(event), f"wire.received {in_words(p)}"
        )
        for p, event in events.items()
        if (first := event.header("ce_repeatof") or "?") not in known
    ]


async def left_out(tools: Tools, reading: Reading, documents: Documents, articles: Articles) -> Found:
    """Name the articles that their document holds and parse did not give: killed where their story is locked."""
    events = await fetch(tools.consumer, "article.parsed", articles.left_out.values())
    hashes = {place: _sha256(event) for place, event in events.items()}
    locked = await stored.locked_in(tools.store, list(set(hashes.values())))
    in_flight = set(
        documents.pending[among(documents.pending, np.array([*articles.left_out], dtype=np.int64))].tolist()
    )
    cells, terms, differences = [], [], []
    for place, event in events.items():
        document, count = event.header("ce_document") or "", int(event.header("ce_count") or 1)
        marks = np.array([article_mark(document, index) for index in range(count)], dtype=np.int64)
        cell = int(documents.cells[1][np.searchsorted(documents.cells[0], fingerprint(document))])
        for index in np.flatnonzero(~among(marks, articles.account.mark)).tolist():
            stories = locked.get(hashes[place], {})
            killed = stories[index] if index in stories else _is_locked(tools, hashes[place])
            term = Term.KILLED if killed else Term.IN_FLIGHT if fingerprint(document) in in_flight else Term.DIFFERENCE
            cells.append(cell)
            terms.append(term)
            if term == Term.DIFFERENCE:
                feed, hour = reading.cells.all()[cell]
                about = f"one of {count} articles of its document; parse gave others of it"
                differences.append(Difference("lost by parse", f"{document}/{index}", feed, hour, about))
    return Found(_account(cells, terms), differences)


async def lost_articles(tools: Tools, reading: Reading, account: Account) -> list[Difference]:
    """Name the articles that enrich or publish passed without a trace; rows that were not read with the others are booked."""
    rows = account.open()
    events = await fetch(tools.consumer, "article.parsed", account.place[rows].tolist())
    standings = await stored.standings_of(tools.store, _stated(events.values(), "ce_document"))
    for row in rows.tolist():
        account.term[row] = standings.get(int(account.mark[row]), Term.DIFFERENCE)
    rows = account.open()
    enriched = await _enriched(tools, reading) if len(rows) else set()
    cells = reading.cells.all()
    differences = []
    for row in rows.tolist():
        event, (feed, hour) = events.get(int(account.place[row])), cells[int(account.cell[row])]
        named = (
            f"{event.header('ce_document')}/{event.header('ce_index')}" if event else in_words(int(account.place[row]))
        )
        kind: Kind = "lost by publish" if int(account.mark[row]) in enriched else "lost by enrich"
        story = (event.key or b"").decode("utf-8", "replace") if event else ""
        about = f"{story}, article.parsed {in_words(int(account.place[row]))}"
        differences.append(Difference(kind, named, feed, hour, about))
    return differences


async def orphans(tools: Tools, window: Window, events: Numbers) -> list[Difference]:
    """Name the rows whose article nobody parsed."""
    rows = await stored.rows_of(tools.store, events.tolist(), window.begin)
    return [_of_row("row without article", row, f"{row.story}, {row.article}") for row in rows]


async def receipts(
    tools: Tools, window: Window, told: Receipts, unmatched: Sequence[Unmatched], rows: Rows
) -> list[Difference]:
    """Name the rows without a receipt, the receipts without a row, and the versions with two receipts of one sink."""
    differences = []
    for one in unmatched:
        bare = await stored.rows_of(tools.store, rows.event[one.rows].tolist(), window.begin)
        differences += [_of_row("row without receipt", row, f"sink {one.sink}: {row.story}") for row in bare]
        found = await fetch(tools.consumer, "article.published", one.receipts.tolist())
        differences += [_of_receipt("receipt without row", event) for event in found.values()]
    doubled = await fetch(tools.consumer, "article.published", told.doubled().tolist())
    return differences + [_of_receipt("two receipts", event) for event in doubled.values()]


async def doubled_rows(tools: Tools, window: Window) -> list[Difference]:
    """Name the versions that stand in two rows."""
    return [
        _of_row("two rows", row, f"{row.story}, {row.article}, by one parser and the same enrichers")
        for row in await stored.doubled_rows(tools.store, window.begin)
    ]


def _is_locked(tools: Tools, sha256: str) -> bool:
    """Say whether the archive, where it is in reach, has a lock on the document: of a story that the store never had (erased)."""
    return SHA256.fullmatch(sha256) is not None and bool(tools.archive.locks(sha256))


async def _enriched(tools: Tools, reading: Reading) -> set[int]:
    """Return every article that enrich gave within the window. Read only where some are lost, to tell by whom."""
    found = set()
    begin, end = reading.begins["article.enriched"], reading.window.offsets.ends["article.enriched"]
    async for record in scan(tools.consumer, "article.enriched", begin, end):
        found.add(topics.article_of(dict(record.headers)))
    return found


def _account(cells: list[int], terms: list[Term]) -> Account:
    account = Account.of(np.array(cells, dtype=np.int64), np.full(len(cells), -1, dtype=np.int64))
    account.term = np.array(terms, dtype=np.int64)
    return account


def _of_row(kind: Kind, row: stored.Row, about: str) -> Difference:
    return Difference(kind, row.event, row.feed, int(row.received.timestamp() // 3600), about)


def _of_receipt(kind: Kind, event: Event) -> Difference:
    told = json.loads(event.value or b"{}")
    about = f"sink {told.get('sink')}: {(event.key or b'').decode('utf-8', 'replace')}, {told.get('outcome')}"
    return Difference(kind, str(told.get("event")), "", _hour(event), about)


def _stated(events: Iterable[Event], header: str) -> list[str]:
    return sorted({stated for event in events if (stated := event.header(header))})


def _sha256(event: Event) -> str:
    provenance = json.loads(event.value or b"{}").get("provenance") or {}
    return str(provenance.get("sha256") or "")


def _feed(event: Event) -> str:
    key = (event.key or b"").decode("ascii", "replace")
    return event.header("ce_feed") or event.header("feed") or key or DEFAULT_FEED


def _hour(event: Event) -> int:
    return event.timestamp_ms // 3_600_000
