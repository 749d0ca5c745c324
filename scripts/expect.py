"""Write what `copydesk read` makes of fixtures beside them, to be reviewed and committed.

usage: uv run python scripts/expect.py tests/fixtures/nitf/story.xml …    (no file: every fixture that has no expected result)

The folder's name is the format's. The result is `<fixture>.expected.json`: the articles without provenance but for its
notes, or the refusal. Read it before you commit it: the test only holds what stands there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from copydesk.parse.format import known
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.refusal import Refusal

FIXTURES = Path(__file__).parent.parent / "tests" / "fixtures"
SUFFIX = ".expected.json"


def fixtures() -> list[Path]:
    """Return every fixture that bears a format's name as its folder, without hostile ones and expected results."""
    every = (path for path in sorted(FIXTURES.glob("*/*")) if path.is_file() and not path.name.endswith(SUFFIX))
    names = {form.name for form in known()}
    return [path for path in every if path.parent.name in names]


def expected_path(fixture: Path) -> Path:
    """Return where the expected result of a fixture stands."""
    return fixture.with_name(fixture.name + SUFFIX)


def told(fixture: Path) -> dict[str, Any]:
    """Return what the fixture is read as: its articles, or why it is refused."""
    try:
        articles = read(Raw(fixture.read_bytes(), name=fixture.name))
    except Refusal as refusal:
        return {"refused": refusal.kind}
    return {"articles": [_without_provenance(json.loads(article.to_json())) for article in articles]}


def _without_provenance(article: dict[str, Any]) -> dict[str, Any]:
    notes = article.pop("provenance", {}).get("notes")
    return {**article, "notes": notes} if notes else article


def main(names: list[str]) -> None:
    """Write the expected results of the named fixtures, or of those that have none."""
    chosen = [Path(name).resolve() for name in names] or [f for f in fixtures() if not expected_path(f).exists()]
    for fixture in chosen:
        text = json.dumps(told(fixture), ensure_ascii=False, indent=1) + "\n"
        expected_path(fixture).write_text(text, encoding="utf-8")
        print(expected_path(fixture))


if __name__ == "__main__":
    main(sys.argv[1:])
