"""Headline, byline and dates of a page: what is marked, held against what is shown."""

from datetime import UTC, datetime

import pytest
from copydesk.parse.page.metadata.address import likeness, slug
from copydesk.parse.page.metadata.people import is_name, named

from tests.parse.page.page_of import article_of

H1 = "<h1>Skerry harbour reopens after nine days</h1>"
AUTHOR = {"@type": "Person", "name": "Ada Holm"}


def test_the_sites_name_is_no_part_of_the_headline() -> None:
    head = '<title>Skerry harbour reopens after nine days - The Harbour Gazette</title><meta property="og:site_name" content="The Harbour Gazette">'
    assert article_of(head=head, above=H1).headline == "Skerry harbour reopens after nine days"


def test_a_masthead_set_as_h1_gives_way_to_the_heading_above_the_story() -> None:
    head = "<title>Skerry harbour reopens after nine days</title>"
    above = '<h1><a href="/">The Harbour Gazette</a></h1><h2>Skerry harbour reopens after nine days</h2>'
    assert article_of(head=head, above=above).headline == "Skerry harbour reopens after nine days"


def test_the_address_tells_which_of_two_headings_is_the_headline() -> None:
    title = "Gales over: boats and ferries sail again"
    head = f'<title>{title}</title><meta property="og:title" content="{title}">'
    above = f"<h1>{title}</h1><h2>Skerry harbour reopens after nine days</h2>"
    found = article_of(head=head, above=above, headline="Skerry harbour reopens after nine days")
    assert found.headline == "Skerry harbour reopens after nine days"


def test_counters_set_as_headings_are_no_headline() -> None:
    above = "<h1>94</h1><h1>Skerry harbour reopens after nine days</h1><h1>Ω 48</h1>"
    head = "<title>Skerry harbour reopens after nine days — Gazette</title>"
    assert article_of(head=head, above=above).headline == "Skerry harbour reopens after nine days"


def test_an_address_is_read_as_the_words_of_its_longest_part() -> None:
    words = slug("https://gazette.example/north/article410390514/die-groesste-faehre-faehrt-wieder-a1234567.html?x=1")
    assert words == ["die", "groesste", "faehre", "faehrt", "wieder"]
    assert likeness("Die größte Fähre fährt wieder", words) == 1.0
    assert likeness("Wieder fährt die größte Fähre", words) < 1.0


def test_an_address_of_few_words_says_nothing() -> None:
    assert slug("https://gazette.example/news/12345678") == []
    assert slug("http://[broken") == []
    assert slug(None) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("Von Jana Berg, Ole Krog und Ute Stein", ["Jana Berg", "Ole Krog", "Ute Stein"]),
        ("Written by: Jane Doe | Senior Writer | July 2, 2025", ["Jane Doe"]),
        ("Por José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Par Jean le Goff", ["Jean le Goff"]),
        ("By Jane Doe, CFP", ["Jane Doe"]),
        ("Jane Doe—10 min read", ["Jane Doe"]),
    ],
)
def test_a_byline_is_read_as_its_names(text: str, names: list[str]) -> None:
    assert named(text) == names


@pytest.mark.parametrize("text", ["This Contributor", "3 min read", "Read more", "harbour master", "Harbour"])
def test_what_stands_in_an_authors_box_is_no_name(text: str) -> None:
    assert not is_name(text)


def test_the_byline_keeps_what_follows_the_name_and_the_credit_does_not() -> None:
    found = article_of(above=f'{H1}<p class="byline">By Ada Holm, Harbour Editor</p>', author=AUTHOR)
    assert found.byline == "Ada Holm, Harbour Editor"
    assert [credit.name for credit in found.credits] == ["Ada Holm"]
    assert found.evidence["byline"].field.startswith("block ")


def test_the_one_who_entered_the_story_gives_way_to_the_byline_shown() -> None:
    above = f'{H1}<p>by <a href="/authors/ada-holm">Ada Holm</a></p><p>4 March 2020</p>'
    assert article_of(above=above, author={"@type": "Person", "name": "webdesk7"}).byline == "Ada Holm"


def test_an_organisation_gives_way_to_people_and_to_nothing_else() -> None:
    house = {"@type": "Organization", "name": "Skerry Research"}
    assert article_of(above=f'{H1}<p class="author">Ada Holm</p>', author=house).byline == "Ada Holm"
    assert article_of(above=f'{H1}<p class="author">ah</p>', author=house).byline == "Skerry Research"


def test_a_label_before_the_name_is_no_byline() -> None:
    above = f'{H1}<p class="author-label">Article by:</p><p class="author-name">Ada Holm</p>'
    assert article_of(above=above).byline == "Ada Holm"


def test_a_photographer_is_no_reporter() -> None:
    above = f'{H1}<p class="credit">Photo by Ole Krog</p><p>By Ada Holm</p>'
    assert [credit.name for credit in article_of(above=above).credits] == ["Ada Holm"]


def test_published_modified_and_the_storys_own_dateline_are_kept_apart() -> None:
    found = article_of(above=H1, datePublished="2020-03-05T21:05:00+02:00", dateModified="2020-03-06T07:00:00Z")
    assert found.published == datetime(2020, 3, 5, 19, 5, tzinfo=UTC)
    assert found.versioncreated == datetime(2020, 3, 6, 7, tzinfo=UTC)
    assert found.dateline is None


def test_a_day_below_the_headline_dates_a_story_that_a_system_took_over_later() -> None:
    above = f"{H1}<p>By Ada Holm</p><p>March 5, 2012</p>"
    found = article_of(above=above, datePublished="2024-08-07T12:01:51Z")
    assert found.published == datetime(2012, 3, 5, tzinfo=UTC)


def test_a_day_that_only_reads_otherwise_with_day_and_month_turned_is_the_same_day() -> None:
    found = article_of(above=f"{H1}<p>06.03.2020</p>", datePublished="2020-06-03T10:00:00Z")
    assert found.published == datetime(2020, 6, 3, 10, tzinfo=UTC)


def test_the_later_of_marked_and_shown_change_is_the_last() -> None:
    above = f"{H1}<p>Updated Dec 18, 2025 · 12 min read</p>"
    found = article_of(above=above, datePublished="2025-06-17", dateModified="2025-06-17")
    assert found.versioncreated == datetime(2025, 12, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["published-date", "Published_Date", "article:published_time", "DC.date.issued", "parsely-pub-date"]
)
def test_names_of_meta_are_known_however_their_words_are_parted(name: str) -> None:
    found = article_of(above=H1, head=f'<meta name="{name}" content="2021-02-16">')
    assert found.published == datetime(2021, 2, 16, tzinfo=UTC)


def test_a_page_without_any_date_has_none() -> None:
    found = article_of(above=H1)
    assert found.published is None
    assert found.versioncreated is None


def test_json_ld_with_escaped_quotes_is_read() -> None:
    head = '<script type="application/ld+json">{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;datePublished&quot;:&quot;2021-02-16&quot;}</script>'
    assert article_of(above=H1, head=head).published == datetime(2021, 2, 16, tzinfo=UTC)


def test_a_date_that_nobody_filled_in_is_absent() -> None:
    head = '<meta property="article:published_time" content="0001-01-01T00:00:00"><meta name="date" content="1/1/0001 12:00:00 AM">'
    article = article_of(head=head, above=H1)
    assert article.published is None
    assert article.versioncreated is None
