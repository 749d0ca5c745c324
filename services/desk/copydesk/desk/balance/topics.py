"""Reading the topics into what the balances are reckoned from: a few numbers a record."""

from __future__ import annotations

import json
from datetime import datetime

from copydesk.desk.balance.accounts import Term
from copydesk.desk.balance.articles import Parsed
from copydesk.desk.balance.columns import Cells
from copydesk.desk.balance.dead import DeadBook, Death
from copydesk.desk.balance.documents import AGAIN, FIRST, REPEAT, Received
from copydesk.desk.balance.marks import article_mark, fingerprint
from copydesk.desk.balance.receipts import Receipts
from copydesk.desk.records import NOWHERE, Record, place_of, position
from copydesk.runtime.envelope import derived_id

TYPE_REPEAT = b".wire.repeat."
DROPPED = {"superseded": Term.SUPERSEDED, "killed": Term.KILLED}

Stated = dict[str, bytes]


def text(stated: Stated, name: str) -> str:
    """Return a header as text, empty where there is none."""
    return stated.get(name, b"").decode("utf-8", "replace")


def seconds(stated: Stated, name: str, record: Record) -> float:
    """Return the time that a header states, else the record's, as Unix time."""
    try:
        moment = datetime.fromisoformat(text(stated, name))
        return moment.timestamp() if moment.tzinfo else float(record.timestamp) / 1000
    except (ValueError, OverflowError):
        return float(record.timestamp) / 1000


def number(stated: str) -> int:
    """Return the number that a header states, 1 where it states none."""
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else 1


def take_received(record: Record, received: Received, cells: Cells) -> None:
    """Take down a record of `wire.received`."""
    stated = dict(record.headers)
    repeat = TYPE_REPEAT in stated.get("ce_type", b"")
    kind = REPEAT if repeat else AGAIN if {"ce_replay", "dead_attempts"} & stated.keys() else FIRST
    received.records.add(
        position(text(stated, "ce_position")),
        place_of(record),
        fingerprint(document_of(record, stated, repeat=repeat)),
        cells.number(text(stated, "ce_feed"), seconds(stated, "ce_received", record)),
        kind,
    )


def document_of(record: Record, stated: Stated, *, repeat: bool = False) -> str:
    """Return the id of the document that a record of `wire.received` brings; of a repeat, that of the first."""
    if repeat:
        return text(stated, "ce_repeatof")
    named = text(stated, "ce_document") or text(stated, "ce_id")
    return named or derived_id(record.topic, record.partition, record.offset)


def take_parsed(record: Record, parsed: Parsed) -> None:
    """Take down a record of `article.parsed`."""
    stated = dict(record.headers)
    parsed.records.add(
        fingerprint(text(stated, "ce_document")),
        article_of(stated),
        number(text(stated, "ce_count")),
        place_of(record),
    )


def article_of(stated: Stated) -> int:
    """Return the fingerprint of the article that a record of `article.*` brings."""
    return article_mark(text(stated, "ce_document"), text(stated, "ce_index"))


def take_held(record: Record, parsed: Parsed) -> None:
    """Take down a record of `article.held`: an article that waits, or the end of the waiting of one, or of all of its story."""
    stated = dict(record.headers)
    waiting = parsed.held.setdefault(fingerprint((record.key or b"").decode("utf-8", "replace")), {})
    if record.value is not None:
        waiting[fingerprint(text(stated, "ce_id"))] = article_of(stated)
    elif ended := text(stated, "ce_ends"):
        waiting.pop(fingerprint(ended), None)
    else:
        waiting.clear()


def take_receipt(record: Record, receipts: Receipts, parsed: Parsed) -> None:
    """Take down a record of `article.published`; one that is no receipt is passed over."""
    try:
        # Not by the model: of a million receipts that alone would take half a minute.
        told = json.loads(record.value or b"")
        sink, event, outcome = str(told["sink"]), str(told["event"]), str(told["outcome"])
        at = datetime.fromisoformat(told["at"]).timestamp()
    except (ValueError, KeyError, TypeError, OverflowError):
        return
    if sink == "held" and outcome in DROPPED and told.get("document"):
        parsed.dropped[fingerprint(event)] = article_mark(told["document"], told.get("index") or 0), DROPPED[outcome]
    receipts.records.add(
        receipts.sink(sink),
        fingerprint(event),
        fingerprint((record.value or b"").decode("utf-8", "replace")),
        round(at * 1_000_000),
        place_of(record),
    )


def take_dead(record: Record, book: DeadBook, cells: Cells, since: float) -> None:
    """Take down a record of `wire.dead`: a letter, or the mark that one was sent again."""
    stated = dict(record.headers)
    letter = fingerprint(text(stated, "dead_id") or f"{record.partition}:{record.offset}")
    attempts = number(text(stated, "dead_attempts"))
    if "dead_replayed" in stated:
        book.sent_again(letter, attempts)
        return
    stage, at = text(stated, "dead_stage"), text(stated, "dead_offset")
    turned_away = at == "-1"
    if "dead_error" not in stated or (turned_away and seconds(stated, "dead_time", record) < since):
        return
    document, event = text(stated, "ce_document"), text(stated, "ce_id")
    if stage in {"enrich", "publish"}:
        mark = article_of(stated) if document else NOWHERE
    else:
        mark = fingerprint(document or event) if document or event else NOWHERE
    book.add(
        Death(
            letter,
            stage,
            NOWHERE if turned_away else position(f"{text(stated, 'dead_partition')}/{at}"),
            mark,
            fingerprint(event) if event else NOWHERE,
            cells.number(text(stated, "ce_feed"), seconds(stated, "ce_received", record)),
            attempts,
        )
    )
