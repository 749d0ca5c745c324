from pathlib import Path

import pytest
from copydesk.enrich.enrichers.credits import find
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Credit

ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("credits.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# end")
]
STORY = "The harbour reopened on Monday, its owner said.\n\nShips had waited by the pier for days (some of them for weeks).\n\n"
HEADS = ("By ", "Von ", "Par ", "Por ", "di ", "Door ", "Av ", "Af ")


def found_in(body: str, **fields: object) -> list[Credit]:
    article = Article(uri="urn:x", format="text", body=body, **fields)
    return list(find(article, Knowledge()).get("credits", []))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:50])
def test_each_form_gives_its_names_and_roles(row: list[str]) -> None:
    form = row[0].replace("⏎", "\n")
    body = form if row[0].startswith(HEADS) else STORY + form
    found = found_in(body)
    assert sorted(f"{c.role}:{c.name}" for c in found) == sorted(filter(None, row[1].split("|")))
    for credit in found:
        assert credit.evidence is not None
        assert credit.evidence.span is not None
        assert body[slice(*credit.evidence.span)].casefold() == credit.name.casefold()


def test_there_are_enough_forms() -> None:
    assert len(ROWS) >= 55


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Ana Ruiz", ["reporter:Ana Ruiz"]),
        ("By ANA RUIZ and TOM HALE", ["reporter:Ana Ruiz", "reporter:Tom Hale"]),
        ("Von Eva Kühn, dpa", ["reporter:Eva Kühn"]),
        ("By Ana Ruiz; Photos by Tom Hale", ["reporter:Ana Ruiz", "photographer:Tom Hale"]),
        ("Nils Dahl/TT", ["reporter:Nils Dahl"]),
        ("Photograph by Tom Hale", ["photographer:Tom Hale"]),
        ("Associated Press", []),
        ("By Ana Ruiz, AP Business Writer", ["reporter:Ana Ruiz"]),
        ("Aaron J. Staples, Harbour University", ["reporter:Aaron J. Staples"]),
        ("Tom Hale / Skerry Times", ["reporter:Tom Hale"]),
        ("abc/def", ["writer:abc", "editor:def"]),
    ],
)
def test_the_byline_field_is_read_and_named_as_evidence(byline: str, expected: list[str]) -> None:
    found = found_in(STORY, byline=byline)
    assert [f"{c.role}:{c.name}" for c in found] == expected
    assert all(c.evidence is not None and c.evidence.field == "byline" for c in found)


@pytest.mark.parametrize(
    "body",
    [
        STORY,
        "He was hit by a bus.\n\nBy noon the road was clear again and the driver had gone home.",
        "The report (edited by hand) was lost.\n\nThe editor (born in 1950) wept.",
        "Von der Brücke fiel ein Stein.\n\nDas Bild: alles andere als schön.",
    ],
)
def test_prose_is_no_credit(body: str) -> None:
    assert found_in(body) == []


def test_a_name_in_byline_and_sign_off_counts_once_a_role() -> None:
    found = found_in(STORY + "(Reporting by Ana Ruiz; Editing by Ana Ruiz)", byline="By Ana Ruiz")
    assert [(c.role, c.name) for c in found] == [("reporter", "Ana Ruiz"), ("editor", "Ana Ruiz")]


def test_the_byline_of_a_picture_is_its_photographers() -> None:
    assert [(c.role, c.name) for c in found_in("", byline="ANA RUIZ", type="picture")] == [("photographer", "Ana Ruiz")]


def test_a_bare_byline_adds_nothing_to_a_role_that_the_wire_gives() -> None:
    sent = Credit(role="writer", name="Ana Ruiz")
    assert found_in(STORY, byline="Ana Ruiz", credits=[sent]) == []


def test_a_surname_alone_is_not_another_person() -> None:
    found = found_in(STORY + "Ruiz reported from Lisbon.", byline="By Ana Ruiz and Tom Hale")
    assert [c.name for c in found] == ["Ana Ruiz", "Tom Hale"]


def test_a_megabyte_of_brackets_does_not_take_long() -> None:
    assert found_in("(by " * 250_000) == []
    assert found_in("Reporting by A, " * 60_000) is not None
