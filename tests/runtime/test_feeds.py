"""Who may push what."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from copydesk.runtime.feeds import BadFeedsError, Feeds, Poll, feeds_of, hashed


def toml(key: str = "old", extra: str = "") -> str:
    return f'[feeds.northwire]\nkeys = ["{hashed(key)}"]\nproviders = ["North Wire"]\n{extra}\n'


def test_a_key_opens_its_own_feed_only(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(toml() + f'[feeds.other]\nkeys = ["{hashed("third")}"]\n')
    feeds = Feeds(file)
    assert feeds.opened_by("old") == {"northwire"}
    assert feeds.opened_by("third") == {"other"}
    assert feeds.opened_by(hashed("old")) == frozenset()
    assert feeds.opened_by("") == frozenset()
    assert feeds.opened_by("\ud800") == frozenset()


def test_without_a_file_no_key_opens_anything() -> None:
    assert Feeds().opened_by("anything") == frozenset()


def test_a_replaced_key_counts_at_once_and_a_broken_file_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(toml("old"))
    feeds = Feeds(file)
    assert feeds.opened_by("old")
    file.write_text(toml("new"))
    os.utime(file, (1, 1))
    assert not feeds.opened_by("old")
    assert feeds.opened_by("new")
    file.write_text("[feeds")
    os.utime(file, (2, 2))
    assert feeds.opened_by("new")


def test_a_feed_may_replace_the_stories_of_the_providers_that_it_is_granted(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(toml() + "[feeds.free]\n")
    feeds = Feeds(file)
    assert feeds.grants("northwire", "north wire")
    assert not feeds.grants("northwire", "South Wire")
    assert not feeds.grants("northwire", None)
    assert feeds.grants("free", "South Wire")
    assert feeds.grants("unheard-of", "South Wire")


def test_a_feed_names_the_urls_that_are_polled_for_it() -> None:
    text = """
        [feeds.skerry]
        [[feeds.skerry.poll]]
        url = "https://skerry.example/latest.rss?key=1"
        [[feeds.skerry.poll]]
        url = "http://skerry.example:8000"
        every = 60
        pages = true
        robots = false
    """
    assert feeds_of(text.encode())["skerry"].polls == (
        Poll("https://skerry.example/latest.rss?key=1", 300.0),
        Poll("http://skerry.example:8000", 60.0, pages=True, robots=False),
    )


def test_a_feed_may_say_how_long_its_documents_are_kept() -> None:
    feeds = feeds_of(b"[feeds.brief]\nkeep_days = 31\n[feeds.ever]\n")
    assert (feeds["brief"].keep_days, feeds["ever"].keep_days) == (31, None)


@pytest.mark.parametrize(
    "text",
    [
        "[feeds.a]\nkeep_days = 30\n",
        "[feeds.a]\nkeep_days = 40.5\n",
        "[feeds.a]\nkeep_days = true\n",
        "[feeds.a]\nkeep_days = '90 days'\n",
        "[feeds.'../x']\n",
        "[feeds.a]\nkeys = ['plain']\n",
        "[feeds.a]\nkeys = 'x'\n",
        "[feeds.a]\nunknown = 1\n",
        "[feeds.a]\nfolder = 3\n",
        "[feeds.a]\npoll = 'https://skerry.example/'\n",
        "[[feeds.a.poll]]\n",
        "[[feeds.a.poll]]\nurl = 'ftp://skerry.example/'\n",
        "[[feeds.a.poll]]\nurl = 'https://user:key@skerry.example/'\n",
        "[[feeds.a.poll]]\nurl = 'https://skerry.example/'\nevery = 0\n",
        "[[feeds.a.poll]]\nurl = 'https://skerry.example/'\nevery = true\n",
        "[[feeds.a.poll]]\nurl = 'https://skerry.example/'\npages = 1\n",
        "[[feeds.a.poll]]\nurl = 'https://skerry.example/'\nkey = 'x'\n",
        "[[feeds.a.poll]]\nurl = 'https://skerry.example/'\n[[feeds.a.poll]]\nurl = 'https://skerry.example/'\n",
        "[[feeds.a.poll]]\nurl = 'https://skerry.example/" + "a" * 1500 + "'\n",
        "[other]\n",
        "feeds = 3\n",
        "\xff",
    ],
)
def test_a_file_that_says_something_else_is_refused(text: str) -> None:
    with pytest.raises(BadFeedsError):
        feeds_of(text.encode("latin-1"))
