"""The first balance: documents received = parsed + killed + repeats + refused + dead + in flight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from copydesk.desk.balance.accounts import Account, Term, joined
from copydesk.desk.balance.columns import Columns
from copydesk.desk.balance.dead import DeadBook, Death, numbers
from copydesk.desk.balance.marks import Flags, Numbers, among, at_or_beyond, unique
from copydesk.desk.records import NOWHERE, partition_and_offset, place

FIRST, REPEAT, AGAIN = 0, 1, 2
"""What a record of `wire.received` is: a document, the repeat of one, one sent again (a replay, a reprocessing)."""


@dataclass(frozen=True)
class Span:
    """The offsets of one partition of `wire.inbound` that are audited."""

    first: int
    done: int
    """Ingest's next offset."""
    end: int


@dataclass
class Received:
    """What the first balance is reckoned from."""

    spans: Mapping[int, Span]
    """Of `wire.inbound`, by partition."""
    done: Mapping[int, int]
    """Parse's next offset in each partition of `wire.received`."""
    now: int
    """Cell of what nobody has read yet."""
    records: Columns = field(default_factory=lambda: Columns("position", "place", "document", "cell", "kind"))
    """Of `wire.received`. `position` is the place in `wire.inbound` that the record accounts for."""


@dataclass(frozen=True)
class Documents:
    """The first balance, as far as fingerprints tell."""

    account: Account
    lost: Numbers
    """Places of `wire.inbound` that ingest has passed and nothing accounts for."""
    cells: tuple[Numbers, Numbers]
    """Every document of the window, sorted, and the cell of each: feed and hour of its arrival."""
    pending: Numbers
    """Documents that parse has yet to take up, or to finish."""


def balance_documents(received: Received, book: DeadBook, parsed: Numbers) -> Documents:
    """Book every arrival. `parsed` are the documents that have an event in `article.parsed`."""
    records = received.records
    kinds, documents, places = records["kind"], records["document"], records["place"]
    pending = unique(documents[(kinds != REPEAT) & at_or_beyond(places, received.done)])
    arrived = _arrivals(received)
    again = _sent_again(received, arrived)
    rows = np.append(arrived, again)
    account = Account.of(records["cell"][rows], documents[rows], places[rows])
    account.book(kinds[rows] == REPEAT, Term.REPEATS)
    account.book(among(account.mark, parsed), Term.PARSED)
    account.book(among(account.mark, _dead_at_parse(received, book)), Term.DEAD)
    account.book(among(account.mark, pending), Term.IN_FLIGHT)
    accounted = unique(records["position"][arrived])
    dead = _dead_at_ingest(received, book, accounted)
    known = np.concatenate([accounted, dead.place, numbers(book.again)])
    lost, waiting = _unaccounted(received.spans, unique(known))
    flying = Account.of(np.full(waiting, received.now), np.full(waiting, NOWHERE), term=Term.IN_FLIGHT)
    every = joined([account, dead, _refused(book), flying])
    return Documents(every, lost, _cells(account), pending)


def _arrivals(received: Received) -> Numbers:
    """Return the rows that account for a place of the window, one a place: a document before a repeat of it."""
    positions, kinds = received.records["position"], received.records["kind"]
    rows = np.flatnonzero(_within(positions, received.spans))
    ordered = rows[np.lexsort((kinds[rows] == REPEAT, positions[rows]))]
    _, first = np.unique(positions[ordered], return_index=True)
    return ordered[first]


def _sent_again(received: Received, arrived: Numbers) -> Numbers:
    """Return the rows of documents that were sent again from the archive and did not arrive within the window."""
    documents, kinds = received.records["document"], received.records["kind"]
    rows = np.flatnonzero((kinds == AGAIN) & ~among(documents, documents[arrived]))
    _, first = np.unique(documents[rows], return_index=True)
    return rows[first]


def _within(positions: Numbers, spans: Mapping[int, Span]) -> Flags:
    first = {number: span.first for number, span in spans.items()}
    end = {number: span.end for number, span in spans.items()}
    within: Flags = (positions != NOWHERE) & at_or_beyond(positions, first) & ~at_or_beyond(positions, end)
    return within


def _dead_at_ingest(received: Received, book: DeadBook, accounted: Numbers) -> Account:
    deaths = [death for death in book.of("ingest") if death.place != NOWHERE]
    account = _account(deaths, Term.DEAD)
    counts = _within(account.place, received.spans) & ~among(account.place, accounted)
    _, first = np.unique(account.place[counts], return_index=True)
    rows = np.flatnonzero(counts)[first]
    return Account(account.cell[rows], account.mark[rows], account.place[rows], account.term[rows])


def _dead_at_parse(received: Received, book: DeadBook) -> Numbers:
    """Return the documents of parse's letters; by place too, for a letter may have had no room for its event's headers."""
    deaths = book.of("parse")
    at = among(received.records["place"], numbers(death.place for death in deaths))
    return np.append(received.records["document"][at], numbers(death.mark for death in deaths))


def _refused(book: DeadBook) -> Account:
    return _account([death for death in book.of("ingest") if death.place == NOWHERE], Term.REFUSED)


def _account(deaths: list[Death], term: Term) -> Account:
    rows = np.array([(d.cell, d.mark, d.place) for d in deaths], dtype=np.int64).reshape(-1, 3)
    return Account.of(rows[:, 0], rows[:, 1], rows[:, 2], term)


def _unaccounted(spans: Mapping[int, Span], known: Numbers) -> tuple[Numbers, int]:
    """Return the places that ingest has passed and nobody knows, and how many it has yet to take up.

    Counts first: where as many places are known as were passed, none is looked for.
    """
    lost, waiting = [], 0
    for number, span in spans.items():
        begin, done, end = (int(np.searchsorted(known, place(number, at))) for at in (span.first, span.done, span.end))
        if done - begin != span.done - span.first:
            passed = np.arange(place(number, span.first), place(number, span.done), dtype=np.int64)
            lost.append(passed[~among(passed, known[begin:done])])
        waiting += (span.end - span.done) - (end - done)
    return np.concatenate([*lost, np.empty(0, dtype=np.int64)]), waiting


def _cells(account: Account) -> tuple[Numbers, Numbers]:
    own = account.term != Term.REPEATS
    documents, rows = np.unique(account.mark[own], return_index=True)
    return documents, account.cell[own][rows]


def in_words(where: int) -> str:
    """Return a place as people write it: `partition/offset`."""
    return "{}/{}".format(*partition_and_offset(where))
