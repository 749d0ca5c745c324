"""The balances over invented records: what the topics, the letters and the store would have said."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from copydesk.desk.balance.accounts import Account, Term
from copydesk.desk.balance.articles import STANDINGS, Articles, Parsed, Rows, balance_articles
from copydesk.desk.balance.dead import DeadBook, Death
from copydesk.desk.balance.documents import AGAIN, FIRST, REPEAT, Documents, Received, Span, balance_documents
from copydesk.desk.balance.marks import article_mark, at_or_beyond, fingerprint
from copydesk.desk.balance.offsets import window_begin
from copydesk.desk.balance.receipts import Receipts, beside_rows
from copydesk.desk.balance.topics import take_held
from copydesk.desk.moments import moment
from copydesk.desk.records import NOWHERE, partition_and_offset, place

CELL = 0
NOBODY_READ = 1


@dataclass
class Wire:
    """A pipeline's records, written down one by one; every stage has done all, unless said otherwise."""

    arrivals: int = 0
    ingest_done: int | None = None
    parse_done: int = 1000
    enrich_done: int = 1000
    received: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    parsed: list[tuple[int, int, int, int]] = field(default_factory=list)
    book: DeadBook = field(default_factory=DeadBook)
    held: dict[int, dict[int, int]] = field(default_factory=dict)
    dropped: dict[int, tuple[int, Term]] = field(default_factory=dict)
    tail: list[int] = field(default_factory=list)
    rows: list[tuple[int, int, Term, int, int]] = field(default_factory=list)

    def arrive(self, document: str, kind: int = FIRST) -> None:
        """A record of wire.inbound, and the one of wire.received that accounts for it."""
        self.receive(document, kind, position=place(0, self.arrivals))
        self.arrivals += 1

    def receive(self, document: str, kind: int = FIRST, position: int = NOWHERE) -> None:
        self.received.append((position, place(0, len(self.received)), fingerprint(document), CELL, kind))

    def parse(self, document: str, *indexes: int, count: int | None = None) -> None:
        for index in indexes:
            mark = article_mark(document, index)
            self.parsed.append((fingerprint(document), mark, count or len(indexes), place(0, len(self.parsed))))

    def store(self, document: str, index: int, standing: str = "newest", processed: int = 0) -> None:
        event = fingerprint(f"event {document}/{index} {processed}")
        self.rows.append((article_mark(document, index), event, STANDINGS[standing], processed, 0))

    def die(self, stage: str, mark: int, where: int, letter: str, attempts: int = 1) -> None:
        self.book.add(Death(fingerprint(letter), stage, where, mark, NOWHERE, CELL, attempts))

    def documents(self) -> Documents:
        done = self.arrivals if self.ingest_done is None else self.ingest_done
        received = Received({0: Span(0, done, self.arrivals)}, {0: self.parse_done}, NOBODY_READ)
        for row in self.received:
            received.records.add(*row)
        return balance_documents(received, self.book, np.array([row[0] for row in self.parsed], dtype=np.int64))

    def articles(self) -> Articles:
        parsed = Parsed({0: self.enrich_done}, held=self.held, dropped=self.dropped, tail=self.tail)
        for row in self.parsed:
            parsed.records.add(*row)
        return balance_articles(parsed, self.documents(), self.book, self.stored())

    def stored(self) -> Rows:
        columns = np.array(self.rows, dtype=np.int64).reshape(-1, 5).T
        return Rows(*columns, known=np.ones(len(self.rows), dtype=np.bool_))


def terms(account: Account) -> dict[str, int]:
    """How many rows each term has, without the empty ones."""
    return {Term(n).name: count for n, count in enumerate(account.counts(2).sum(axis=0).tolist()) if count}


def test_each_arrival_is_booked_under_one_term() -> None:
    wire = Wire()
    wire.arrive("a")
    wire.arrive("a", REPEAT)
    wire.arrive("b")
    wire.parse("a", 0)
    wire.die("parse", fingerprint("b"), place(0, 2), "letter of b")
    wire.die("ingest", NOWHERE, NOWHERE, "turned away")
    wire.arrivals += 1
    wire.die("ingest", NOWHERE, place(0, 3), "letter of a bad header")
    balance = wire.documents()
    assert terms(balance.account) == {"PARSED": 1, "REPEATS": 1, "REFUSED": 1, "DEAD": 2}
    assert not len(balance.lost)


