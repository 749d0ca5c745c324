"""A body in mark-up, HTML, XHTML or NITF's, as paragraphs of plain text and as sanitised HTML."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files

import nh3
from copydesk.parse.plain import paragraphs, unescaped
from copydesk.parse.table import rows_of
from lxml import etree
from lxml import html as lxml_html

Element = etree._Element  # noqa: SLF001 - lxml's only name for its elements

_WORDS = tomllib.loads((files("copydesk.parse") / "markup.toml").read_text(encoding="utf-8"))
BLOCKS = frozenset(_WORDS["blocks"].split())
SILENT = frozenset(_WORDS["silent"].split())
_RENAMED: dict[str, str] = _WORDS["renamed"]
_BREAK = "\u2028"
_KNOWN_TAG = re.compile(
    r"</?(?:p|br|div|span|h[1-6]|ul|ol|li|table|a|b|i|em|strong|pre|hl[12]|section|body|html|article|aside|header|footer|main|img"
    r"|figure|blockquote|iframe|script|style|object|embed|video|audio|svg|font|center|small|sub|sup|hr|dl|dt|dd|cite)(?=[\s/>])",
    re.IGNORECASE,
)
_PARTED = re.compile(r"<(?:p|br|div|table|pre|li|section|article)\b", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|div|span|h[1-6]|ul|li|table|body|html)\b", re.IGNORECASE)
# No tag at all: `<GOOG.O>` is an instrument, `<desk@agency>` an address, `<3` a comparison.
_NAKED = re.compile(r"<(?![!?/]|[a-zA-Z][a-zA-Z0-9:-]*(?:[\s/>]|$))")
_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_TWICE = re.compile(r"&amp;(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_ANY_TAG = re.compile(r"<[^<>]{1,2000}>")

ALLOWED = frozenset(_WORDS["allowed"].split())
_PLAIN_TAGS = ALLOWED - {"table", "img", "a"}
"""Of these a tree may be made that is clean as it is; inside a table the walk does not look."""
_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED),
    clean_content_tags=SILENT - {"figure", "figcaption"},
    attributes={
        "a": {"href", "title"},
        "img": {"src", "alt", "width", "height"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)


@dataclass(frozen=True)
class Text:
    """A body: `body` is plain paragraphs parted by a blank line, `html` the same with its mark-up, sanitised."""

    body: str = ""
    html: str = ""


def from_element(element: Element | None, *, skip: frozenset[str] = frozenset()) -> Text:
    """Return the text of an element's content; `skip` names further elements (local names) whose text is left out.

    The element is changed: names lose their namespace, NITF's own become HTML's.
    """
    if element is None:
        return Text()
    body, spotless = _plain(element, skip)
    if not body:
        return Text()
    return Text(body, _as_it_is(element) if spotless else clean_html(_inner_html(element)))


def plain_text(element: Element | None) -> str:
    """Return the plain paragraphs of an element's content, for what is no body; the element is changed as above."""
    return "" if element is None else _plain(element, frozenset())[0]


def from_html(source: str, *, skip: frozenset[str] = frozenset()) -> Text:
    """Return the text of HTML as it may come in a string: whole, a fragment, escaped once more, or no HTML at all."""
    if _ESCAPED_TAG.search(source) and not _KNOWN_TAG.search(source):
        source = unescaped(source)
    if not source.strip():
        return Text()
    if not _KNOWN_TAG.search(source):
        return from_plain(unescaped(source))
    source = source if _PARTED.search(source) else _parted(source)
    root = _html_tree(_NAKED.sub("&lt;", source))
    return from_plain(unescaped(_ANY_TAG.sub(" ", source))) if root is None else from_element(root, skip=skip)


def _parted(source: str) -> str:
    """Return HTML that has no paragraphs of its own, with those that its blank lines and line ends mean."""
    return re.sub(r"\r?\n", "<br>", re.sub(r"\r?\n[ \t]*\r?\n", "<p>", source.strip()))


def from_plain(source: str) -> Text:
    """Return text without mark-up as paragraphs: parted by its blank lines, or where it has none by its lines."""
    rows = [row.strip() for row in source.strip().splitlines()]
    parted = source if "" in rows else "\n\n".join(rows)
    return Text(paragraphs("\n".join(row.strip() for row in parted.splitlines())))


