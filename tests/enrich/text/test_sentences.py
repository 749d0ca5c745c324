import time

import pytest
from copydesk.enrich.text.sentences import paragraphs, sentences


def cut(text: str, tag: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, tag)]


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        ("en", ["He met Gen. Ada Stone of Reef Corp. in the U.S. on Sept. 3.", "It rained."]),
        ("en", ["She lives in the U.S.", "The others do not."]),
        ("en", ['"We won!" she said.', '"Nobody thought so."', "Then she left."]),
        ("en", ["“Is it true?” he asked.", "“Yes.”", "John F. Stone agreed."]),
        ("en", ["SKERRY, N.Y. - The pier fell at 5 p.m. on Monday.", "No. 2 stood."]),
        ("de", ["Am 7. April kam Dr. Meier z.B. nach Hamm.", "»Gut.«", "Der 3. Mann blieb bis 1998.", "Dann ging er."]),
        ("de", ["„Nein“, sagte er.", "„Wir prüfen das.“", "Die Bahn schwieg."]),
        ("fr", ["M. Roche a dit : « Oui ! »", "Il est parti.", "L’accord tient."]),
        ("es", ["«No», dijo el Sr. Peña.", "¿Quién lo sabe?", "Nadie."]),
        ("xx", ["Aye aye.", "Nay nay."]),
    ],
)
def test_sentences_end_where_the_language_says(tag: str, parts: list[str]) -> None:
    assert cut(" ".join(parts), tag) == parts


def test_a_paragraph_ends_a_sentence_even_without_a_mark() -> None:
    assert cut("A headline\n \nThe story begins.\n", "en") == ["A headline", "The story begins."]


def test_sentences_without_spaces_between_them_are_cut_at_full_width_marks() -> None:
    assert cut("你好。他说。", "zh") == ["你好。", "他说。"]


def test_paragraphs_leave_out_the_space_around_them() -> None:
    text = "\n  One. \n\n\n  Two\nlines.  "
    assert [text[s:e] for s, e in paragraphs(text)] == ["One.", "Two\nlines."]


@pytest.mark.parametrize("piece", [" ", ". ", '."', "A. ", " \n", "« . ", "a"])
def test_a_megabyte_of_one_thing_is_cut_in_linear_time(piece: str) -> None:
    began = time.process_time()
    sentences(piece * (1_000_000 // len(piece)), "en")
    assert time.process_time() - began < 20