def test_an_arrival_that_ingest_passed_without_a_trace_is_lost_and_one_that_it_has_yet_to_reach_is_in_flight() -> None:
    wire = Wire(ingest_done=3)
    wire.arrive("a")
    wire.parse("a", 0)
    wire.arrivals = 7
    balance = wire.documents()
    assert [partition_and_offset(each) for each in balance.lost] == [(0, 1), (0, 2)]
    assert terms(balance.account) == {"PARSED": 1, "IN_FLIGHT": 4}


def test_a_document_that_parse_passed_without_a_trace_is_a_difference_and_one_that_it_has_yet_to_reach_is_not() -> None:
    wire = Wire(parse_done=1)
    wire.arrive("passed")
    wire.arrive("waiting")
    balance = wire.documents()
    assert balance.account.mark[balance.account.open()].tolist() == [fingerprint("passed")]
    assert terms(balance.account) == {"DIFFERENCE": 1, "IN_FLIGHT": 1}


def test_records_that_a_crash_wrote_twice_count_once() -> None:
    wire = Wire()
    wire.arrive("a")
    wire.receive("a", position=place(0, 0))
    for _ in range(2):
        wire.parse("a", 0, 1)
        wire.die("enrich", article_mark("a", 1), place(0, 1), "letter")
    wire.store("a", 0)
    assert terms(wire.documents().account) == {"PARSED": 1}
    assert terms(wire.articles().account) == {"PUBLISHED": 1, "DEAD": 1}


@pytest.mark.parametrize("stage", ["ingest", "parse"])
def test_a_letter_that_was_replayed_is_booked_where_the_replay_led(stage: str) -> None:
    wire = Wire()
    if stage == "ingest":
        wire.arrivals = 1
        wire.die("ingest", NOWHERE, place(0, 0), "letter")
        assert terms(wire.documents().account) == {"DEAD": 1}
        wire.book.sent_again(fingerprint("letter"), 1)
        wire.arrive("a")
    else:
        wire.arrive("a")
        wire.die("parse", fingerprint("a"), place(0, 0), "letter")
        assert terms(wire.documents().account) == {"DEAD": 1}
        wire.book.sent_again(fingerprint("letter"), 1)
        assert terms(wire.documents().account) == {"DIFFERENCE": 1}
        wire.receive("a", AGAIN, position=place(0, 0))
    wire.parse("a", 0)
    assert terms(wire.documents().account) == {"PARSED": 1}


@pytest.mark.parametrize("marked_late", [False, True])
def test_a_letter_that_failed_again_is_dead_once_even_if_it_failed_before_its_replay_was_marked(
    marked_late: bool,
) -> None:
    wire = Wire()
    wire.arrive("a")
    wire.die("parse", fingerprint("a"), place(0, 0), "letter")
    if not marked_late:
        wire.book.sent_again(fingerprint("letter"), 1)
    wire.receive("a", AGAIN, position=place(0, 0))
    wire.die("parse", fingerprint("a"), place(0, 1), "letter", attempts=2)
    if marked_late:
        wire.book.sent_again(fingerprint("letter"), 1)
    assert terms(wire.documents().account) == {"DEAD": 1}
    assert [death.attempts for death in wire.book.of("parse")] == [2]


def test_a_letter_that_failed_again_before_its_replay_was_noted_is_dead_all_the_same() -> None:
    book = DeadBook()
    for times in (1, 2):
        book.add(Death(1, "parse", place(0, times), NOWHERE, NOWHERE, CELL, attempts=times))
    book.sent_again(1, 1)
    assert [death.place for death in book.of("parse")] == [place(0, 2)]
    assert book.again == {place(0, 1)}


