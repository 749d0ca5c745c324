"""docs/add-a-format.md does what it says: its code, put into a module, reads its document."""

import re
import textwrap
import types
from pathlib import Path

from copydesk.parse.format import Format
from copydesk.parse.profile import profiles
from copydesk.parse.raw import Raw

PAGE = (Path(__file__).parent.parent.parent / "docs" / "add-a-format.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^ *```{language}\n(.*?)^ *```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return textwrap.dedent(found[1])


def test_the_format_of_the_page_reads_the_document_of_the_page() -> None:
    module = types.ModuleType("islewire")
    exec(compile(block("python"), "docs/add-a-format.md", "exec"), module.__dict__)
    form: Format = module.FORMAT
    raw = Raw(block("xml").encode())
    assert form.recognise(raw) > 0.9
    [article] = form.read(raw, profiles())
    assert (article.uri, article.version, article.provider) == ("iw-1", "2", "Isle Wire")
    assert article.body == "The ferry sails again.\n\nSo said the harbour."
