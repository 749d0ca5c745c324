"""Ten invented stories a language, with who says what in them, beside this file.

A line behind a story names one quote: its kind, words of it, the speaker's name and the description (either may be empty).
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from copydesk.enrich.enrichers.quotes import find
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Quote

HERE = Path(__file__).parent
ENOUGH = {"de": 0.85, "es": 0.85, "fr": 0.85}


class Known(NamedTuple):
    direct: bool
    words: str
    name: str
    description: str


def stories(language: str) -> list[tuple[str, list[Known]]]:
    out = []
    for story in (HERE / f"stories_{language}.txt").read_text(encoding="utf-8").split("\n===\n"):
        lines = story.strip().splitlines()
        fields = [[part.strip() for part in line[1:].split("|")] for line in lines if line.startswith(">")]
        body = "\n".join(line for line in lines if not line.startswith(">"))
        out.append((body, [Known(f[0] == "direct", f[1], f[2], f[3]) for f in fields]))
    return out


def holds(known: Known, quote: Quote) -> bool:
    speaker = quote.speaker
    name, description = (speaker.name or "", speaker.description or "") if speaker else ("", "")
    named = known.name == name or (bool(known.name) and not name and known.name in description)
    return (
        quote.direct == known.direct
        and known.words in quote.text
        and (named if known.name else known.description.split()[-1] in f"{name} {description}")
        and known.description.lower() in f"{name} {description}".lower()
    )


@pytest.mark.parametrize("language", sorted(ENOUGH))
def test_the_quotes_of_ten_stories_are_found_with_their_speakers(language: str) -> None:
    right, missed, given = 0, [], 0
    for body, known in stories(language):
        article = Article(uri="urn:t:1", format="text", body=body, language=language)
        found = list(find(article, Knowledge()).get("quotes", []))
        given += len(found)
        for one in known:
            if any(holds(one, quote) for quote in found):
                right += 1
            else:
                near = [(q.text, q.speaker) for q in found if one.words in q.text]
                missed.append((one, near))
    wanted = right + len(missed)
    f1 = 2 * right / (wanted + given)
    assert f1 >= ENOUGH[language], f"{language}: {right} of {wanted}, {given} given\n" + "\n".join(map(str, missed))


@pytest.mark.parametrize(
    ("language", "body", "name", "description", "via"),
    [
        ("en", "The minister told Lusa news agency that the pier is safe.", None, "minister", "Lusa news agency"),
        ("es", "El muelle es seguro, dijo a EFE la viceministra de Pesca, Ada Rojas.", "Ada Rojas", "viceministra de Pesca", "EFE"),
        ("fr", "Le quai est sûr, a déclaré à l'AFP la ministre Anne Morel.", "Anne Morel", "ministre", "AFP"),
    ],
)  # fmt: skip
def test_the_agency_between_the_verb_and_its_subject_is_the_medium(
    language: str, body: str, name: str | None, description: str, via: str
) -> None:
    article = Article(uri="urn:t:1", format="text", body=body, language=language)
    (quote,) = find(article, Knowledge())["quotes"]
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.description, quote.via) == (name, description, via)


def test_what_somebody_calls_a_thing_in_one_word_is_theirs() -> None:
    body = 'La ministra Ada Rojas calificó la decisión de "apresurada" y pidió calma.'
    article = Article(uri="urn:t:1", format="text", body=body, language="es")
    found = [(q.text, q.speaker.name) for q in find(article, Knowledge())["quotes"] if q.direct and q.speaker]
    assert found == [("apresurada", "Ada Rojas")]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("es", "El presidente de Perú, Luis Quispe, anunció este jueves la compra de doce trenes."),
        ("fr", "Le maire de Marseille, Paul Lefèvre, a annoncé jeudi la fermeture du tunnel."),
    ],
)
def test_what_is_announced_is_not_who_announces_it(language: str, body: str) -> None:
    article = Article(uri="urn:t:1", format="text", body=body, language=language)
    said = [q.speaker for q in find(article, Knowledge()).get("quotes", [])]
    assert not any(
        speaker and speaker.description and ("compra" in speaker.description or "fermeture" in speaker.description)
        for speaker in said
    )


@pytest.mark.parametrize("medium", ["Radio Skerry", "BBC Radio", "Skerry Times", "TV Skerry News"])
def test_a_medium_has_its_whole_name(medium: str) -> None:
    body = f'"We will sail at dawn," Ada Stone told {medium} on Wednesday.'
    (quote,) = find(Article(uri="urn:t:1", format="text", body=body, language="en"), Knowledge())["quotes"]
    assert quote.via == medium
