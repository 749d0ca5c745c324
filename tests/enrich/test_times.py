import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from copydesk.enrich.enrichers.times import find
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.timex.reference import easter, feast
from copydesk.enrich.timex.scan import times
from copydesk.schemas.article import Article

MARK = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")


def stories(language: str) -> list[tuple[date, str, list[tuple[str, str]]]]:
    """Stories marked by hand: the day, the text without its marks, and each expression with its value."""
    text = Path(__file__).with_name(f"times_{language}.txt").read_text(encoding="utf-8")
    found = []
    for story in text.strip().split("\n\n"):
        head, _, marked = story.partition("\n")
        found.append((date.fromisoformat(head.lstrip("# ")), MARK.sub(r"\1", marked), MARK.findall(marked)))
    return found


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def f1(language: str) -> tuple[float, list[tuple[str, str]]]:
    hits = wanted = given = 0
    wrong = []
    for day, text, marks in stories(language):
        got = [(text[slice(*t.span)], t.value) for t in times(text, language, day, dated=True)]
        left = list(got)
        for surface, value in marks:
            same = [
                g for g in left if g[1] == value and (words(g[0]) <= words(surface) or words(surface) <= words(g[0]))
            ]
            if same:
                left.remove(same[0])
            else:
                wrong.append((surface, value))
            hits += bool(same)
        wanted, given = wanted + len(marks), given + len(got)
        wrong += left
    return 2 * hits / (wanted + given), wrong


@pytest.mark.parametrize(("language", "count"), [("de", 10), ("fr", 10), ("es", 10), ("pt", 5), ("it", 5), ("nl", 5)])
def test_marked_stories_reach_the_goal_of_their_language(language: str, count: int) -> None:
    score, wrong = f1(language)
    assert len(stories(language)) == count
    assert score >= 0.9, wrong


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Police arrested him Friday.", "2008-04-04"),
        ("They will meet on Friday.", "2008-04-11"),
        ("It reopened on Monday.", "2008-04-07"),
        ("It was built last year.", "2007"),
        ("Votes were counted last week.", "2008-W14"),
        ("It fell in the third quarter.", "2007-Q3"),
        ("It fell in the third quarter of 2001.", "2001-Q3"),
        ("It happened three days ago.", "2008-04-04"),
        ("It happened six weeks ago.", "2008-W09"),
        ("It lasted three and a half hours.", "PT3H30M"),
        ("The five-hour visit ended.", "PT5H"),
        ("They meet every two weeks.", "P2W"),
        ("They meet daily.", "P1D"),
        ("It opened in the 1990s.", "199"),
        ("It opened on Thanksgiving Day.", "2007-11-22"),
        ("It will open at Christmas.", "2008-12-25"),
        ("She arrived last October.", "2007-10"),
        ("She arrived on Dec. 30.", "2007-12-30"),
        ("The deadline is May 2.", "2008-05-02"),
        ("She arrived at 10:35 a.m. Sunday.", "2008-04-06T10:35"),
        ("She spoke on Sunday night.", "2008-04-06TNI"),
        ("They will decide next month.", "2008-05"),
        ("It was lost in the winter of 1941.", "1941-WI"),
        ("It began in the 19th century.", "18"),
        ("It burned in 264 BC.", "BC0264"),
        ("Sales rose in fiscal 1999.", "FY1999"),
        ("It stands now.", "PRESENT_REF"),
        ("He came over the past two months.", "P2M"),
    ],
)
def test_an_expression_is_resolved_against_the_day_of_the_story(text: str, value: str) -> None:
    assert [t.value for t in times(text, "en", date(2008, 4, 7), dated=True)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Theresa May won.",
        "They sold 1990 people a ticket.",
        "It cost $1990.",
        "Troops march on.",
        "A 44-year-old man",
        "Jan Novak spoke.",
        "He sat down.",
        "The second man",
    ],
)
def test_words_that_only_look_like_times_are_left_alone(text: str) -> None:
    assert list(times(text, "en", date(2008, 4, 7), dated=True)) == []


