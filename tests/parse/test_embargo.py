"""An embargo that was stated and cannot be read binds all the same: nothing is published by mistake."""

import json

import pytest
from copydesk.parse.embargo import may_last
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.parse.zones import read_time

MADE = "2026-03-12T10:00:00Z"
LATER_SOMEWHERE = "2026-03-12T18:00:00"

G2 = """<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:3" version="1" standard="NewsML-G2"><itemMeta>
<itemClass qcode="ninat:text"/><provider><name>Unheard of</name></provider><versionCreated>2026-03-12T10:00:00Z</versionCreated>
<embargoed>{}</embargoed><pubStatus qcode="stat:{}"/></itemMeta><contentMeta><headline>Two piers open</headline></contentMeta>
<contentSet><inlineData contenttype="text/plain">The pier opened.</inlineData></contentSet></newsItem>"""
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:x="urn:x"><channel><title>Unheard of</title><item><guid>1</guid>
<title>Two piers open</title><description>The pier opened.</description><pubDate>Thu, 12 Mar 2026 10:00:00 GMT</pubDate>
<x:embargo>{}</x:embargo></item></channel></rss>"""
NINJS = '{{"uri": "urn:x:1", "versioncreated": "2026-03-12T10:00:00Z", "pubstatus": "usable", "body_text": "It opened.", "embargoed": "{}"}}'
AP = (
    '{{"data": {{"item": {{"altids": {{"itemid": "a", "etag": "b"}}, "type": "text", "pubstatus": "usable", "headline": "Two piers open",'
    ' "versioncreated": "2026-03-12T10:00:00Z", "embargoed": "{}"}}}}}}'
)
DPA = '{{"version": "1", "urn": "urn:newsml:dpa.com:1:2", "version_created": "2026-03-12T10:00:00Z", "pubstatus": "usable", "article_html": "<p>Offen.</p>", "embargoed": "{}"}}'


def said_of(document: str, form: str) -> tuple[str | None, str | None, list[str]]:
    (article,) = read(Raw(document.encode()), form=form)
    said = json.loads(article.to_json())
    return said.get("pubstatus"), said.get("embargoed"), said.get("signals", [])


@pytest.mark.parametrize(
    ("form", "document"),
    [
        ("newsml-g2", G2.replace('"stat:{}"', '"stat:usable"')),
        ("ninjs", NINJS),
        ("ap-media", AP),
        ("dpa-digitalwires", DPA),
        ("rss", RSS),
    ],
)
@pytest.mark.parametrize("until", ["tonight, when the verdict is out", "bis auf Weiteres"])
def test_an_embargo_that_is_no_time_withholds_the_story(form: str, document: str, until: str) -> None:
    assert said_of(document.format(until), form) == ("withheld", None, ["embargo"])


def test_a_time_without_a_zone_withholds_unless_it_was_over_in_every_zone() -> None:
    assert said_of(NINJS.format(LATER_SOMEWHERE), "ninjs") == ("withheld", None, ["embargo"])
    assert said_of(NINJS.format("2026-03-11T18:00:00"), "ninjs") == ("usable", None, [])


@pytest.mark.parametrize("placeholder", ["false", "none", "N/A", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "-"])
def test_a_field_that_nobody_filled_in_is_no_embargo(placeholder: str) -> None:
    assert said_of(NINJS.format(placeholder), "ninjs") == ("usable", None, [])


def test_a_killed_story_stays_killed() -> None:
    status, _, signals = said_of(G2.format("tonight", "canceled"), "newsml-g2")
    assert (status, "kill" in signals) == ("canceled", True)


def test_ninjs_3_says_embargoed_until() -> None:
    said = NINJS.replace("embargoed", "embargoedUntil").format("2026-03-12T18:00:00+01:00")
    assert said_of(said, "ninjs") == ("usable", "2026-03-12T17:00:00Z", [])


def test_the_last_zone_decides_whether_an_embargo_may_last() -> None:
    made = read_time("2026-03-12T20:00:00Z")
    assert made is not None
    assert may_last("2026-03-12T09:00:00", made.moment)
    assert not may_last("2026-03-12T07:00:00", made.moment)
    assert may_last("2026-03-12T07:00:00", None)
