import time

import pytest
from copydesk.parse.markup import clean_html, from_element, from_html, from_plain
from lxml import etree


def test_blocks_part_paragraphs_and_breaks_part_lines() -> None:
    text = from_html("<p>One<br>two<br><br>three <b>bo</b>ld</p> tail <ul><li>first</li><li>second</li></ul>")
    assert text.body == "One\ntwo\n\nthree bold\n\ntail\n\nfirst\n\nsecond"


def test_code_style_and_struck_out_text_leave_no_trace() -> None:
    text = from_html("<style>p{color:red}</style><p onclick='x()'>kept<del>gone</del></p><script>x()</script>")
    assert text.body == "kept"
    assert text.html == "<p>kept</p>"


def test_links_lead_to_the_web_alone() -> None:
    assert from_html("<p><a href='javascript:x()'>a</a> <a href='https://e.example/'>b</a></p>").html == (
        '<p><a>a</a> <a href="https://e.example/">b</a></p>'
    )


def test_a_table_keeps_its_columns_and_preformatted_text_its_blanks() -> None:
    table = "<table><tr><th>Team<th>P<th>&nbsp;</tr><tr><td>Skerry <br>United<td>3<td></table>"
    assert from_html(table + "<pre>a   1\nbb  2</pre>").body == "Team\tP\nSkerry United\t3\n\na   1\nbb  2"


def test_a_table_that_only_frames_the_text_is_read_as_text() -> None:
    assert from_html("<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>").body == "One.\n\nTwo."


def test_instruments_and_addresses_are_no_tags() -> None:
    assert from_html("<p>Shares <SKRY.X> rose, <desk@agency.example></p>").body == (
        "Shares <SKRY.X> rose, <desk@agency.example>"
    )


def test_markup_that_was_escaped_twice_is_markup() -> None:
    assert from_html("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;").body == "One.\n\nTwo."


def test_nitf_names_become_html() -> None:
    source = b"<body.content xmlns='q'><block><hl2>Head</hl2><p>By <person>A B</person></p><media>x</media></block></body.content>"
    text = from_element(etree.fromstring(source))
    assert text.body == "Head\n\nBy A B"
    assert text.html == "<div><h2>Head</h2><p>By A B</p></div>"


def test_text_without_blank_lines_has_a_paragraph_a_line() -> None:
    assert from_plain("One.\nTwo.\n").body == "One.\n\nTwo."
    assert from_plain("One\ntwo.\n \nThree.").body == "One\ntwo.\n\nThree."


@pytest.mark.parametrize(
    "hostile", ["<div>" * 100_000 + "x", "<" * 500_000, "<a " * 100_000, "&" * 500_000, "<p>" * 100_000]
)
def test_hostile_html_is_read_in_bounded_time(hostile: str) -> None:
    began = time.monotonic()
    from_html(hostile)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "source",
    [
        "<div><p>One &amp; two &lt;b&gt; \u00a0 three</p><ul><li>a</li><li><em>b</em></li></ul><pre>x\n y</pre></div>",
        "<block><p>One</p><hl2>Two</hl2><bq><p>Three</p></bq></block>",
        "<body.content><p>One<br/>two</p></body.content>",
        "<p>One <foo>two</foo></p>",
        "<p class='x'>One</p>",
        "<div><p>One<script>x()</script></p><table><tr><td onclick='x()'>1</td><td>2</td></tr></table></div>",
        "<x><p>&lt;script&gt;x()&lt;/script&gt;</p></x>",
    ],
)
def test_html_that_is_clean_already_comes_out_as_if_it_had_been_cleaned(source: str) -> None:
    found = from_element(etree.fromstring(source)).html
    assert found
    assert found == clean_html(found)
    assert "script>x()</script" not in found
