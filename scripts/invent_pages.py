"""Write invented pages: stories in the chrome of invented sites, and the pages of such sites that are no stories.

usage: uv run python scripts/invent_pages.py tests/fixtures/pages
"""

from __future__ import annotations

import html
import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STORIES = tomllib.loads(Path(__file__).with_name("invented_stories.toml").read_text(encoding="utf-8"))["story"]
SITES = ("The Harbour Gazette", "Inselbote", "El Faro", "La Vigie", "Маяк")


@dataclass(frozen=True)
class Invented:
    """A page, and what it is: `article`, or the reason why it is none."""

    name: str
    kind: str
    page: str
    body: tuple[str, ...] = ()
    title: str | None = None


def pages() -> Iterator[Invented]:
    """Yield 40 articles and 40 pages that are none."""
    for skin in range(5):
        for number, story in enumerate(STORIES):
            yield _article(story, number, skin)
    yield from _others()


def _article(story: dict, number: int, skin: int) -> Invented:
    others = [s for s in STORIES if s is not story]
    page = SKINS[skin](story, others, SITES[skin], f"2021-0{number + 1}-1{skin}T0{skin + 5}:30:00+01:00")
    return Invented(f"{story['language']}-{number}-{skin}", "article", page, tuple(story["paragraphs"]), story["title"])


def _head(title: str, site: str, language: str, extra: str = "") -> str:
    way = ' dir="rtl"' if language == "ar" else ""
    return (
        f'<!DOCTYPE html><html lang="{language}"{way}><head><meta charset="utf-8">'
        f"<title>{html.escape(title)} - {site}</title>{extra}</head>"
    )


def _paragraphs(texts: list[str], attributes: str = "") -> str:
    return "".join(f"<p{attributes}>{html.escape(text, quote=False)}</p>\n" for text in texts)


def _nav(others: list[dict]) -> str:
    return (
        "<nav><ul>"
        + "".join(f'<li><a href="/{i}">{s["section"]}</a></li>' for i, s in enumerate(others))
        + "</ul></nav>"
    )


def _cards(others: list[dict], heading: str = "h3", lead: bool = True) -> str:
    return "".join(
        f'<div class="card"><{heading}><a href="/s/{i}">{html.escape(s["title"])}</a></{heading}>'
        + (f"<p>{html.escape(s['lead'])}</p>" if lead else "")
        + "</div>"
        for i, s in enumerate(others)
    )


