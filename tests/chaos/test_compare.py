"""Two stores are equal in every column but those that the clock decides."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from copydesk.publish.migrate import migrate
from copydesk.schemas.clock import COLUMNS, PATHS, timeless

from tests.chaos.compare import differences
from tests.conftest import Servers

DOCUMENT = "insert into documents (feed, sha256, document, size, received, origin) values ('f', %s, 'd', 1, now(), %s)"
VERSION = """
insert into versions (event, story, uri, pubstatus, processed, standing, article)
values (%s, 's', 'u', 'usable', now(), %s, %s::jsonb)
"""
ARTICLE = '{"headline": "%s", "provenance": {"stages": {"parse": "%s"}}}'
STORY = """
insert into stories (story, head, head_sha256, head_granted, killed) values ('s', %s, %s, %s, '2026-03-12')
"""


def test_what_the_clock_decides_is_left_out_and_the_article_stays_as_it_was() -> None:
    article = {"uri": "u", "provenance": {"feed": "f", "received": "now", "stages": {}}}
    assert timeless(article) == {"uri": "u", "provenance": {"feed": "f"}}
    assert "stages" in article["provenance"]
    assert timeless({"uri": "u"}) == {"uri": "u"}
    assert all(PATHS.values())


@pytest.fixture
def two(stack: Servers, tmp_path: Path) -> tuple[str, str]:
    names = ("chaos_here", "chaos_there")
    with psycopg.connect(stack.database, autocommit=True) as admin:
        for name in names:
            admin.execute(f"drop database if exists {name}")
            admin.execute(f"create database {name}")
    urls = tuple(stack.database.rpartition("/")[0] + f"/{name}" for name in names)
    for url in urls:
        migrate(url)
    return urls[0], urls[1]


def play(url: str, *statements: tuple[str, tuple[object, ...]]) -> None:
    with psycopg.connect(url) as store:
        for statement, values in statements:
            store.execute(statement, values)


@pytest.mark.stack
def test_every_column_that_is_listed_is_one(two: tuple[str, str]) -> None:
    with psycopg.connect(two[0]) as store:
        for table, columns in COLUMNS.items():
            found = store.execute("select column_name from information_schema.columns where table_name = %s", [table])
            assert columns.keys() <= {name for (name,) in found.fetchall()}


@pytest.mark.stack
def test_only_what_no_clock_decides_is_a_difference(two: tuple[str, str]) -> None:
    here, there = two
    play(here, (DOCUMENT, ("a", "0/1")), (VERSION, ("e", "newest", ARTICLE % ("Same", "8:00"))))
    play(there, (DOCUMENT, ("a", "3/9")), (VERSION, ("e", "superseded", ARTICLE % ("Same", "9:00"))))
    assert differences(here, there, ()) == []
    play(here, (DOCUMENT, ("b", "0/2")), (VERSION, ("f", "newest", ARTICLE % ("This", "8:00"))))
    play(there, (VERSION, ("f", "newest", ARTICLE % ("That", "8:00"))))
    found = [(each.table, each.row, each.what[:18]) for each in differences(here, there, ())]
    assert found == [("documents", ("f", "b"), "only with faults"), ("versions", ("f",), "differs in article")]


@pytest.mark.stack
def test_a_version_that_was_let_go_while_it_was_held_may_be_in_one_store_only(two: tuple[str, str]) -> None:
    here, there = two
    play(here, (VERSION, ("held", "killed", "{}")), (STORY, ("held", "a", True)))
    play(there, (STORY, (None, None, True)))
    assert len(differences(here, there, ())) == 2
    assert differences(here, there, {"held"}) == []
