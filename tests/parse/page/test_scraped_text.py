"""Scraped text: the story alone, and nothing of what was cut off is lost."""

import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.schemas.article import Article

GLUED = """\
Coasts & HarboursNorthSkerry asks neighbours to share pilots

Skerry asks neighbours to share pilots

Newsline: Skerry on Tuesday asked its neighbours to share harbour pilots this winter. SKERRY, March 4 (Newsline) - Skerry on Tuesday asked its neighbours to share harbour pilots this winter.

The island has lost six of its nine pilots since the ferry company moved to the mainland.

"We can keep the lights on, but not the boats," harbour master Ilse Tamm told reporters on the quay. (Reporting by Ann Moor; Editing by Joe Fell)

Latest news

Lighthouse keeper wins chess cup for the third time

The keeper of the northern light beat all of the visitors from the...

You might also likeRELATED
"""

GERMAN = """\
Startseite > Küste > Häfen
Lotsen fehlen im ganzen Norden
Aktualisiert am 04.03.2020, 17:30 Uhr
Skerry (nld) - Auf der Insel fehlen in diesem Winter sechs Lotsen. Das sagte die Hafenmeisterin am Dienstag.
Lesen Sie auch: Wie ein Leuchtturm verkauft wurde
Die Reederei hatte ihren Sitz im Herbst auf das Festland verlegt. Seither bleiben Schiffe liegen.
Das könnte Sie auch interessieren
Wie ein Leuchtturm verkauft wurde
Fähre bleibt bis Ostern im Dock
Zur Startseite
"""


def article_of(text: str) -> Article:
    (article,) = read(Raw(text.encode()), form="text")
    return article


def test_a_breadcrumb_glued_to_the_title_becomes_the_section() -> None:
    article = article_of(GLUED)
    assert article.headline == "Skerry asks neighbours to share pilots"
    assert article.section == ["Coasts & Harbours", "North"]
    assert article.evidence["section"].field == "line 1"


def test_a_lead_glued_before_the_dateline_becomes_the_abstract() -> None:
    article = article_of(GLUED)
    assert article.abstract == "Skerry on Tuesday asked its neighbours to share harbour pilots this winter."
    assert article.body is not None
    assert article.body.startswith("SKERRY, March 4 (Newsline) - Skerry on Tuesday")
    assert article.provider == "Newsline"


def test_the_story_ends_with_its_sign_off_and_teasers_become_related() -> None:
    article = article_of(GLUED)
    assert article.body is not None
    assert article.body.endswith("(Reporting by Ann Moor; Editing by Joe Fell)")
    assert article.body.count("\n\n") == 2
    (teaser,) = article.related
    assert teaser.headline == "Lighthouse keeper wins chess cup for the third time"
    assert teaser.summary is not None
    assert teaser.summary.startswith("The keeper of the northern light")
    assert teaser.evidence is not None
    assert teaser.evidence.field == "line 13"


def test_an_inline_teaser_leaves_the_body_and_is_related_once() -> None:
    article = article_of(GERMAN)
    assert article.body is not None
    assert "Lesen Sie auch" not in article.body
    assert article.body.count("\n\n") == 1
    assert [r.headline for r in article.related] == [
        "Wie ein Leuchtturm verkauft wurde",
        "Fähre bleibt bis Ostern im Dock",
    ]


def test_the_stamp_dates_the_page_and_the_breadcrumb_loses_its_root() -> None:
    article = article_of(GERMAN)
    assert article.section == ["Küste", "Häfen"]
    assert article.published is not None
    assert article.published.date().isoformat() == "2020-03-04"
    assert article.timezone_assumed is not None


ALONE = """\
The Valley Courier
Business
Island sells its wind to a mine and keeps the ferry

Tue 5 Nov 2019 11.20 GMT

Skerry, 5 Nov. (Newsline) -
An island with 312 inhabitants will sell the power of its four windmills to a mine on the mainland, its mayor said on Tuesday.

Read more:
Ferry strike ends after nine days

The contract runs for 15 years and covers the cost of the ferry, which the county had wanted to cut from January.

___

Newsline writer Ann Moor contributed to this report.

Copyright 2019 Newsline. All rights reserved.
More on this story
Mine asks for reindeer fence
Sign up to our newsletter
"""


def test_a_dateline_alone_on_its_line_opens_the_paragraph_that_follows() -> None:
    article = article_of(ALONE)
    assert article.body is not None
    assert article.body.startswith("Skerry, 5 Nov. (Newsline) - An island with 312 inhabitants")
    assert article.provider == "Newsline"


def test_a_contributors_note_behind_a_rule_is_the_storys_end() -> None:
    article = article_of(ALONE)
    assert article.body is not None
    assert article.body.endswith("Newsline writer Ann Moor contributed to this report.")
    assert "___" not in article.body
    assert article.copyrightnotice == "Copyright 2019 Newsline. All rights reserved."


def test_a_teaser_under_its_label_between_paragraphs_is_related() -> None:
    article = article_of(ALONE)
    assert [r.headline for r in article.related] == [
        "Ferry strike ends after nine days",
        "Mine asks for reindeer fence",
    ]


def test_site_and_section_above_the_headline_are_told_apart() -> None:
    article = article_of(ALONE)
    assert article.republisher == "The Valley Courier"
    assert article.section == ["Business"]


def test_a_zone_that_the_stamp_states_is_not_assumed() -> None:
    article = article_of(ALONE)
    assert article.published is not None
    assert article.published.isoformat() == "2019-11-05T11:20:00+00:00"
    assert article.timezone_assumed is None


@pytest.mark.parametrize("line", ["AFP | Nov 21, 2016, 11.02 PM IST", "By AFP", "Kampala, AFP"])
def test_an_agency_named_beside_the_stamp_made_the_story(line: str) -> None:
    text = (
        f"Lake port reopens after storm\n{line}\n\nThe lake port of Tarn reopened on Monday after a storm had closed it for two "
        "days, the harbour master said.\n\nTwo ferries were waiting, and a third was due in the evening, he added.\n"
    )
    (article,) = read(Raw(text.encode()), form="text")
    assert article.provider == "AFP"