def test_two_days_of_one_month_are_two_dates() -> None:
    found = list(times("The summit met on April 24 and 25.", "en", date(1999, 5, 2), dated=True))
    assert [t.value for t in found] == ["1999-04-24", "1999-04-25"]


def test_history_counts_from_the_date_named_last() -> None:
    text = (
        "The war began in 1936. In July 1936 the army landed. On 18 July it took the port, and the next day the town. "
        "In 1937 it moved north. In March it met the fleet. It ended on 1 April 1939, after 1938 had passed quietly."
    )
    values = [t.value for t in times(text, "en", date(2010, 1, 5))]
    assert values == ["1936", "1936-07", "1936-07-18", "1936-07-19", "1937", "1937-03", "1939-04-01", "1938"]


def test_a_language_without_a_grammar_is_left_alone() -> None:
    assert list(times("Den 5 april 2008", "sv", date(2008, 4, 7))) == []


def test_every_expression_shows_its_rule_and_stands_at_its_span() -> None:
    body = "It reopened on Monday, three weeks after the fire of 2006."
    article = Article(uri="u", format="text", language="en", body=body, versioncreated=datetime(2008, 4, 8, tzinfo=UTC))
    found = find(article, Knowledge())["times"]
    assert [t.value for t in found] == ["2008-04-07", "P3W", "2006"]
    for time in found:
        assert body[slice(*time.span)] == time.text
        assert time.evidence is not None
        assert re.fullmatch(r"times\.en\.\w+@[\d.]+", time.evidence.rule)


def test_a_megabyte_is_read_in_linear_time() -> None:
    text = "On Friday, three days after the 1990s ended, 2 to 3 men waited until Monday 5 p.m. in May. " * 12_000
    found = sum(1 for _ in times(text, "en", date(2008, 4, 7), dated=True))
    assert found > 50_000


@pytest.mark.parametrize(
    ("spec", "year", "day"),
    [
        ("easter", 2019, date(2019, 4, 21)),
        ("11/4/3", 1999, date(1999, 11, 25)),
        ("5/-1/0", 2008, date(2008, 5, 26)),
        ("11/1/0 +1", 2016, date(2016, 11, 8)),
    ],
)
def test_a_feast_falls_on_its_day(spec: str, year: int, day: date) -> None:
    assert feast(spec, year) == day


def test_easter_of_a_century() -> None:
    assert [easter(y) for y in (1961, 2000, 2038)] == [date(1961, 4, 2), date(2000, 4, 23), date(2038, 4, 25)]


@pytest.mark.parametrize(
    ("language", "text", "extent"),
    [
        ("es", "El puente reabrirá este jueves la autoridad dijo", "este jueves"),
    ],
)
def test_an_extent_ends_with_no_small_word(language: str, text: str, extent: str) -> None:
    found = next(times(text, language, date(2026, 5, 14), dated=True))
    assert text[slice(*found.span)] == extent


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "On Monday, last Friday, next week, two days ago, in ten years, at the weekend"),
        ("de", "Am Montag, letzten Freitag, nächste Woche, vor zwei Tagen, in zehn Jahren"),
        ("fr", "Lundi dernier, vendredi prochain, il y a deux jours, dans dix ans"),
        ("es", "El lunes pasado, el próximo viernes, hace dos días, dentro de diez años"),
        ("it", "Lunedì scorso, venerdì prossimo, due giorni fa, tra dieci anni"),
        ("nl", "Vorige maandag, volgende vrijdag, twee dagen geleden, over tien jaar"),
        ("pt", "Na segunda-feira passada, na próxima sexta-feira, há dois dias, dentro de dez anos"),
    ],
)
def test_what_leads_out_of_the_calendar_has_no_value_and_stops_nothing(day: date, language: str, text: str) -> None:
    assert all(time.value for time in times(text, language, day, dated=True))
