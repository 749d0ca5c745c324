"""Reading the topics into what the balances are reckoned from: a few numbers a record."""

from __future__ import annotations

from datetime import datetime

from copydesk.desk.balance.accounts import Term
from copydesk.desk.balance.articles import Parsed
from copydesk.desk.balance.columns import Cells
from copydesk.desk.balance.dead import MANY, DeadBook, Death
from copydesk.desk.balance.documents import AGAIN, FIRST, REPEAT, Received
from copydesk.desk.balance.marks import NOWHERE, article_mark, fingerprint, place, position
from copydesk.desk.balance.receipts import Receipts
from copydesk.desk.balance.records import Record
from copydesk.runtime.envelope import derived_id
from copydesk.schemas.receipt import Receipt

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


def take_received(record: Record, received: Received, cells: Cells) -> None:
    """Take down a record of `wire.received`."""
    stated = dict(record.headers)
    repeat = TYPE_REPEAT in stated.get("ce_type", b"")
    kind = REPEAT if repeat else AGAIN if {"ce_replay", "dead_attempts"} & stated.keys() else FIRST
    received.records.add(
        position(text(stated, "ce_position")),
        place(record.partition, record.offset),
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
    count = text(stated, "ce_count")
    parsed.records.add(
        fingerprint(text(stated, "ce_document")),
        article_of(stated),
        int(count) if count.isascii() and count.isdigit() else 1,
        place(record.partition, record.offset),
    )


def article_of(stated: Stated) -> int:
    """Return the fingerprint of the article that a record of `article.*` brings."""
    return article_mark(text(stated, "ce_document"), text(stated, "ce_index"))


def take_held(record: Record, parsed: Parsed) -> None:
    """Take down a record of `article.held`: what stands under its key now."""
    story = fingerprint((record.key or b"").decode("utf-8", "replace"))
    if record.value is None:
        parsed.held.pop(story, None)
    else:
        parsed.held[story] = article_of(dict(record.headers))


def take_receipt(record: Record, receipts: Receipts, parsed: Parsed) -> None:
    """Take down a record of `article.published`; one that is no receipt is passed over."""
    try:
        receipt = Receipt.model_validate_json(record.value or b"")
    except ValueError:
        return
    if receipt.sink == "held" and receipt.outcome in DROPPED and receipt.document:
        parsed.dropped[article_mark(receipt.document, receipt.index or 0)] = DROPPED[receipt.outcome]
    receipts.records.add(
        receipts.sink(receipt.sink),
        fingerprint(receipt.event),
        fingerprint((record.value or b"").decode("utf-8", "replace")),
        int(receipt.at.timestamp() * 1_000_000),
        place(record.partition, record.offset),
    )


def take_dead(record: Record, book: DeadBook, cells: Cells, since: float) -> None:
    """Take down a record of `wire.dead`: a letter, or the mark that one was sent again."""
    stated = dict(record.headers)
    letter = fingerprint(text(stated, "dead_id") or f"{record.partition}:{record.offset}")
    if "dead_replayed" in stated:
        book.sent_again(letter, _attempts(stated, MANY))
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
            _attempts(stated, 1),
        )
    )


def _attempts(stated: Stated, unsaid: int) -> int:
    given = text(stated, "dead_attempts")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else unsaid
