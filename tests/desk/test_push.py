"""What `copydesk push` takes for files, for standard input and for a slip of the fingers."""

from __future__ import annotations

import pytest
from copydesk.desk.cli import app
from copydesk.desk.commands.push import push


@pytest.mark.parametrize("line", [["push", "--feed", "x", "-"], ["push", "-", "--feed", "x"]])
def test_a_hyphen_is_standard_input_wherever_it_stands(line: list[str]) -> None:
    _, bound, _ = app.parse_args(line, exit_on_error=False)
    assert (bound.args, bound.kwargs) == (("-",), {"feed": "x"})


def test_a_mistyped_option_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert push("--fed", "story.txt") == 2
    assert "no such option: --fed" in capsys.readouterr().err
