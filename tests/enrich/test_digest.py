from copydesk.enrich.enrichers.digest import find
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.schemas.article import Article, Dateline, Evidence

STORY = (
    "SKERRY (Agency) - The harbour of Skerry reopened on Monday, three days after a storm had sunk two fishing boats.\n\n"
    "Divers raised the first of the fishing boats on Sunday and found its nets cut.\n\n"
    '"It was dark," said a man.\n\n'
    "Nobody was hurt, the divers said, but the nets of the second boat may be lost for good.\n\n"
    "The town sells lace.\n\n"
    "(Reporting by Ana Ruiz)"
)


def digest(body: str | None, **fields: object) -> dict[str, object]:
    return dict(find(Article(uri="urn:x", format="text", body=body, **fields), Knowledge()))


def test_words_are_counted_where_the_parser_counted_none() -> None:
    assert digest("One two three.")["word_count"] == 3
    assert "word_count" not in digest("One two three.", word_count=7)


def test_reading_takes_a_minute_at_least_and_grows_with_the_story() -> None:
    assert digest("One two three.")["reading_minutes"] == 1
    assert digest("word " * 1_190)["reading_minutes"] == 5
    assert digest("港" * 2_500)["reading_minutes"] == 5


def test_the_summary_is_the_lead_without_its_dateline_and_sentences_of_the_story() -> None:
    line = Dateline(text="SKERRY (Agency)", evidence=Evidence(rule="dateline@1", span=(0, 15)))
    summary = str(digest(STORY, language="en", dateline=line)["summary"])
    assert summary.startswith("The harbour of Skerry reopened on Monday")
    assert "Divers raised the first" in summary
    assert "Reporting by" not in summary
    assert "lace" not in summary
    for sentence in summary.split(". "):
        assert sentence.rstrip(".") in STORY


def test_a_short_story_is_its_own_summary() -> None:
    assert "summary" not in digest("The harbour reopened on Monday, its owner said. It had been shut for days.")


def test_nothing_is_said_of_a_story_without_body() -> None:
    assert digest(None) == {}
    assert digest("  ") == {}


def test_a_megabyte_takes_no_longer_than_its_words() -> None:
    assert digest("The harbour reopened on Monday, its owner said. " * 21_000)["word_count"] == 168_000
