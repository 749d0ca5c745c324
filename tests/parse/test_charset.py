import time

import pytest
from copydesk.parse.charset import decode, repaired, unescaped
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("data", "declared", "text", "encoding"),
    [
        (b"caf\xc3\xa9", "iso-8859-1", "café", "utf-8"),
        (b"caf\xe9 cr\xe8me", None, "café crème", "cp1252"),
        (b"caf\xe9 \x93so\x94", "ISO-8859-1", "café “so”", "cp1252"),
        (b"\xef\xbb\xbfhej", "us-ascii", "hej", "utf-8"),
        ("hej på dig".encode("utf-16"), "utf-8", "hej på dig", "utf-16-le"),
        ("hej på dig".encode("utf-16-be"), None, "hej på dig", "utf-16-be"),
        ("привет".encode("koi8-r"), "koi8-r", "привет", "koi8-r"),
        ("新聞の記事".encode("shift_jis"), "Shift_JIS", "新聞の記事", "shift_jis"),
        ("新聞の記事".encode("iso2022_jp"), "iso-2022-jp", "新聞の記事", "iso2022_jp"),
        ("żółw i gęś".encode("iso-8859-2"), "iso-8859-2", "żółw i gęś", "iso8859-2"),
        (b"plain", "no-such-charset", "plain", "utf-8"),
        (b"plain", "base64", "plain", "utf-8"),
        (b"", None, "", "utf-8"),
    ],
)
def test_the_bytes_are_believed_before_the_label(data: bytes, declared: str | None, text: str, encoding: str) -> None:
    decoded = decode(data, declared)
    assert (decoded.text, decoded.encoding) == (text, encoding)


def test_a_wrong_label_is_noted_and_a_right_one_is_not() -> None:
    assert decode("é".encode(), "iso-8859-1").notes == (
        "charset: declared iso-8859-1, read as utf-8 being valid UTF-8",
    )
    assert decode("é".encode(), "utf-8").notes == ()
    assert decode(b"\xe9t\xe9", "iso-8859-1").notes == ()


def test_single_bytes_of_windows_1252_amid_utf_8_are_read_and_noted() -> None:
    decoded = decode("Bürger und Räte".encode() + b" \x96 na\xefve", "utf-8")
    assert decoded.text == "Bürger und Räte – naïve"
    assert decoded.notes == ("charset: utf-8 with 2 bytes of windows-1252 among it",)


def test_a_stray_a0_amid_utf_8_is_a_space() -> None:
    assert decode("Räte und Bürger,".encode() + b"\xa0Skerry").text == "Räte und Bürger, Skerry"


def test_a_character_cut_off_at_the_end_is_left_out() -> None:
    assert decode("Räte ü".encode()[:-1]).text == "Räte "


def test_what_the_agency_usually_sends_decides_where_the_file_says_nothing() -> None:
    text = "Договор подписан"
    assert decode(text.encode("koi8-r"), None, "koi8-r").text == text


CZECH = "Přístav otevřel ve čtvrtek dvě mola, protože dělníci našli vrak. Loď zůstane, řekl starosta, než začne léto."
POLISH = "Port otworzył w środę dwa pirsy, które będą służyć promom. Budowa kosztowała więcej, niż planowano, ponieważ źle liczono."
HUNGARIAN = "A kikötő szerdán két új mólót nyitott. Az első hajó délelőtt érkezett, közölte a főváros; a jövő héten többet várnak."
TURKISH = "Liman çarşamba günü feribotlar için iki yeni iskele açtı. Belediye Başkanı dokuz yıl bekledik dedi. İnşaat çok sürdü."
LATVIAN = "Osta trešdien atvēra divas piestātnes. Viņš sacīja, ka cilvēki gaidīja; tā kuģis pēc tam vēl guļ dzelmē."
GERMAN = "Der Hafen hat zwei Piere für Fähren eröffnet, über die später größere Schiffe fahren könnten."
FRENCH = "Le port a été ouvert à midi, après neuf années d'attente, selon le maire. Le coût était très élevé."


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CZECH, "cp1250"),
        (CZECH, "iso8859-2"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (HUNGARIAN, "cp1250"),
        (TURKISH, "cp1254"),
        (LATVIAN, "cp1257"),
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
    ],
)
def test_the_words_tell_the_encoding_that_nobody_declared_or_declared_wrong(
    text: str, encoding: str, declared: str | None
) -> None:
    decoded = decode(f"<p>{text}</p>".encode(encoding), declared)
    assert decoded.text == f"<p>{text}</p>"
    assert bool(decoded.notes) != (encoding == "cp1252" and declared == "iso-8859-1")


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_old_machines_encodings_show_by_their_words(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding)).text == GERMAN


def test_iso_8859_2_with_characters_of_windows_is_windows_1250() -> None:
    said = "„Šest lodí,“ řekl."
    assert decode(said.encode("cp1250"), "iso-8859-2").text == said


def test_a_few_foreign_names_leave_windows_1252_as_it_is() -> None:
    said = "The café’s owner, José, said “we waited nine years” for £3m; Señor Müller agreed."
    assert decode(said.encode("cp1252")).text == said


def test_utf_8_that_was_read_as_windows_1252_is_put_right() -> None:
    mended = repaired("FranÃ§ois\r\nâ€œouiâ€\x9d")
    assert mended.text == "François\n“oui”"
    assert mended.notes


def test_c1_controls_become_the_characters_they_were_and_other_controls_go() -> None:
    assert repaired("It\x92s\x00 \x1fso\x7f\rnext").text == "It’s so\nnext"


def test_good_text_is_left_as_it_is() -> None:
    text = "Ål, ÎLE, Ñandú – “quoted” à Œuvre\n\tindented"
    assert repaired(text).text == text
    assert repaired(text).notes == ()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("caf&amp;eacute;", "café"),
        ("AT&T and a &lt b", "AT&T and a &lt b"),
        ("&#8220;so&#8221;", "“so”"),
        ("&nosuchname; stays", "&nosuchname; stays"),
    ],
)
def test_entities_escaped_twice_are_unescaped(text: str, plain: str) -> None:
    assert unescaped(text).text == plain


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "iso-8859-1", "utf-16", "cp1251", "gb2312", "x"]))
def test_any_bytes_become_text(data: bytes, declared: str | None) -> None:
    repaired(decode(data, declared).text).text.encode("utf-8")


def test_a_megabyte_takes_little_time() -> None:
    begun = time.process_time()
    for data in (b"\xe9\xc3\xa9 " * 250_000, b"\xff" * 1_000_000, "Ã©&amp;amp; ".encode() * 80_000):
        unescaped(repaired(decode(data, "utf-8").text).text)
    assert time.process_time() - begun < 5
