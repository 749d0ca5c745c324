import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal


@pytest.mark.parametrize("data", [b"", b"   \n", b"\x00" * 100])
def test_a_document_without_text_is_refused_as_empty(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read(Raw(data))
    assert refused.value.kind == "empty"


def test_plain_text_becomes_one_article_with_its_provenance() -> None:
    (article,) = read(Raw(b"Harbour reopens\n\nSKERRY (Agency) - The harbour reopened on Monday.\n"))
    assert article.headline == "Harbour reopens"
    assert article.provenance is not None
    assert article.provenance.parser is not None
    assert article.provenance.parser.startswith("text@")


def test_json_that_is_no_news_is_refused() -> None:
    for data in (
        b'{"name": "x", "version": "1.0", "dependencies": {}}',
        b"{}",
        b"[]",
        b'{"type": "FeatureCollection"}',
    ):
        with pytest.raises(Refusal) as refused:
            read(Raw(data))
        assert refused.value.kind == "no-article"
