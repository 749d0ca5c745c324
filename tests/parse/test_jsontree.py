import pytest
from copydesk.parse.jsontree import load, names_of, scalar, text
from copydesk.parse.raw import Raw
from copydesk.runtime.refusal import Refusal


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"a": ' * 100_000, "too-deep"),
        (b"[" * 100_000, "too-deep"),
        (b'{"uri": "urn:x", "headline": "Harb', "truncated"),
        (b'{"uri": "urn:x"', "truncated"),
        (b'{"uri": urn}', "broken"),
        (b'{"version": ' + b"9" * 5000 + b"}", "broken"),
    ],
)
def test_what_is_no_whole_json_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as refused:
        load(Raw(data))
    assert refused.value.kind == kind


def test_a_file_may_hold_a_document_a_line() -> None:
    assert load(Raw(b'{"uri": "1"}\n{"uri": "2"}\n')).values == [{"uri": "1"}, {"uri": "2"}]


def test_half_a_surrogate_pair_is_no_character_and_a_whole_one_is() -> None:
    (value,) = load(Raw(rb'{"a": "x\ud800y", "b": "\ud83d\ude00", "c": "\\ud800"}')).values
    assert value == {"a": "x\ufffdy", "b": "\U0001f600", "c": "\\ud800"}


def test_values_of_any_shape_can_be_asked_for() -> None:
    assert [scalar(v) for v in (0, 2.0, "3", "", None, True, [], {})] == ["0", "2", "3", None, None, None, None, None]
    assert text({"a": None, "b": ["one", "two"]}, "a", "b") == "one two"
    assert names_of({"k": ["a", {"name": "b"}, 3, None]}, "k") == ["a", "b", "3"]


def test_what_was_decoded_wrongly_before_it_became_json_is_put_right_and_noted() -> None:
    document = load(Raw('{"a": "It\\u0092s", "b": "Skerry \x97 Moor", "c": "FranÃ§ois", "d": "\\\\u0092"}'.encode()))
    assert document.values == [{"a": "It’s", "b": "Skerry — Moor", "c": "François", "d": "\\u0092"}]
    assert document.notes
