from pathlib import Path

from copydesk.enrich.enrichers.topics import find
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.topics.vocabulary import vocabulary
from copydesk.schemas.article import Article, Subject

ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("topics.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def subjects(**fields: object) -> list[Subject]:
    return list(find(Article(uri="urn:x", format="text", **fields), Knowledge()).get("subjects", []))


def test_topics_of_leads_are_right_when_they_are_given_and_given_often() -> None:
    assert len(ROWS) >= 100
    given = right = sure = 0.0
    for language, tops, headline, lead in ROWS:
        found = subjects(language=language, headline=headline, body=lead)
        if found:
            given += 1
            right += (found[0].code or "")[7:9] in tops.split("|")
            sure += found[0].confidence or 0
    assert given / len(ROWS) >= 0.7
    assert right / given >= 0.8
    assert sure / given <= right / given + 0.05, "surer than right"


def test_codes_as_sent_stay_first_and_get_their_names() -> None:
    found = subjects(
        subjects=[Subject(code="medtop:20000151", scheme="medtop"), Subject(code="iptccat:a", name="Vermischtes")]
    )
    assert [(s.code, s.name) for s in found] == [("medtop:20000151", "natural disaster"), ("iptccat:a", "Vermischtes")]


def test_a_name_that_was_sent_is_not_replaced() -> None:
    assert subjects(subjects=[Subject(code="medtop:20000151", name="Naturkatastrophe")]) == []


def test_an_old_subject_code_leads_to_its_media_topic() -> None:
    found = subjects(subjects=[Subject(code="subj:03015001", scheme="subj")])
    assert [s.code for s in found] == ["subj:03015001", "medtop:20000151"]
    assert found[0].name
    assert found[1].evidence is not None
    assert found[1].evidence.field == "subjects"


def test_an_old_code_without_its_own_topic_leads_to_the_wider_one() -> None:
    assert vocabulary().media_topic("subj:15999999") == "medtop:15000000"
    assert vocabulary().media_topic("subj:99000000") is None


def test_nothing_is_inferred_where_media_topics_came() -> None:
    body = "The striker scored two goals in the cup final."
    found = subjects(language="en", body=body, subjects=[Subject(code="medtop:11000000")])
    assert [s.code for s in found] == ["medtop:11000000"]


def test_a_language_without_words_gets_no_topic() -> None:
    assert subjects(language="fi", headline="Maajoukkue voitti", body="Joukkue voitti ottelun.") == []


def test_an_inferred_topic_shows_rule_and_confidence() -> None:
    (found, *_) = subjects(language="en", headline="Striker scores twice in cup final", body="The team won the match.")
    assert found.code == "medtop:15000000"
    assert found.evidence is not None
    assert found.evidence.rule.startswith("topics@")
    assert found.evidence.confidence == found.confidence