def _marked(story: dict, others: list[dict], site: str, when: str) -> str:
    """JSON-LD and OpenGraph, a main element, related cards and a newsletter box behind the story."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story["title"],
        "datePublished": when,
        "author": [{"@type": "Person", "name": story["author"]}],
        "publisher": {"@type": "Organization", "name": site},
    }
    extra = f'<meta property="og:type" content="article"><meta property="og:site_name" content="{site}">'
    extra += f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return (
        _head(story["title"], site, story["language"], extra)
        + f"<body><header>{_nav(others)}</header><main><article><h1>{html.escape(story['title'])}</h1>"
        + f'<div class="byline"><span class="author">{story["author"]}</span> <time datetime="{when}">{when[:10]}</time></div>'
        + f'<div class="article-body">{_paragraphs(story["paragraphs"])}</div></article>'
        + f'<aside class="newsletter"><h4>Newsletter</h4><p>{others[0]["lead"]}</p><form><input name="email"></form></aside>'
        + f'<section class="related"><h2>+</h2>{_cards(others[:4])}</section></main>'
        + f"<footer><p>© 2021 {site}</p>{_nav(others)}</footer></body></html>"
    )


def _bare(story: dict, others: list[dict], site: str, when: str) -> str:
    """Tables and line breaks of the last century, no markings at all."""
    text = "<br><br>".join(html.escape(p, quote=False) for p in story["paragraphs"])
    menu = "<br>".join(f'<a href="{i}.htm">{s["section"]}</a>' for i, s in enumerate(others))
    return (
        f"<html><head><title>{site}: {html.escape(story['title'])}</title><meta charset=utf-8></head><body><table><tr>"
        f"<td width=120>{menu}</td><td><font size=5><b>{html.escape(story['title'])}</b></font><br>{when[:10]}<br><br>{text}"
        f"</td></tr></table><center><font size=1>(c) {site}</font></center>"
    )


def _led(story: dict, others: list[dict], site: str, when: str) -> str:
    """A lead paragraph, a figure with its caption, an inline teaser, share buttons, comments."""
    paragraphs = [_paragraphs([p]) for p in story["paragraphs"]]
    teaser = f'<div class="read-more"><a href="/s/9">{html.escape(others[1]["title"])}</a></div>'
    return (
        _head(
            story["title"],
            site,
            story["language"],
            f'<meta name="date" content="{when}"><meta name="author" content="{story["author"]}">',
        )
        + f'<body><div id="menu">{_nav(others)}</div><div id="content"><h1 class="title">{html.escape(story["title"])}</h1>'
        + f'<div class="share"><a href="#">Facebook</a> <a href="#">WhatsApp</a></div><p class="lead">{html.escape(story["lead"])}</p>'
        + f'<figure><img src="a.jpg"><figcaption>{story["section"]} / {story["author"]}</figcaption></figure>'
        + f'<div class="text">{paragraphs[0]}{teaser}{"".join(paragraphs[1:])}</div></div>'
        + f'<div id="comments"><h3>2</h3><div class="comment"><p>{html.escape(others[2]["lead"])}</p></div></div>'
        + f'<div class="sidebar">{_cards(others[2:], lead=False)}</div></body></html>'
    )


def _divided(story: dict, others: list[dict], site: str, when: str) -> str:
    """Nothing but `div`, with the class names of a style sheet generator; a date in words of figures."""
    title = html.escape(story["title"])
    day = f"{when[8:10]}.{when[5:7]}.{when[:4]}"
    text = "".join(
        f'<div class="c-x{at}"><div class="t">{html.escape(part, quote=False)}</div></div>'
        for at, part in enumerate(story["paragraphs"])
    )
    menu = "".join("<a href=/{}>{}</a> ".format(at, other["section"]) for at, other in enumerate(others))
    return (
        _head(story["title"], site, story["language"], f'<meta property="og:title" content="{title} | {site}">')
        + f'<body><div class="a1">{menu}</div><div class="b2"><div class="h"><h1>{title}</h1><div>{day}</div></div>{text}</div>'
        + f'<div class="z9">{_cards(others, "div")}</div></body></html>'
    )


def _broken(story: dict, others: list[dict], site: str, when: str) -> str:
    """Tags never closed, attributes without quotes, two bodies, a script in the middle."""
    language, title = story["language"], html.escape(story["title"])
    text = "".join(
        f"<p class=txt>{html.escape(part, quote=False)}<script>var a='<p>{site}</p>';</script>"
        for part in story["paragraphs"]
    )
    return (
        f"<html lang={language}><title>{title}</title><meta charset=utf-8><body><ul>"
        + "".join("<li><a href=/{}>{}</a>".format(at, other["section"]) for at, other in enumerate(others))
        + f"</ul><body><div class=article><h1>{title}<p class=date>{when[:10]}</p>{text}</div><div class=footer><p>© {site}"
    )


SKINS = (_marked, _bare, _led, _divided, _broken)

MISSING = (
    (
        "en",
        "Page not found",
        "Sorry, the page you are looking for does not exist or has been moved. Try the search or go back to the front page.",
    ),
    (
        "de",
        "Seite nicht gefunden",
        "Die gewünschte Seite existiert nicht oder wurde verschoben. Bitte nutzen Sie die Suche oder gehen Sie zur Startseite.",
    ),
    (
        "es",
        "Página no encontrada",
        "La página que busca no existe o ha cambiado de dirección. Vuelva a la portada o utilice el buscador del sitio.",
    ),
    (
        "fr",
        "Page introuvable",
        "La page demandée n'existe pas ou a été déplacée. Revenez à l'accueil ou utilisez la recherche du site.",
    ),
    (
        "ru",
        "Страница не найдена",
        "Запрошенная страница не существует или была перемещена. Воспользуйтесь поиском или вернитесь на главную.",
    ),
    (
        "ja",
        "ページが見つかりません",
        "お探しのページは移動または削除された可能性があります。検索をご利用いただくか、トップページへお戻りください。",
    ),
    (
        "en",
        "Just a moment...",
        "Checking your browser before accessing the site. Please enable JavaScript and cookies to continue. This may take a few seconds.",
    ),
    (
        "en",
        "Access denied",
        "You don't have permission to access this page. Our systems have detected unusual traffic from your network. Reference 18.2f4.",
    ),
)
WALLS = (
    (
        "en",
        "We value your privacy",
        "We and our partners store and/or access information on a device, such as cookies, and process personal data. You may accept or manage your choices, including your right to object where legitimate interest is used.",
    ),
    (
        "de",
        "Mit Werbung weiterlesen",
        "Mit Ihrer Zustimmung speichern wir und unsere Partner Informationen auf Ihrem Gerät. Wenn Sie Cookies akzeptieren, können Sie kostenlos mit Werbung und Tracking weiterlesen. Oder Sie schließen ein Abo ab.",
    ),
    (
        "es",
        "Valoramos tu privacidad",
        "Nosotros y nuestros socios almacenamos información en un dispositivo, como las cookies, y tratamos datos personales. Puedes aceptar y continuar gratis o suscribirte para navegar sin publicidad personalizada.",
    ),
    (
        "fr",
        "Respect de votre vie privée",
        "Avec votre accord, nos partenaires et nous utilisons des cookies pour stocker des informations personnelles. Vous pouvez accepter et fermer, ou continuer sans accepter et vous abonner pour un euro par mois.",
    ),
    (
        "it",
        "La tua privacy",
        "Noi e i nostri partner archiviamo informazioni su un dispositivo, come i cookie, e trattiamo dati personali. Puoi premere Accetta e continua oppure abbonarti per leggere senza pubblicità.",
    ),
    (
        "nl",
        "Jouw privacy",
        "Wij en onze partners gebruiken cookies om gegevens op te slaan. Kies Cookies accepteren om verder te gaan, of stel je voorkeuren in. Onze partners verwerken gegevens op basis van gerechtvaardigd belang.",
    ),
)
GATES = (
    ("en", "Subscribe to continue reading. Already a subscriber? Log in to read the full story."),
    ("de", "Jetzt weiterlesen mit dem Probeabo. Sie haben bereits ein Abo? Melden Sie sich an."),
    ("es", "Para seguir leyendo, hazte suscriptor. ¿Ya eres suscriptor? Inicia sesión."),
    ("fr", "Article réservé aux abonnés. Il vous reste 90 % de cet article à découvrir. Déjà abonné ? Connectez-vous."),
)


def _others() -> Iterator[Invented]:
    for at, (language, title, text) in enumerate(MISSING):
        chrome = _nav(STORIES) if at < 6 else ""
        page = _head(title, SITES[0], language) + f"<body>{chrome}<main><h1>{title}</h1><p>{text}</p>"
        if at % 3 == 1:
            page += f'<section class="related">{_cards(STORIES[:4])}</section>'
        yield Invented(f"missing-{at}", "error-page", page + "</main></body></html>")
    for at, (language, title, text) in enumerate(WALLS):
        page = (
            _head(title, SITES[1], language)
            + f'<body><div class="consent"><h1>{title}</h1><p>{text}</p><button>OK</button></div></body></html>'
        )
        yield Invented(f"wall-{at}", "consent-wall", page)
    for at, (language, gate) in enumerate(GATES):
        story = next(s for s in STORIES if s["language"] == language)
        yield Invented(f"gate-{at}", "paywall", _gated(story, gate, marked=at % 2 == 0))
        yield Invented(f"gate-short-{at}", "paywall", _gated(story, gate, marked=at % 2 == 1, words=12))
    yield from _lists()
    yield from _empties()


def _gated(story: dict, gate: str, *, marked: bool, words: int = 28) -> str:
    data = {
        "@type": "NewsArticle",
        "headline": story["title"],
        "isAccessibleForFree": False,
        "datePublished": "2021-03-04T05:00:00Z",
    }
    extra = f'<script type="application/ld+json">{json.dumps(data)}</script>' if marked else ""
    begun = " ".join(story["paragraphs"][0].split()[:words]) + "…"
    return (
        _head(story["title"], SITES[2], story["language"], extra)
        + f"<body>{_nav(STORIES)}<article><h1>{story['title']}</h1><p>{begun}</p><div class='paywall'><p>{gate}</p></div></article>"
        + f"<div class='more'>{_cards(STORIES[4:])}</div></body></html>"
    )


def _lists() -> Iterator[Invented]:
    """Front pages, sections, tags, search results, authors' pages, link lists, galleries of teasers."""
    for skin in range(4):
        cards = _cards(STORIES * 3, ("h2", "h3", "h2", "h4")[skin], lead=skin != 2)
        kind = ("website", "website", "", "")[skin]
        extra = f'<meta property="og:type" content="{kind}">' if kind else ""
        for name in ("front", "section"):
            title = SITES[skin] if name == "front" else STORIES[skin]["section"]
            head = _head(title, SITES[skin], STORIES[skin]["language"], extra)
            yield Invented(
                f"{name}-{skin}",
                "index-page",
                f"{head}<body>{_nav(STORIES)}<main><h1>{title}</h1>{cards}</main></body></html>",
            )
    results = "".join(
        f'<li><a href="/{i}">{s["title"]}</a><br><span>{s["paragraphs"][0][:120]}…</span></li>'
        for i, s in enumerate(STORIES * 2)
    )
    yield Invented(
        "search",
        "index-page",
        _head("Search", SITES[0], "en") + f"<body><form><input></form><ol>{results}</ol></body></html>",
    )
    tagged = "".join(
        f'<div class="item"><h3><a href="/{i}">{s["title"]}</a></h3><time>0{i + 1}.03.2021</time></div>'
        for i, s in enumerate(STORIES * 2)
    )
    yield Invented(
        "tag",
        "index-page",
        _head("#Hafen", SITES[1], "de") + f"<body>{_nav(STORIES)}<h1>Hafen</h1>{tagged}</body></html>",
    )
    bio = "Ann Moor writes about ports and pilots for the Gazette."
    yield Invented(
        "author",
        "index-page",
        _head("Ann Moor", SITES[0], "en") + f"<body><h1>Ann Moor</h1><p>{bio}</p>{_cards(STORIES * 2)}</body></html>",
    )
    links = "".join(f'<p><a href="/{i}">{s["title"]}</a></p>' for i, s in enumerate(STORIES * 4))
    yield Invented("links", "index-page", f"<html><title>Links</title><body><h1>Links</h1>{links}</body></html>")


