"""Conformance: each fixture is detected by its bytes alone, and read as the expected result beside it says.

`uv run python scripts/expect.py FIXTURE` writes an expected result; it is reviewed, then committed. One that says
`"more": true` states some fields only.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from copydesk.parse.detect import detect
from copydesk.parse.format import known
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal

FIXTURES = Path(__file__).parent.parent / "fixtures"
SUFFIX = ".expected.json"
EVERY = [
    path
    for form in known()
    for path in sorted((FIXTURES / form.name).glob("*"))
    if path.is_file() and not path.name.endswith(SUFFIX)
]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def articles_of(path: Path) -> list[dict[str, Any]]:
    articles = [json.loads(article.to_json()) for article in read(Raw(path.read_bytes(), name=path.name))]
    for article in articles:
        if notes := article.pop("provenance", {}).get("notes"):
            article["notes"] = notes
    return articles


@pytest.mark.parametrize("form", [form.name for form in known()])
def test_every_format_has_a_fixture(form: str) -> None:
    assert any(path.parent.name == form for path in EVERY), f"put one into tests/fixtures/{form}/"


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_a_format_is_known_by_its_bytes_alone(path: Path) -> None:
    assert detect(Raw(path.read_bytes())).name == path.parent.name


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_a_fixture_is_read_as_expected(path: Path) -> None:
    expected_path = path.with_name(path.name + SUFFIX)
    assert expected_path.exists(), f"uv run python scripts/expect.py {path}"
    expected = json.loads(expected_path.read_text(encoding="utf-8"))
    if "refused" in expected:
        with pytest.raises(Refusal) as refused:
            articles_of(path)
        assert refused.value.kind == expected["refused"]
        return
    found = articles_of(path)
    if expected.get("more"):
        pairs = zip(found, expected["articles"], strict=True)
        found = [{name: article.get(name) for name in wanted} for article, wanted in pairs]
    assert found == expected["articles"], f"if this is better: uv run python scripts/expect.py {path}"


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_reading_again_gives_the_same_articles(path: Path) -> None:
    try:
        assert articles_of(path) == articles_of(path)
    except Refusal:
        pytest.skip("refused, as its expected result says")
