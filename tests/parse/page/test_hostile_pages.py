"""Pages and texts that are meant to hurt: size, depth, repetition, bytes that are no text."""

import time
from contextlib import suppress

import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal

PARAGRAPH = "The harbour master said on Tuesday that the boats would wait until the wind had turned to the south. "


def seconds_of(data: bytes, form: str) -> float:
    begun = time.process_time()
    with suppress(Refusal):
        read(Raw(data), form=form)
    return time.process_time() - begun


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 20_000 + PARAGRAPH * 5,
        "<p>" + "<b>" * 20_000 + PARAGRAPH,
        "<table><tr><td>" * 3_000 + PARAGRAPH,
        "<p>" + "a" * 1_000_000,
        "<p>" + "( " * 200_000,
        "<p>" + "- " * 200_000,
        "<a href=x>" * 50_000,
        "<h1>" * 5_000 + PARAGRAPH,
        "<script type='application/ld+json'>" + "[" * 200_000 + "</script><p>" + PARAGRAPH,
        "<script>" + '"<p>' + "\\" * 300_001 + "</script><p>",
    ],
    ids=["divs", "bold", "tables", "word", "brackets", "dashes", "anchors", "titles", "json", "backslashes"],
)
def test_a_hostile_page_takes_no_more_than_seconds(page: str) -> None:
    assert seconds_of(page.encode(), "html") < 2


def test_a_page_of_twenty_megabytes_is_read_in_bounded_time() -> None:
    body = "".join(f"<p>{at}. {PARAGRAPH}</p>" for at in range(3_000))
    filler = "<script>var x = '" + "y" * 1_000 + "';</script>"
    page = f"<html><body>{filler * 18_000}<article><h1>Boats wait for the wind</h1>{body}</article></body></html>"
    assert len(page) > 18_000_000
    assert seconds_of(page.encode(), "html") < 2


def test_of_a_page_of_too_many_blocks_the_longest_are_read_however_alike_they_are() -> None:
    page = "<article><h1>Boats wait for the wind</h1>" + f"<p>{PARAGRAPH * 2}</p>" * 12_000 + "</article>"
    (article,) = read(Raw(page.encode()), form="html")
    assert len(article.body or "") > 100_000


@pytest.mark.parametrize(
    "text",
    [
        PARAGRAPH * 10_000,
        (PARAGRAPH + "\n") * 8_000,
        "x\n" * 60_000,
        "(a" * 300_000,
        "A, (B) " * 100_000,
        "1.1.1" * 200_000,
    ],
    ids=["line", "paragraphs", "short lines", "brackets", "datelines", "figures"],
)
def test_a_text_of_a_megabyte_takes_no_more_than_seconds(text: str) -> None:
    assert seconds_of(text.encode(), "text") < 5


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"<html>", b"<p>", b"\x89PNG\r\n\x1a\n" * 50, b"<!doctype html><title>x</title>"]
)
def test_bytes_without_a_story_are_refused_not_raised(data: bytes) -> None:
    with pytest.raises(Refusal):
        read(Raw(data), form="html")
