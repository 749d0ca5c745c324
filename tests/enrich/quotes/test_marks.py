import time

import pytest
from copydesk.enrich.speech.marks import quotations


def inner(text: str) -> list[str]:
    return [text[q.inner[0] : q.inner[1]] for q in quotations(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He said “we sail” and left.", ["we sail"]),
        ('"We sail," he said. "We land."', ["We sail,", "We land."]),
        ("„Wir fahren“, sagte er.", ["Wir fahren"]),
        ("»Wir fahren«, sagte er. »Gut.«", ["Wir fahren", "Gut."]),
        ("« On part », dit-il.", ["On part"]),
        ("”Vi reser”, sade han. ”Bra.”", ["Vi reser", "Bra."]),
        ("``We sail,'' he said.", ["We sail,"]),
        ("‘We sail,’ he said of the crew’s plan. ‘Soon.’", ["We sail,", "Soon."]),
        ("他说：「我们明天出发。」", ["我们明天出发。"]),
        ("The “Ship of “Fools” sails” at noon.", ["Ship of “Fools” sails"]),
        ("“She said ‘no’ to it,” he said.", ["She said ‘no’ to it,"]),
        ("A 12\" pipe and the '90s, rock 'n' roll, the crews' boats.", []),
    ],
)
def test_marks_pair_as_the_language_writes_them(text: str, found: list[str]) -> None:
    assert inner(text) == found


def test_a_mark_repeated_at_the_next_paragraph_goes_on_with_the_quotation() -> None:
    assert inner("He said: “We sail.\n\n“We land.” They did.") == ["We sail.\n\n“We land."]


def test_a_quotation_that_is_never_closed_ends_with_its_paragraph() -> None:
    text = "He said: “We sail.\n\nThe ship sank."
    (found,) = quotations(text)
    assert (text[found.start : found.end], found.closed) == ("“We sail.", False)


@pytest.mark.parametrize("piece", ['"', "“", "«", "'a ", '\n\n"We go', "``"])
def test_a_long_run_of_marks_is_read_in_linear_time(piece: str) -> None:
    began = time.process_time()
    quotations(piece * (300_000 // len(piece)))
    assert time.process_time() - began < 10
