"""The yardstick of wire files, where it is there: parsing alone states at least so many of the expected facts."""

import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal

SHARED = Path(__file__).parents[2].parent / "shared"
DATA = SHARED / "data" / "wire"
FLOORS = {"newsml-g2": 0.99, "newsml-1.2": 1.0, "nitf": 0.98, "ritzau-xml": 1.0, "rss": 1.0, "atom": 1.0}

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the yardsticks are not beside this checkout")


def yardstick() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wire_score", SHARED / "score" / "wire.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def articles_of(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(article.to_json()) for article in read(Raw(path.read_bytes(), name=path.name))]
    except Refusal:
        return []


def test_parsing_states_the_facts_of_the_wire_files() -> None:
    wire = yardstick()
    hit, total = Counter[str](), Counter[str]()
    for row in map(json.loads, (DATA / "expected.jsonl").read_text(encoding="utf-8").splitlines()):
        articles = articles_of(DATA / row["file"])
        for expect in [row["expect"], *(row.get("items") or [])]:
            checks = {name: wire.CHECKS[name] for name in expect if name in wire.CHECKS}
            total[row["format"]] += len(checks)
            hit[row["format"]] += max(
                (sum(bool(check(a, expect[name])) for name, check in checks.items()) for a in articles), default=0
            )
    reached = {form: hit[form] / total[form] for form in FLOORS}
    assert all(reached[form] >= floor for form, floor in FLOORS.items()), reached
    assert sum(hit.values()) / sum(total.values()) >= 0.97
