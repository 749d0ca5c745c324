import pytest
from copydesk.enrich.text.tokens import tokens


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "Iran's al-Hakim didn't pay $1,500.5.", ["Iran", "'s", "al-Hakim", "didn't", "pay", "$", "1,500.5", "."]),
        ("en", "George W. Stone, U.S. envoy, Sept. 3.", ["George", "W.", "Stone", ",", "U.S.", "envoy", ",", "Sept.", "3", "."]),
        ("en", "the 58-year-old's 9-11 call--at 12:30", ["the", "58-year-old", "'s", "9", "-", "11", "call", "--", "at", "12:30"]),
        ("en", "``No,'' he said...", ["``", "No", ",", "''", "he", "said", "..."]),
        ("fr", "L’accord qu'il aujourd'hui", ["L’", "accord", "qu'", "il", "aujourd'hui"]),
        ("de", "z.B. Dr. Meier", ["z.B.", "Dr.", "Meier"]),
        (None, "Mr. X", ["Mr", ".", "X"]),
    ],
)  # fmt: skip
def test_words_numbers_and_marks_are_tokens(tag: str | None, text: str, words: list[str]) -> None:
    assert [t.text for t in tokens(text, tag)] == words


def test_a_token_stands_where_it_says() -> None:
    text = "  „Nein“, sagte Dr. Meier\n"
    assert all(text[t.start : t.end] == t.text for t in tokens(text, "de"))
