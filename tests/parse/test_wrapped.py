import time

from copydesk.parse.wrapped import is_table, unwrapped

WIRE = """     SKERRY, Feb. 2 - The harbour board of Skerry voted on Monday to
reopen two piers that a storm had damaged.
     "We could not wait any longer, nor could the fishing fleet," its co-
ordinator said.
     The vote was five to two.
"""


def test_lines_broken_at_a_column_become_paragraphs() -> None:
    assert unwrapped(WIRE).split("\n\n") == [
        "SKERRY, Feb. 2 - The harbour board of Skerry voted on Monday to reopen two piers that a storm had damaged.",
        '"We could not wait any longer, nor could the fishing fleet," its co-ordinator said.',
        "The vote was five to two.",
    ]


def test_text_of_a_paragraph_a_line_is_parted_by_blank_lines() -> None:
    long = "The harbour board voted to reopen two piers that a storm had damaged in the autumn, and to pay for the work itself."
    assert unwrapped(f"{long}\n{long}\n") == f"{long}\n\n{long}"


def test_a_list_between_blank_lines_keeps_its_lines() -> None:
    text = (
        "The results of the regatta, in the order of the finish, were given out by the harbour board late on Sunday "
        * 2
    )
    assert unwrapped(f"{text}\n\nNorth 3\nSouth 2\nEast 1\n\n{text}").split("\n\n")[1] == "North 3\nSouth 2\nEast 1"


def test_a_table_keeps_its_columns() -> None:
    table = "Skerry      12    4\nHalverton    3   11\nMoor         7    7"
    assert is_table(table.split("\n"))
    assert table in unwrapped(f"{WIRE}\n{table}\n\n{WIRE}")


def test_windows_line_ends_and_blanks_on_empty_lines_part_paragraphs_too() -> None:
    assert unwrapped("One.\r\n \r\nTwo.\r\n\r\n\r\n\r\nThree.") == "One.\n\nTwo.\n\nThree."


def test_no_word_is_lost_and_a_megabyte_takes_little_time() -> None:
    begun = time.process_time()
    for text in (WIRE * 4000, "\n" * 1_000_000, "a\n" * 500_000, " \n\t" * 300_000, "x" * 1_000_000):
        assert "".join(unwrapped(text).split()) == "".join(text.split())
    assert time.process_time() - begun < 5