def _empties() -> Iterator[Invented]:
    """A login, a page for scripts alone, a video without words, a contact page, a shop's basket, a weather box."""
    texts = {
        "login": "<h1>Log in</h1><form><label>E-mail</label><input><label>Password</label><input><button>Log in</button></form><p>Forgot your password?</p>",
        "script": '<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>',
        "video": "<h1>Live</h1><video src=a.mp4></video><p>Watch live</p>",
        "contact": "<h1>Contact</h1><p>Harbour Gazette, Quay 4, Skerry</p><p>Telephone 0100 200 300</p><p>desk@gazette.example</p>",
        "basket": "<h1>Your basket</h1><p>Your basket is empty.</p><p><a href=/>Continue shopping</a></p>",
        "weather": "<h1>Weather</h1><table><tr><td>Mon</td><td>12°</td></tr><tr><td>Tue</td><td>9°</td></tr></table>",
    }
    for name, text in texts.items():
        yield Invented(
            name,
            "stub",
            _head(name.title(), SITES[0], "en")
            + f"<body>{_nav(STORIES)}{text}<footer>© {SITES[0]}</footer></body></html>",
        )


def main() -> None:
    """Write one file a page, and `expected.jsonl` that says what each is."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for page in pages():
        (folder / f"{page.name}.html").write_text(page.page, encoding="utf-8")
        rows.append({"file": f"{page.name}.html", "kind": page.kind, "title": page.title, "body": list(page.body)})
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "expected.jsonl").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
