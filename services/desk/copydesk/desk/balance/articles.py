"""The second balance: articles parsed = published + held + superseded + killed + dead + in flight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from copydesk.desk.balance.accounts import Account, Term
from copydesk.desk.balance.columns import Columns
from copydesk.desk.balance.dead import DeadBook, numbers
from copydesk.desk.balance.documents import Documents
from copydesk.desk.balance.marks import Flags, Numbers, among, at_or_beyond, unique

STANDINGS: Mapping[str, Term] = {
    "newest": Term.PUBLISHED,
    "superseded": Term.SUPERSEDED,
    "withheld": Term.HELD,
    "kill": Term.KILLED,
    "killed": Term.KILLED,
}
"""How the store says what a version was when it came, and the term that it counts under."""


@dataclass
class Parsed:
    """What the second balance is reckoned from."""

    done: Mapping[int, int]
    """Enrich's next offset in each partition of `article.parsed`."""
    records: Columns = field(default_factory=lambda: Columns("document", "article", "count", "place"))
    """Of `article.parsed`; `count` is how many articles the document holds."""
    held: dict[int, dict[int, int]] = field(default_factory=dict)
    """Of `article.held`: by its key, the articles whose waiting no tombstone has ended, by event. Fingerprints all."""
    dropped: dict[int, tuple[int, Term]] = field(default_factory=dict)
    """By event, the article that was overtaken or killed while it was held, as the receipts of the sink `held` say."""
    tail: list[int] = field(default_factory=list)
    """Articles of records that publish has yet to take up."""


@dataclass
class Rows:
    """The rows of `versions` of the window's documents, by column."""

    article: Numbers
    event: Numbers
    term: Numbers
    processed: Numbers
    """Microseconds; of an article that was enriched more than once, what came out last counts."""
    stored: Numbers
    """Microseconds."""
    known: Flags
    """Whether the row stood before the topics' ends were taken."""


@dataclass(frozen=True)
class Articles:
    """The second balance, as far as fingerprints tell."""

    account: Account
    left_out: dict[int, int]
    """Documents that say that they hold more articles than parse gave: by fingerprint, the place of one of their events."""
    outside: int
    """Articles of documents that came before the window."""
    orphans: Numbers
    """Numbers of the rows whose article nobody parsed."""


def balance_articles(parsed: Parsed, documents: Documents, book: DeadBook, rows: Rows) -> Articles:
    """Book every article of the window's documents once, however often it was parsed and enriched."""
    records = parsed.records
    known, cells = documents.cells
    inside = among(records["document"], known)
    article, document, place = (records[name][inside] for name in ("article", "document", "place"))
    marks, first = np.unique(article, return_index=True)
    cell = cells[np.searchsorted(known, document[first])] if len(known) else np.empty(0, dtype=np.int64)
    account = Account.of(cell, marks, place[first])
    _book_rows(account, rows)
    waiting = (a for events in parsed.held.values() for event, a in events.items() if event not in parsed.dropped)
    account.book(among(marks, numbers(waiting)), Term.HELD)
    for term in (Term.SUPERSEDED, Term.KILLED):
        account.book(among(marks, numbers(a for a, t in parsed.dropped.values() if t == term)), term)
    account.book(among(marks, _dead(article, place, book)), Term.DEAD)
    flying = np.append(article[at_or_beyond(place, parsed.done)], numbers(parsed.tail))
    account.book(among(marks, flying), Term.IN_FLIGHT)
    return Articles(
        account=account,
        left_out=_left_out(document, records["count"][inside], place, first),
        outside=len(unique(records["article"][~inside])),
        orphans=np.flatnonzero(rows.known & ~among(rows.article, records["article"])),
    )


def _book_rows(account: Account, rows: Rows) -> None:
    """Book what the store holds: of an article's rows the one that was enriched last."""
    latest = np.lexsort((rows.processed, rows.article))
    articles = rows.article[latest]
    last = np.flatnonzero(np.append(articles[1:] != articles[:-1], [True] * bool(len(articles))))
    articles, terms = articles[last], rows.term[latest][last]
    if len(articles):
        at = np.minimum(np.searchsorted(articles, account.mark), len(articles) - 1)
        stored = articles[at] == account.mark
        account.term[stored] = terms[at][stored]


def _dead(article: Numbers, place: Numbers, book: DeadBook) -> Numbers:
    """Return the dead articles; enrich's by place too, for a letter may have had no room for its event's headers."""
    deaths = book.of("enrich")
    at = among(place, numbers(death.place for death in deaths))
    return np.append(article[at], numbers(death.mark for death in [*deaths, *book.of("publish")]))


def _left_out(document: Numbers, count: Numbers, place: Numbers, first: Numbers) -> dict[int, int]:
    """Return the documents of which fewer articles were seen than they hold."""
    order = np.lexsort((-count, document))
    documents, row = np.unique(document[order], return_index=True)
    inverse = np.searchsorted(documents, document)
    seen = np.bincount(inverse[first], minlength=len(documents))
    most = order[row]
    short = seen < count[most]
    return dict(zip(documents[short].tolist(), place[most][short].tolist(), strict=True))