def test_a_letter_without_its_events_headers_is_known_by_its_place() -> None:
    wire = Wire()
    wire.arrive("a")
    wire.arrive("b")
    wire.parse("b", 0)
    wire.die("parse", NOWHERE, place(0, 0), "letter of a")
    wire.die("enrich", NOWHERE, place(0, 0), "letter of b's article")
    assert terms(wire.documents().account) == {"PARSED": 1, "DEAD": 1}
    assert terms(wire.articles().account) == {"DEAD": 1}


def test_a_document_sent_again_from_the_archive_counts_as_received_unless_it_came_within_the_window() -> None:
    wire = Wire()
    wire.arrive("new")
    wire.parse("new", 0)
    wire.receive("new", AGAIN)
    wire.receive("of last year", AGAIN)
    wire.parse("of last year", 0)
    wire.receive("just before the window")
    assert terms(wire.documents().account) == {"PARSED": 2}


def test_each_article_is_booked_under_one_term() -> None:
    wire = Wire(enrich_done=8)
    wire.arrive("package")
    wire.parse("package", *range(9))
    for index, standing in enumerate(STANDINGS):
        wire.store("package", index, standing)
    wire.held[fingerprint("a story")] = {fingerprint("an event"): article_mark("package", 5)}
    wire.die("publish", article_mark("package", 6), place(0, 6), "letter")
    wire.tail.append(article_mark("package", 7))
    balance = wire.articles()
    assert terms(balance.account) == {
        "PUBLISHED": 1,
        "SUPERSEDED": 1,
        "HELD": 2,
        "KILLED": 2,
        "DEAD": 1,
        "IN_FLIGHT": 2,
    }
    assert not balance.left_out
    assert not len(balance.orphans)


def test_an_article_that_enrich_passed_without_a_trace_is_a_difference() -> None:
    wire = Wire()
    wire.arrive("a")
    wire.parse("a", 0, 1)
    wire.store("a", 0)
    account = wire.articles().account
    assert account.mark[account.open()].tolist() == [article_mark("a", 1)]


def test_an_article_that_was_dropped_while_it_was_held_is_booked_as_the_receipt_says() -> None:
    wire = Wire()
    wire.arrive("a")
    wire.parse("a", 0, 1)
    wire.dropped = {1: (article_mark("a", 0), Term.SUPERSEDED), 2: (article_mark("a", 1), Term.KILLED)}
    wire.held[fingerprint("a story")] = {1: article_mark("a", 0)}
    assert terms(wire.articles().account) == {"SUPERSEDED": 1, "KILLED": 1}


def test_an_article_that_was_enriched_anew_while_it_was_held_is_still_held() -> None:
    wire = Wire()
    wire.arrive("a")
    wire.parse("a", 0)
    wire.dropped = {1: (article_mark("a", 0), Term.SUPERSEDED)}
    wire.held[fingerprint("a story")] = {1: article_mark("a", 0), 2: article_mark("a", 0)}
    assert terms(wire.articles().account) == {"HELD": 1}


@dataclass(frozen=True)
class Record:
    """As much of a record of `article.held` as the audit looks at."""

    headers: tuple[tuple[str, bytes], ...]
    value: bytes | None
    key: bytes = b"Skerry Press|sp:1"


def held(event: str, index: int) -> Record:
    return Record((("ce_id", event.encode()), ("ce_document", b"a"), ("ce_index", str(index).encode())), b"{}")


def test_a_tombstone_ends_the_waiting_that_it_names_and_one_that_names_none_all_of_its_story() -> None:
    parsed = Parsed({})
    ends_first = Record((("ce_ends", b"first"),), None)
    for record in (held("first", 0), held("second", 1), ends_first):
        take_held(record, parsed)  # type: ignore[arg-type]
    (waiting,) = parsed.held.values()
    assert list(waiting.values()) == [article_mark("a", 1)]
    take_held(Record((), None), parsed)  # type: ignore[arg-type]
    assert not waiting


def test_an_article_enriched_twice_counts_once_by_what_came_out_last() -> None:
    wire = Wire()
    wire.arrive("a")
    wire.parse("a", 0)
    wire.store("a", 0, "superseded", processed=2)
    wire.store("a", 0, "newest", processed=1)
    assert terms(wire.articles().account) == {"SUPERSEDED": 1}


