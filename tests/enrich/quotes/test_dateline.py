"""A dateline is no part of what anybody says, and a body is named whole."""

import pytest
from copydesk.enrich.enrich import enrich
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.schemas.article import Quote


def quotes(text: str) -> list[Quote]:
    (article,) = read(Raw(text.encode()), form="text")
    return enrich(article, Knowledge()).quotes


@pytest.mark.parametrize("dateline", ["LISBON, Portugal (AP) — ", "LISBON, March 4 (Reuters) - ", "LISBON: "])
def test_what_is_reported_begins_behind_the_dateline(dateline: str) -> None:
    story = (
        f"River rises\n\n{dateline}The river rose by six metres on Monday and cut the railway line, officials said.\n"
    )
    (quote,) = quotes(story)
    assert quote.text.startswith("The river rose")


def test_a_speaker_has_the_whole_name_of_a_body() -> None:
    story = (
        "Cierran el puerto\n\nLima, 14 may (EFE).- El Gobierno cerró este jueves el puerto de Paita por la tormenta, informó el "
        "Ministerio de la Producción.\n\nEl puerto abrirá el lunes, según las autoridades de la ciudad.\n"
    )
    names = [quote.speaker.name for quote in quotes(story) if quote.speaker]
    assert "Ministerio de la Producción" in names
