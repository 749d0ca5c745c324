"""Short scraped texts: a head of a few lines above the story, of the shapes that pages of many countries have."""

import pytest
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.schemas.article import Article

TAIPEI = """\
Home
News
Two new piers open in Skerry after nine years
AFP, MANILA
Thu, Mar 12, 2026 page 5

The port of Skerry on Wednesday opened two new piers for its ferries, ending a wait of nine years.

"We waited nine years," mayor Jorge Muller said at the ceremony, which about 300 people attended.

RELATED STORIES
Lighthouse for sale
"""
GERMAN = """\
Startseite Politik Ausland
Hafen
Zwei neue Fähranleger auf Skerry
Stand: 12.03.2026, 10:15 Uhr
Von: Anna Berg

Skerry – Auf der Insel Skerry sind am Mittwoch zwei neue Anleger für Fähren eröffnet worden, sagte der Bürgermeister.

Der Bau kostete 42 Millionen Euro, doppelt so viel wie geplant.

© dpa-infocom, dpa:260312-930-123456/2

Rubriklistenbild: Hafen von Skerry
Auch interessant
Kommentare (12)
"""
FRENCH = """\
Accueil > International > Europe
Ukraine : un accord sur les céréales signé à Odessa
Par Le Courrier avec AFP
Publié le 12/03/2026 à 10h15

ODESSA (Ukraine), 12 mars 2026 (AFP) - Un accord sur les céréales a été signé jeudi à Odessa, a annoncé le ministre.

Le texte prévoit l'ouverture de trois couloirs maritimes d'ici au mois de juin.

© 2026 AFP
Newsletter : recevez l'essentiel
"""
POLISH = """\
Strona główna » Świat
Dwa nowe pirsy w porcie Skerry
12.03.2026, 10:15 | aktualizacja: 12:02
PAP

Port w Skerry otworzył w środę dwa nowe pirsy dla promów – poinformował burmistrz Łukasz Żak.

„Czekaliśmy na to dziewięć lat” – powiedział. Budowa kosztowała 42 mln euro. (PAP)

Zobacz także
Latarnia na sprzedaż
"""
RUSSIAN = """\
Главная / Мир
12 марта 2026, 10:15
В Скерри открыли два причала
СКЕРРИ, 12 марта. /ТАСС/. В порту Скерри в среду открыли два новых причала для паромов, сообщил мэр Йорг Мюллер.

Строительство обошлось в 42 млн долларов.

Теги: порт, паромы
Читайте также
Маяк выставлен на продажу
"""
JAPANESE = """\
ホーム > 国際
スケリーで新桟橋2本が開通
2026年3月12日 10時15分

【マニラ共同】スケリー港は11日、フェリー用の新しい桟橋2本を開通させた。開通まで9年かかった。

ミュラー市長は「9年待った」と述べた。費用は4200万ドルで、予定の2倍となった。

関連記事
灯台が売りに出される
"""
CHINESE = """\
首页 > 国际
斯凯里港两座新码头启用
2026-03-12 10:15

新华社马尼拉3月12日电（记者王小明）斯凯里港11日启用两座新的渡轮码头。码头建设历时九年，耗资4200万美元。

市长米勒在仪式上说：“我们等了九年。”
"""
ARABIC = """\
الرئيسية > العالم
افتتاح رصيفين جديدين في ميناء سكيري
12 مارس 2026 10:15

مانيلا (أ ف ب) - افتتح ميناء سكيري الأربعاء رصيفين جديدين للعبارات بعد انتظار دام تسعة أعوام.

وقال رئيس البلدية "انتظرنا تسعة أعوام".
"""
KOREAN = """\
홈 > 국제
스케리항 새 부두 2곳 개통
2026-03-12 10:15

(마닐라=연합뉴스) 홍길동 특파원 = 스케리항이 11일(현지시간) 여객선용 새 부두 2곳을 개통했다. 공사에는 9년이 걸렸다.

시장은 "9년을 기다렸다"고 말했다.

gildong@news.example
<저작권자(c) 연합뉴스, 무단 전재-재배포 금지>
"""