def test_a_document_of_which_parse_gave_too_few_articles_is_named() -> None:
    wire = Wire()
    for document, given in {"whole": (0, 1, 2), "short": (0, 2)}.items():
        wire.arrive(document)
        wire.parse(document, *given, count=3)
        for index in given:
            wire.store(document, index)
    assert list(wire.articles().left_out) == [fingerprint("short")]


def test_a_row_whose_article_nobody_parsed_is_named() -> None:
    wire = Wire()
    wire.arrive("a")
    wire.parse("a", 0)
    wire.store("a", 0)
    wire.store("b", 0)
    assert wire.articles().orphans.tolist() == [1]


def test_articles_of_documents_that_came_before_the_window_are_counted_apart() -> None:
    wire = Wire()
    wire.arrive("a")
    wire.parse("a", 0)
    wire.parse("earlier", 0, 1)
    wire.store("a", 0)
    assert (terms(wire.articles().account), wire.articles().outside) == ({"PUBLISHED": 1}, 2)


def test_nothing_at_all_balances() -> None:
    assert terms(Wire().documents().account) == {}
    assert terms(Wire().articles().account) == {}
    assert not Receipts().doubled().tolist()


def receipts(*told: tuple[str, str, str]) -> Receipts:
    """Receipts by sink, event and content, in the places 0, 1, 2 …"""
    found = Receipts()
    for where, (sink, event, content) in enumerate(told):
        found.records.add(found.sink(sink), fingerprint(event), fingerprint(content), 0, where)
    return found


def test_two_receipts_of_different_content_for_one_version_and_sink_are_found_and_equal_ones_are_not() -> None:
    same = [("postgres", "one", "stored"), ("postgres", "one", "stored"), ("current", "one", "superseded")]
    assert receipts(*same).doubled().tolist() == []
    (where,) = receipts(*same, ("postgres", "one", "killed"), ("postgres", "one", "withdrawn")).doubled().tolist()
    assert where in {0, 1, 3, 4}


def test_a_row_without_a_receipt_and_a_receipt_without_a_row_are_found_in_each_sink() -> None:
    wire = Wire()
    for document in "abc":
        wire.store(document, 0)
    event = dict(zip("abcd", [f"event {d}/0 0" for d in "abcd"], strict=True))
    told = receipts(
        ("postgres", event["a"], ""),
        ("postgres", event["b"], ""),
        ("postgres", event["d"], ""),
        ("current", event["a"], ""),
    )
    excused = np.array([fingerprint(event["c"])], dtype=np.int64)
    found = {
        one.sink: (one.rows.tolist(), one.receipts.tolist()) for one in beside_rows(told, wire.stored(), excused, 0)
    }
    assert found == {"postgres": ([], [2]), "current": ([1], [])}


def test_places_keep_the_order_of_their_partition_and_are_held_to_its_offset() -> None:
    places = np.array([place(p, o) for p, o in itertools.product((0, 3), (4, 5))] + [place(7, 0)], dtype=np.int64)
    assert at_or_beyond(places, {0: 5, 3: 4}).tolist() == [False, True, True, True, True]


def test_the_window_reaches_no_further_back_than_the_topics_surely_keep() -> None:
    now = datetime(2026, 3, 12, 12, tzinfo=UTC)
    sure = now - timedelta(days=7) + timedelta(hours=1)
    assert window_begin(None, now) == sure
    assert window_begin(now - timedelta(days=30), now) == sure
    assert window_begin(now - timedelta(hours=2), now) == now - timedelta(hours=2)


def test_since_is_a_duration_or_an_iso_time_in_utc() -> None:
    now = datetime(2026, 3, 12, 12, tzinfo=UTC)
    assert moment("90m", now) == now - timedelta(minutes=90)
    assert moment("2d", now) == now - timedelta(days=2)
    assert moment("2026-03-12T10:00+01:00", now) == datetime(2026, 3, 12, 9, tzinfo=UTC)
    assert moment("2026-03-12", now) == datetime(2026, 3, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="yesterday"):
        moment("yesterday", now)
