import re
from datetime import date

import pytest
from copydesk.parse.profile import Profiles, from_toml, profiles
from copydesk.parse.zones import zone_named

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


def test_a_feed_may_replace_only_its_own_stories_unless_granted_others() -> None:
    (alone,) = from_toml("skerry", 'provider = "Skerry Press"')
    assert alone.may_replace("SKERRY PRESS")
    assert not alone.may_replace("Halverton Wire")
    (granted,) = from_toml("skerry", 'grants = ["Halverton Wire"]')
    assert granted.may_replace("halverton wire")
    assert not granted.may_replace("skerry")
    (every,) = from_toml("hub", 'grants = ["*"]')
    assert every.may_replace("anybody")


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
