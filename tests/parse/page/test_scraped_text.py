"""Scraped text: the story alone, and nothing of what was cut off is lost."""

import json
from pathlib import Path

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


PLAIN = (
    "Skerry, March 4 (Reuters) - Skerry on Tuesday asked its neighbours to share harbour pilots this winter.\n\n"
    "The island has lost six of its nine pilots since the ferry company moved to the mainland, and nobody came.\n\n"
    '"We can keep the lights on, but not the boats," harbour master Ilse Tamm told reporters on the quay. '
    "(Reporting by Ann Moor; Editing by Joe Fell)\n"
)
TITLE = "Skerry asks neighbours to share pilots"


@pytest.mark.parametrize(
    ("above", "section"),
    [
        (f"NewsDaily24 Africa {TITLE}\n\n{TITLE}", ["News", "Daily24", "Africa"]),
        (f"HomeNewsAfrica{TITLE}\n{TITLE}", ["News", "Africa"]),
        (f"Home News Africa {TITLE}\n{TITLE}", ["News", "Africa"]),
        (f"Home > News > Africa > {TITLE}\n{TITLE}", ["News", "Africa"]),
        (f"News on the Coast & Its HarboursNorth{TITLE}\n{TITLE}", ["News on the Coast & Its Harbours", "North"]),
        (f"World News\n{TITLE}", ["World News"]),
    ],
)
def test_a_breadcrumb_is_parted_by_marks_capitals_or_known_names(above: str, section: list[str]) -> None:
    article = article_of(f"{above}\n\n{PLAIN}")
    assert article.headline == TITLE
    assert article.section == section


@pytest.mark.parametrize(
    "above",
    [
        f"The Valley Courier\n\n{TITLE}",
        f"Menu\nThe Valley Courier\nSearch\n{TITLE}",
        f"Valley Courier\nNews\nSport\nOpinion\nCulture\nTravel\nMoney\nTech\nWeather\nGames\nJobs\nCars\n{TITLE}",
        f"{TITLE}\nThe Valley Courier\nMarch 5, 2020",
        f"{TITLE} | The Valley Courier\n{TITLE}",
    ],
)
def test_a_newspapers_name_near_the_headline_is_who_passed_the_story_on(above: str) -> None:
    article = article_of(f"{above}\n\n{PLAIN}")
    assert article.headline == TITLE
    assert article.provider == "Reuters"
    assert article.republisher == "The Valley Courier".removeprefix("" if "The Valley" in above else "The ")
    assert not article.section


STORIES = Path(__file__).parents[2] / "fixtures/pages/expected.jsonl"
INVENTED = [json.loads(row) for row in STORIES.read_text(encoding="utf-8").splitlines()]
SHORT_LINES = [
    "A harbour between two winters",
    "Skerry lies where the cold water meets the warm, and its people have lived off both for as long as anyone remembers.",
    "The boats",
    "Nine are left, and three of them are older than the men who sail them, which nobody on the quay thinks strange at all.",
    "Why?",
    "Because a new one costs what a house costs, the harbour master says, and the houses stand empty as it is already.",
    "- the Tern, built in 1951",
    "- the Ada, built in 1963",
    "What comes next, nobody knows, but the school counts eleven children, two more than in the year before the storm.",
]


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["lines", "paragraphs"])
@pytest.mark.parametrize(
    "paragraphs",
    [*([*page["body"]] for page in INVENTED if page["kind"] == "article"), SHORT_LINES[1:]],
    ids=lambda paragraphs: paragraphs[0][:20],
)
def test_a_story_without_chrome_is_left_as_it_is(paragraphs: list[str], gap: str) -> None:
    article = article_of(gap.join(paragraphs))
    assert (article.body or "").split() == " ".join(paragraphs).split()


def test_a_line_of_chrome_anywhere_ends_the_trust() -> None:
    article = article_of(
        "\n".join([*SHORT_LINES, "Subscribe to our newsletter", "Storm sinks two boats off Tern Rock"])
    )
    assert "Storm sinks" not in (article.body or "")