def article_of(text: str) -> Article:
    (article,) = read(Raw(text.encode()), form="text")
    return article


@pytest.mark.parametrize(
    ("text", "headline", "provider", "begins", "ends"),
    [
        (TAIPEI, "Two new piers open in Skerry after nine years", "AFP", "The port of Skerry", "people attended."),
        (GERMAN, "Zwei neue Fähranleger auf Skerry", "dpa", "Skerry – Auf der", "wie geplant."),
        (FRENCH, "Ukraine : un accord sur les céréales signé à Odessa", "AFP", "ODESSA (Ukraine), 12", "de juin."),
        (POLISH, "Dwa nowe pirsy w porcie Skerry", "PAP", "Port w Skerry", "(PAP)"),
        (RUSSIAN, "В Скерри открыли два причала", "TASS", "СКЕРРИ, 12 марта. /ТАСС/.", "долларов."),
        (JAPANESE, "スケリーで新桟橋2本が開通", "Kyodo", "【マニラ共同】", "2倍となった。"),
        (CHINESE, "斯凯里港两座新码头启用", "Xinhua", "新华社马尼拉", "九年。”"),
        (ARABIC, "افتتاح رصيفين جديدين في ميناء سكيري", "AFP", "مانيلا (أ ف ب)", 'أعوام".'),
        (KOREAN, "스케리항 새 부두 2곳 개통", "Yonhap", "(마닐라=연합뉴스)", "말했다."),
    ],
)
def test_the_head_and_the_foot_of_a_short_text_are_no_part_of_its_story(
    text: str, headline: str, provider: str, begins: str, ends: str
) -> None:
    article = article_of(text)
    body = article.body or ""
    assert (article.headline, article.provider) == (headline, provider)
    assert (body.startswith(begins), body.endswith(ends)) == (True, True)
    assert article.published is not None
    assert article.published.date().isoformat() == "2026-03-12"


def test_an_agency_with_a_place_is_the_byline_where_nobody_is_named() -> None:
    assert article_of(TAIPEI).byline == "AFP, MANILA"
    assert article_of(GERMAN).byline == "Von: Anna Berg"


def test_navigation_is_no_republisher() -> None:
    assert article_of(GERMAN).republisher is None


def test_a_line_of_tags_becomes_keywords() -> None:
    article = article_of(RUSSIAN)
    assert article.keywords == ["порт", "паромы"]
    assert article.evidence["keywords"].field == "line 8"


def test_a_notice_of_rights_says_from_which_line_it_came() -> None:
    article = article_of(GERMAN)
    assert article.copyrightnotice == "© dpa-infocom, dpa:260312-930-123456/2"
    assert article.evidence["copyrightnotice"].field == "line 11"


def test_what_stands_between_dateline_and_end_mark_is_the_story() -> None:
    text = "SKERRY, March 12 (Newsline) - The port opened two piers on Wednesday, its mayor told reporters on the quay.\n\nIt rained.\n\nNo one was hurt.\n\n-0-\n\nnewsline ab cd\n"
    assert (article_of(text).body or "").endswith("It rained.\n\nNo one was hurt.")


def test_a_headline_alone_above_a_story_is_its_headline() -> None:
    article = article_of(
        "Two piers open in Skerry\n\nThe port opened two piers on Wednesday, its mayor told reporters.\n"
    )
    assert article.headline == "Two piers open in Skerry"
    assert article.body == "The port opened two piers on Wednesday, its mayor told reporters."


def test_a_short_sentence_that_begins_a_story_stays() -> None:
    text = "It rained all day.\n\nThe port opened two piers on Wednesday, its mayor told reporters on the quay.\n"
    assert (article_of(text).body or "").startswith("It rained all day.")
