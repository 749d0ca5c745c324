from copydesk.desk.commands.explain import findings
from copydesk.schemas.article import Article, Dateline, Place


def test_a_place_whose_country_is_not_known_stands_alone() -> None:
    article = Article(
        uri="1", format="text", dateline=Dateline(text="SKERRY (Northlight) -", place=Place(name="Skerry"))
    )
    ((kind, text, meaning, _),) = findings(article)
    assert (kind, text, meaning.strip()) == ("dateline", "SKERRY (Northlight) -", "Skerry")


def test_a_place_is_shown_with_its_country() -> None:
    article = Article(uri="1", format="text", dateline=Dateline(place=Place(name="Bergen", country="NO")))
    ((_, _, meaning, _),) = findings(article)
    assert meaning.strip() == "Bergen, NO"
