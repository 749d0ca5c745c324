"""What goes with a story, and the kill that the desk writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from copydesk.desk.commands.erase import in_words
from copydesk.desk.erasing import Plan, kill_of, letters_of
from copydesk.desk.letters import Letter
from copydesk.schemas.article import Article
from copydesk.schemas.headers import ArticleHeaders

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


def plan(created: datetime | None = None, others: tuple[str, ...] = ()) -> Plan:
    return Plan("Skerry Press", "sp:1", 3, created, ("ab" * 32, "cd" * 32), ("cd" * 32,), (), others, (), held=False)


def letter(name: str, *, document: str = "", sha256: str = "", key: str = "") -> Letter:
    return Letter(
        id=name, stage="parse", kind="broken", message="", topic="wire.received", key=key, feed="", named="", document=document,
        attempts=1, first_seen=NOON, last_seen=NOON, begins=b"", size=0, sha256=sha256, trace="", place=0,
    )  # fmt: skip


def test_the_kill_beats_every_version_that_is_known_whatever_its_time() -> None:
    assert Article.model_validate_json(kill_of(plan(), NOON).value or b"").versioncreated == NOON
    ahead = NOON + timedelta(days=400)
    assert Article.model_validate_json(kill_of(plan(ahead), NOON).value or b"").versioncreated == ahead


def test_the_kill_says_which_story_it_is_and_nothing_else_of_it() -> None:
    record = kill_of(plan(), NOON)
    article = Article.model_validate_json(record.value or b"")
    assert (record.topic, record.key) == ("article.parsed", b"Skerry Press|sp:1")
    assert (article.key, article.pubstatus, article.signals) == ("Skerry Press|sp:1", "canceled", ["kill"])
    assert article.headline is article.body is None
    ArticleHeaders.model_validate({name: value.decode() for name, value in record.headers})


def test_letters_go_with_their_document_with_equal_bytes_and_with_their_story() -> None:
    among = [
        letter("of the document", document="d1"),
        letter("of the bytes", sha256="ff"),
        letter("of the story", key="Skerry Press|sp:1"),
        letter("of another", document="d2", sha256="ee", key="Skerry Press|sp:2"),
    ]
    found = letters_of(among, {"d1"}, {"ff"}, "Skerry Press|sp:1")
    assert [each.id for each in found] == ["of the document", "of the bytes", "of the story"]


def test_it_is_said_that_documents_go_whole_and_what_else_they_hold() -> None:
    others = tuple(f"Skerry Press|sp:{number}" for number in range(2, 30))
    told = in_words(plan(others=others))
    assert f"archived document {'ab' * 32}" in told
    assert f"archived document {'cd' * 32} (not in this archive)" in told
    assert any("28 other stories" in line for line in told)
    assert "  … and 8 more" in told
    assert any("topics cannot be erased from" in line for line in told)
    assert not any("other stories" in line for line in in_words(plan()))
