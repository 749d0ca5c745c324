"""What a page holds beside its story is not lost, and nothing of it is taken for the story's own."""

import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read

from tests.parse.page.page_of import STORY, article_of, page_of

H1 = "<h1>Skerry harbour reopens after nine days</h1>"
SITE = '<meta property="og:site_name" content="The Harbour Gazette">'


def test_teasers_become_related_with_summary_address_and_block() -> None:
    below = (
        '<div class="related"><h3>Related stories</h3>'
        '<div><h4><a href="https://gazette.example/1">Lighthouse keeper wins chess cup for the third time</a></h4>'
        "<p>The keeper of the northern light beat all of the visitors from the…</p></div>"
        '<div><h4><a href="https://gazette.example/2">Council puts off the vote on a new breakwater</a></h4></div></div>'
    )
    first, second = article_of(above=H1, below=below).related
    assert first.headline == "Lighthouse keeper wins chess cup for the third time"
    assert first.summary == "The keeper of the northern light beat all of the visitors from the…"
    assert first.url == "https://gazette.example/1"
    assert first.evidence is not None
    assert (first.evidence.field or "").startswith("block ")
    assert second.summary is None


def test_the_breadcrumb_is_the_section_without_its_root_and_the_story() -> None:
    crumbs = (
        '<script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement": ['
        '{"@type": "ListItem", "position": 1, "name": "Home"}, {"@type": "ListItem", "position": 2, "name": "News"},'
        '{"@type": "ListItem", "position": 3, "item": {"@id": "/north", "name": "North"}}]}</script>'
    )
    found = article_of(above=H1, head=crumbs)
    assert found.section == ["News", "North"]
    assert found.evidence["section"].field == "json-ld BreadcrumbList"


def test_the_pages_description_is_the_abstract_and_says_whence() -> None:
    found = article_of(above=H1, head='<meta property="og:description" content="Boats sail again from Friday.">')
    assert found.abstract == "Boats sail again from Friday."
    assert found.evidence["abstract"].field == "meta og:description"


@pytest.mark.parametrize(
    "parts",
    [
        {"above": f"{H1}<p>By Ada Holm for the Associated Press</p>"},
        {"above": H1, "author": {"@type": "Person", "name": "Ada Holm"}, "sourceOrganization": {"name": "AP"}},
        {"above": H1, "head": '<meta name="news_source" content="AP">'},
        {"above": f"{H1}<p>SKERRY (AP) — The harbour of Skerry is open again, its master said on Thursday.</p>"},
    ],
    ids=["byline", "json-ld", "meta", "dateline"],
)
def test_the_agency_made_the_story_and_the_site_passed_it_on(parts: dict) -> None:
    found = article_of(**{**parts, "head": SITE + parts.get("head", "")})
    assert found.provider == "AP"
    assert found.republisher == "The Harbour Gazette"


def test_a_site_with_a_story_of_its_own_is_no_republisher() -> None:
    found = article_of(above=H1, head=SITE)
    assert found.provider == "The Harbour Gazette"
    assert found.republisher is None


@pytest.mark.parametrize(
    "broken",
    [
        lambda page: page.replace(b"</p>", b""),
        lambda page: page.replace(b"</div>", b"").replace(b"</article>", b""),
        lambda page: page.replace(b"<p>", b"<p><b><i>"),
        lambda page: page.replace(b"</head>", b"").replace(b"<body>", b""),
        lambda page: page[: page.rindex(b"</p>")],
        lambda page: b"\x00\x01" + page + b"\x00</html></html>",
    ],
    ids=["open paragraphs", "open boxes", "open emphasis", "no body", "cut off", "controls"],
)
def test_broken_mark_up_costs_no_paragraph(broken) -> None:
    (found,) = read(Raw(broken(page_of(above=H1))), form="html")
    for paragraph in STORY:
        assert paragraph in (found.body or "")


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "shift_jis", "gb18030", "windows-1256"])
def test_a_page_whose_charset_is_not_stated_is_read(charset: str) -> None:
    texts = {
        "utf-8": "Häfen öffnen wieder, sagte die Behörde am Dienstag in Łódź und Αθήνα nach neun Tagen.",
        "windows-1251": "Порт открылся в четверг после девяти дней шторма, сообщил начальник порта журналистам.",
        "shift_jis": "港は九日間の嵐のあと木曜日に再開したと港長は記者団に語った。船は明日から出る予定だ。",
        "gb18030": "港口在九天的风暴之后于星期四重新开放，港务长告诉记者。船只从明天开始重新航行。",
        "windows-1256": "أعيد فتح الميناء يوم الخميس بعد تسعة أيام من العواصف، حسبما قال مدير الميناء للصحفيين.",
    }
    story = "".join(f"<p>{texts[charset]} {number}.</p>" for number in range(8))
    page = f"<html><head><title>x</title></head><body><article><h1>{texts[charset][:30]}</h1>{story}</article></body></html>"
    (found,) = read(Raw(page.encode(charset)), form="html")
    assert texts[charset] in (found.body or "")


def test_a_page_whose_charset_is_stated_wrongly_is_read() -> None:
    page = page_of(above=H1).decode().replace('charset="utf-8"', 'charset="iso-8859-1"').replace("Skerry", "Skérrÿ")
    (found,) = read(Raw(page.encode()), form="html")
    assert STORY[0].replace("Skerry", "Skérrÿ") in (found.body or "")
