import re
from datetime import date

import pytest
from copydesk.parse.habits import settled
from copydesk.parse.profile import Profiles, from_toml, profiles
from copydesk.parse.zones import zone_named
from copydesk.schemas.article import Article

SKERRY = r"""
provider = "Skerry Press"
providers = ["SP"]
domains = ["skerry.example"]
sources = ["skp"]
timezone = "Atlantic/Faroe"
valid_from = 2020-01-01

[marks]
kill = ['^\s*STRUCK\b']
correction = ['^\s*MENDED\b']

[[earlier]]
timezone = "Europe/Copenhagen"
valid_until = 2020-01-01
"""


def skerry() -> Profiles:
    today, *earlier = from_toml("skerry", SKERRY)
    return Profiles((today,), None, tuple(earlier))


def test_a_profile_is_found_by_any_of_its_names_its_sources_and_its_domains() -> None:
    every = skerry()
    for found in (
        every.of("sp"),
        every.of("Skerry Press"),
        every.by_source("SKP"),
        every.by_domain("urn:newsml:skerry.example:2026:1"),
        every.by_domain("<1.2@mail.skerry.example>"),
    ):
        assert found is not None
        assert found.name == "skerry"
    assert every.by_domain("urn:newsml:notskerry.example:1") is None
    assert every.of("Nobody").timezone is None


def test_habits_have_a_date() -> None:
    every = skerry()
    assert every.of("SP", date(2019, 5, 1)).timezone == "Europe/Copenhagen"
    assert every.of("SP", date(2021, 5, 1)).timezone == "Atlantic/Faroe"
    assert every.of("SP", date(2019, 5, 1)).marks == every.of("SP").marks


def test_marks_are_read_in_the_fields_that_are_shown() -> None:
    profile = skerry().of("SP")
    assert profile.signals([None, "STRUCK: Harbour story"]) == ["kill"]
    assert profile.signals(["Lightning struck the harbour"]) == []


def test_a_feed_is_named_after_its_agency() -> None:
    assert [getattr(profiles(feed).feed, "name", None) for feed in ("dpa", "dpa-english", "afp.sports", "dpaque", "x")] == [
        "dpa", "dpa", "afp", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sent", ["SP", "skerry press", "The Skerry Press", "Skerry Press Ltd.", "/SP/", "Skerry Press News Agency"]
)
def test_an_agency_has_one_name_and_a_story_one_key_whatever_its_files_call_it(sent: str) -> None:
    article = Article(uri="urn:1", format="ninjs", provider=sent, republisher="Skerry Press plc")
    found = settled(article, skerry())
    assert found.key == "Skerry Press|urn:1"
    assert found.republisher is None


def test_whom_no_profile_knows_keeps_the_name_that_was_sent() -> None:
    article = Article(uri="urn:1", format="ninjs", provider="The Isles Wire Ltd", republisher="SP")
    found = settled(article, skerry())
    assert (found.provider, found.republisher) == ("The Isles Wire Ltd", "Skerry Press")


@pytest.mark.parametrize("text", ['colour = "red"', 'name = "x"', "[marks]\nkill = ['(']"])
def test_a_profile_with_a_mistake_is_refused(text: str) -> None:
    with pytest.raises((ValueError, re.error)):
        from_toml("broken", text)


def test_every_profile_that_is_shipped_names_a_zone_that_there_is() -> None:
    shipped = profiles().all
    assert len(shipped) > 30
    assert [p.name for p in shipped if p.timezone and zone_named(p.timezone) is None] == []


def test_no_two_profiles_claim_one_name_source_or_domain() -> None:
    every = profiles().all
    for claims in (
        [n for p in every for n in p.names()],
        [s.casefold() for p in every for s in p.sources],
        [d for p in every for d in p.domains],
    ):
        assert len(claims) == len(set(claims))


def story(**fields: object) -> Article:
    return Article.model_validate({"uri": "urn:x", "format": "ninjs", "provider": "SP", **fields})


def habit(text: str) -> Profiles:
    return Profiles(from_toml("skerry", f'provider = "Skerry Press"\nproviders = ["SP"]\n{text}'), None)


def test_the_part_of_an_id_that_changes_with_each_version_is_its_version() -> None:
    article = settled(story(uri="urn:skerry:101-v3"), habit(r"version_in_id = '-v(?P<version>\d+)$'"))
    assert (article.uri, article.version) == ("urn:skerry:101", "3")


def test_where_one_id_serves_every_story_a_field_tells_them_apart() -> None:
    first, again, other = (
        settled(story(uri="urn:same", link=link), habit('id_field = "link"')).uri for link in ("a", "a", "b")
    )
    assert first == again != other


def test_an_agencys_own_mark_for_a_kill_cancels_and_says_whose_it_is() -> None:
    article = settled(story(headline="STRUCK: Pier"), habit("[marks]\nkill = ['^STRUCK:']"))
    assert (article.pubstatus, article.signals) == ("canceled", ["kill"])
    assert article.evidence["pubstatus"].rule == "profile.skerry@1"


def test_the_dateline_may_stand_in_a_field_of_another_name() -> None:
    article = settled(story(located="Moor, Skerry"), habit('dateline_field = "located"'))
    assert article.dateline is not None
    assert article.dateline.text == "Moor, Skerry"


def test_an_agency_without_a_profile_has_no_habits() -> None:
    article = story(provider="Nobody")
    assert settled(article, habit("")) is article
