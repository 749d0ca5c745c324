from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from copydesk.schemas.compatibility import breaks
from copydesk.schemas.generate import FOLDER, MODELS, broken, files, schemas


@pytest.mark.parametrize("name", sorted(files()))
def test_the_generated_file_is_the_one_checked_in(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == files()[name], "run: python -m copydesk.schemas.generate"


def test_no_generated_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(files())


def test_the_models_still_read_all_that_the_checked_in_schemas_allow() -> None:
    assert broken() == []


@pytest.fixture
def article() -> dict[str, Any]:
    return copy.deepcopy(schemas()["article.v1"])


def changed(article: dict[str, Any], **properties: Any) -> dict[str, Any]:
    new = copy.deepcopy(article)
    new["properties"] |= properties
    return new


def test_a_removed_field_is_named(article: dict[str, Any]) -> None:
    new = copy.deepcopy(article)
    del new["properties"]["headline"]
    assert breaks(article, new) == ["Article.headline: field removed"]


def test_a_field_that_became_required_is_named(article: dict[str, Any]) -> None:
    new = {**article, "required": [*article["required"], "body"]}
    assert breaks(article, new) == ["Article.body: field became required"]


def test_a_narrowed_type_is_named(article: dict[str, Any]) -> None:
    new = changed(article, urgency={"type": "integer", "default": 5})
    assert breaks(article, new) == ["Article.urgency: type narrowed from null to integer"]


def test_a_removed_value_is_named(article: dict[str, Any]) -> None:
    new = changed(article, pubstatus={"enum": ["usable", "canceled"], "type": "string"})
    assert breaks(article, new) == ["Article.pubstatus: value 'withheld' removed"]


def test_a_break_deep_inside_is_named_by_its_path(article: dict[str, Any]) -> None:
    new = copy.deepcopy(article)
    new["$defs"]["Credit"]["properties"]["name"]["minLength"] = 3
    assert breaks(article, new) == ["Article.credits[].name: minLength is now 3"]


def test_a_stricter_pattern_is_named() -> None:
    old = schemas()["received-headers.v1"]
    new = changed(old, ce_sha256={**old["properties"]["ce_sha256"], "pattern": "^[0-9a-f]{63}$"})
    assert breaks(old, new) == ["ReceivedHeaders.ce_sha256: pattern is now '^[0-9a-f]{63}$'"]


def test_added_fields_values_and_room_break_nothing(article: dict[str, Any]) -> None:
    new = changed(
        article,
        mood={"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        pubstatus={"enum": ["usable", "withheld", "canceled", "parked"], "type": "string"},
        version={"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
    )
    assert breaks(article, new) == []


def test_every_schema_file_names_its_major_version() -> None:
    assert all(name.rpartition(".v")[2].isdigit() for name in MODELS)
    assert all(json.loads(text) for text in files().values())