def clean_html(source: str) -> str:
    """Return HTML that is safe to show: no script, no style, no frames, links to the web and mail alone (nh3)."""
    cleaned: str = _CLEANER.clean(source).strip()
    return _squeezed(cleaned)


def _squeezed(source: str) -> str:
    # Bytes know no other blanks than ASCII's, so that no-break spaces stay.
    return source if "<pre" in source else b" ".join(source.encode().split()).decode()


def _as_it_is(element: Element) -> str:
    """The HTML of a tree in which every element is allowed and none has an attribute: libxml2 escapes all else."""
    source = _inner_html(element)
    if element.tag not in ALLOWED:
        source = source[source.index(">") + 1 : source.rindex("<")] if source.endswith(f"</{element.tag}>") else ""
    return _squeezed(source.replace("\xa0", "&nbsp;").strip())


def _html_tree(source: str) -> Element | None:
    """Return the tree, None where libxml2 gave up (nesting without end), so that nothing after it is lost or slow."""
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = lxml_html.document_fromstring(_UNCLEAN.sub("", source), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    deep = any("xcessive depth" in entry.message for entry in parser.error_log)
    return None if deep else root


def _inner_html(element: Element) -> str:
    source: str = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return _TWICE.sub(r"&\1;", source) if "&amp;" in source else source


@dataclass
class _Writer:
    """Paragraphs so far, and the one being written."""

    done: list[str] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    verbatim: int = 0

    def say(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)

    def end(self) -> None:
        """End the paragraph: white space single, lines of `br` kept, two of them end a paragraph too."""
        if not self.buffer:
            return
        text = "".join(self.buffer)
        self.buffer.clear()
        if self.verbatim:
            kept = paragraphs(text.replace(_BREAK, "\n"))
            self.done.extend([kept] if kept.strip() else [])
            return
        if _BREAK not in text:
            if squashed := " ".join(text.split()):
                self.done.append(squashed)
            return
        rows = _unwrapped([" ".join(row.split()) for row in text.split(_BREAK)])
        parted = (part.strip("\n") for part in "\n".join(rows).split("\n\n"))
        self.done.extend(part for part in parted if part)


_SHORTEST, _LONGEST = 45, 85


def _unwrapped(rows: list[str]) -> list[str]:
    """Join lines that were broken at a fixed width, as old systems do it with `br`; other lines stand for themselves.

    Lines of that width are many, or do not end with a sentence.
    """
    *full, last = [row for row in rows if row] or [""]
    if (
        "" in rows[1:-1]
        or not full
        or len(last) > _LONGEST
        or not all(_SHORTEST <= len(row) <= _LONGEST for row in full)
    ):
        return rows
    ended = any(row.endswith((".", "!", "?", ":", "”", '"', "»", "“")) for row in full)
    return rows if ended and len(full) < 3 else [" ".join([*full, last])]


def _plain(root: Element, skip: frozenset[str]) -> tuple[str, bool]:
    """Walk the tree without recursion: blocks end paragraphs, `br` ends lines, tables become rows.

    Tell also whether the tree is spotless: nothing in it but elements that are allowed, without attributes.
    """
    out, spotless = _Writer(), True
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if not isinstance(tag, str):
            spotless = False
            if event == "end":
                out.say(element.tail)
            continue
        if event == "start":
            name = tag.rpartition("}")[2].lower()
            name = _RENAMED.get(name, name)
            if name != tag:
                element.tag = name
            if name in SILENT or tag.rpartition("}")[2] in skip:
                walk.skip_subtree()
                element.tag = "template"  # its content leaves the HTML as well
                spotless = False
                continue
            spotless = spotless and (name in _PLAIN_TAGS or element is root) and not element.attrib
            _enter(out, name, element, walk)
        else:
            _leave(out, tag, element, root)
    out.end()
    return unescaped("\n\n".join(out.done)), spotless


def _enter(out: _Writer, name: str, element: Element, walk: etree.iterwalk) -> None:
    if name == "br":
        out.say(_BREAK)
        return
    if name in BLOCKS:
        out.end()
    if name == "table" and (rows := rows_of(element)):
        out.done.append("\n".join(rows))
        walk.skip_subtree()
        return
    if name == "pre":
        out.verbatim += 1
    out.say(element.text)


def _leave(out: _Writer, name: str, element: Element, root: Element) -> None:
    if name in BLOCKS:
        out.end()
    if name == "pre":
        out.verbatim -= 1
    if element is not root:
        out.say(element.tail)
