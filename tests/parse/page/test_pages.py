"""Web pages: the story alone out of many sites' chrome, and nothing out of pages that hold no story."""

import json
import re
from pathlib import Path

import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.article import Article

FOLDER = Path(__file__).parents[2] / "fixtures/pages"
INVENTED = [json.loads(row) for row in FOLDER.joinpath("expected.jsonl").read_text(encoding="utf-8").splitlines()]
"""Pages that `scripts/invent_pages.py` wrote: 40 stories, 40 that are none."""
ARTICLES = [page for page in INVENTED if page["kind"] == "article"]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def article_of(page: dict) -> Article:
    (article,) = read(Raw((FOLDER / page["file"]).read_bytes()), form="html")
    return article


@pytest.mark.parametrize("page", ARTICLES, ids=lambda page: page["file"])
def test_a_story_is_read_whole_and_without_its_chrome(page: dict) -> None:
    article = article_of(page)
    body = article.body or ""
    told, true = set(words(body)), set(words(" ".join(page["body"])))
    assert len(told & true) >= 0.75 * len(true)
    assert len(told - true) <= 0.25 * len(true)
    assert article.headline == page["title"]


def test_pages_that_are_no_articles_are_refused() -> None:
    right = wrong = missed = 0
    for page in INVENTED:
        try:
            article_of(page)
        except Refusal:
            right += page["kind"] != "article"
            wrong += page["kind"] == "article"
        else:
            missed += page["kind"] != "article"
    assert 2 * right / (2 * right + wrong + missed) >= 0.9


def test_an_error_page_is_refused_with_its_reason() -> None:
    page = next(page for page in INVENTED if page["kind"] == "error-page")
    with pytest.raises(Refusal) as refused:
        article_of(page)
    assert refused.value.kind == "no-article"
    assert "error-page" in str(refused.value)
