import pytest
from copydesk.enrich.enrichers.quotes import find
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Quote


def quotes(body: str, language: str = "en") -> list[Quote]:
    article = Article(uri="urn:t:1", format="text", body=body, language=language)
    return list(find(article, Knowledge()).get("quotes", []))


def direct(body: str, language: str = "en") -> list[tuple[str, str | None, str | None]]:
    return [
        (q.text, q.speaker.name if q.speaker else None, q.speaker.description if q.speaker else None)
        for q in quotes(body, language)
        if q.direct
    ]


def reported(body: str) -> list[tuple[str, str | None]]:
    return [(q.text, q.speaker.name if q.speaker else None) for q in quotes(body) if not q.direct]


@pytest.mark.parametrize(
    ("body", "speaker", "description"),
    [
        ('"We will sail at dawn," harbour master Ada Stone said.', "Ada Stone", "harbour master"),
        ('"We will sail at dawn," said Ada Stone, a pilot in Skerry.', "Ada Stone", "pilot in Skerry"),
        ('Ada Stone, 58, a pilot, said: "We will sail at dawn."', "Ada Stone", "pilot"),
        ('Its president, Ada Stone, said on Monday: "We will sail at dawn."', "Ada Stone", "president"),
        ('"We will sail at dawn!" Mr. Stone told reporters.', "Stone", None),
        ('Ada Stone told the port council:\n\n"We will sail at dawn."', "Ada Stone", None),
        ('In a statement, the Harbour Board said "we will sail at dawn".', "Harbour Board", None),
        ('"We will sail at dawn," said a spokesman for the port.', None, "spokesman for the port"),
        ('"We will sail at dawn." — Ada Stone', "Ada Stone", None),
        ('The plan was called "a voyage to nowhere" by Ada Stone.', "Ada Stone", None),
        ('"We will sail at dawn," according to Ada Stone.', "Ada Stone", None),
        ('The crew "will all sail at dawn," said Ada Stone.', "Ada Stone", None),
        ('"We will sail at dawn," said Will Stone, a pilot.', "Will Stone", "pilot"),
        (
            '"We will sail at dawn," Harbour Board press secretary Ada Stone said.',
            "Ada Stone",
            "Harbour Board press secretary",
        ),
        ('"We will sail at dawn," reacted Ada Stone.', "Ada Stone", None),
        ('Ada Stone, speaking to pilots, said: "We will sail at dawn."', "Ada Stone", None),
        ('Ada Stone, at a later press meeting, said: "We will sail at dawn."', "Ada Stone", None),
        ('Ada Stone told a pilot who suggested a day of rest that "we will sail at dawn".', "Ada Stone", None),
        ('Ada Stone praised the crew. "We will sail at dawn."', "Ada Stone", None),
    ],
)
def test_the_speaker_is_named_as_the_text_does(body: str, speaker: str | None, description: str | None) -> None:
    ((_, name, described),) = direct(body)
    assert (name, described) == (speaker, description)


def test_a_surname_and_a_pronoun_mean_the_person_named_before() -> None:
    body = (
        'Foreign Ministry spokesman Omar Reed met Ruth Pell. "We agree on most things," Reed said.\n\n'
        'He said "there is nothing to add" to that. "She knows it well," the spokesman said.\n\n'
        '"I know it very well," she said.'
    )
    assert [name for _, name, _ in direct(body)] == ["Omar Reed", "Omar Reed", "Omar Reed", "Ruth Pell"]


def test_a_second_quotation_of_the_paragraph_has_the_speaker_of_the_first() -> None:
    body = '"We will sail at dawn," said Ada Stone. "The crew is ready."\n\n"Nobody stays behind."'
    assert [name for _, name, _ in direct(body)] == ["Ada Stone"] * 3


def test_titles_and_words_at_arms_length_are_no_speech() -> None:
    assert direct('Ada Stone wrote "The Long Voyage Home" and sailed a "ship".') == []


def test_a_fragment_of_two_words_counts_where_somebody_said_it() -> None:
    assert direct('Ada Stone said she had a "clear plan" for it.') == [("clear plan", "Ada Stone", None)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Stone said on Monday that the ship was late.", "that the ship was late"),
        ("Stone told reporters the ship was late, but nobody believed her.", "the ship was late"),
        ("The ship was late, Stone said in a statement.", "The ship was late"),
        ("According to Stone, the ship was late.", "the ship was late"),
        ("The ship was late, according to Stone.", "The ship was late"),
        ("Stone urged the crew to leave the ship.", "to leave the ship"),
        ("Stone vowed to leave the ship.", "to leave the ship"),
        ("Stone asked whether the ship was late.", "whether the ship was late"),
        ("The report shows that the ship was late.", "that the ship was late"),
        ("Stone criticised the old harbour rules.", "the old harbour rules"),
    ],
)
def test_reported_speech_is_the_clause_that_the_verb_governs(body: str, text: str) -> None:
    assert [found for found, _ in reported(body)] == [text]


def test_who_agrees_goes_on_speaking_in_the_next_clause() -> None:
    body = "Ada Stone said the ship was late, adding that the crew was safe."
    assert reported(body) == [("the ship was late", "Ada Stone"), ("that the crew was safe", "Ada Stone")]


@pytest.mark.parametrize("body", ["The claims of the crew and its plans were many.", "The proposed report was late."])
def test_nouns_that_look_like_verbs_of_saying_report_nothing(body: str) -> None:
    assert reported(body) == []


@pytest.mark.parametrize(
    ("body", "via"),
    [
        ('"We sail at dawn," Stone told the Skerry Herald.', "Skerry Herald"),
        ('"We sail at dawn," Stone said in an interview with Reef News Agency.', "Reef News Agency"),
        ('"We sail at dawn," Stone told her crew.', None),
    ],
)
def test_the_medium_is_named_where_it_was_said_to_one(body: str, via: str | None) -> None:
    assert quotes(body)[0].via == via


def test_every_quote_shows_its_span_and_its_rule() -> None:
    body = 'Ada Stone said the ship was late. "We sail at dawn," she added.'
    found = quotes(body)
    assert [q.direct for q in found] == [False, True]
    for quote in found:
        assert body[quote.span[0] : quote.span[1]] == quote.text
        assert quote.evidence is not None
        assert quote.evidence.rule.startswith("quotes-")
        assert "@" in quote.evidence.rule


def test_a_language_that_is_not_known_has_its_marks_read_and_no_speaker() -> None:
    assert direct('Ada Stone on öelnud: "Me purjetame homme koidikul."', "et") == [
        ("Me purjetame homme koidikul.", None, None)
    ]


def test_french_names_the_speaker_between_the_commas_of_the_quotation() -> None:
    body = "Le maire Jean Roche était ému. « On part demain, a déclaré Luc Blin, pêcheur. C'est fini pour nous. »"
    assert [name for _, name, _ in direct(body, "fr")] == ["Luc Blin"]
    body = "Le maire Jean Roche était ému. « On part demain, a-t-il déclaré. C'est fini pour nous. »"
    assert [name for _, name, _ in direct(body, "fr")] == ["Jean Roche"]


def test_what_follows_whom_a_sentence_accords_with_does_not_describe_them() -> None:
    (quote,) = quotes("According to the Harbour Board, exports fell by a tenth last year.")
    assert quote.text == "exports fell by a tenth last year"
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.description) == ("Harbour Board", None)
    (quote,) = quotes("According to Ada Stone, a pilot in Skerry, exports fell by a tenth last year.")
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.description) == ("Ada Stone", "pilot in Skerry")
