from datetime import UTC, date, datetime

import pytest
from copydesk.parse.zones import month_number, read_date, read_time
from hypothesis import given
from hypothesis import strategies as st

NOON = datetime(2018, 12, 10, 11, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2018-12-10T11:37:00Z",
        "20181210T123700+0100",
        "20181210T1137Z",
        "2018-12-10 06:37:00.000-05",
        "2018-12-10T11:37:00+00:00",
        "2018-12-10T12:37:00[Europe/Berlin]",
        "101137 GMT Dez 18",
        "101137Z Dec 2018",
        "Mon, 10 Dec 2018 12:37:00 +0100 (CET)",
        "Mon, 10 Dec 2018 11:37:00 GMT",
        "Mon Dec 10 11:37:00 UTC 2018",
        "Dec 10, 2018 6:37 AM EST",
        "10/12/18 12:37 CET",
        "10. Dezember 2018, 12.37 Uhr MEZ",
        "1544441820",
        "1544441820000",
    ],
)
def test_a_time_with_its_zone_is_read_in_every_shape(text: str) -> None:
    read = read_time(text)
    assert read is not None
    assert (read.moment, read.assumed) == (NOON, None)


@pytest.mark.parametrize(
    "text",
    [
        "2018-12-10T12:37:00",
        "20181210123700",
        "101237 Dez 18",
        "10 déc. 2018 12h37",
        "10 de diciembre de 2018 12:37",
        "10.12.2018 12:37",
        "12:37-10-12-18",
        "10 joulukuuta 2018 klo 12.37".replace("klo ", ""),
    ],
)
def test_a_local_time_needs_a_zone_and_the_answer_names_it(text: str) -> None:
    assert read_time(text) is None
    read = read_time(text, "Europe/Berlin")
    assert read is not None
    assert (read.moment, read.assumed) == (NOON, "Europe/Berlin")


def test_the_order_of_short_dates_is_the_agencys_habit() -> None:
    american = read_time("04-05-18 1009EST", order="mdy")
    assert american is not None
    assert american.moment == datetime(2018, 4, 5, 15, 9, tzinfo=UTC)
    european = read_time("04-05-18 1009EST")
    assert european is not None
    assert european.moment.month == 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2018-12-10",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2018-13-10T11:37:00Z",
        "2018-02-30T11:37:00Z",
        "2018-12-10T25:00:00Z",
        "2018-12-10T11:37:00 XYZ",
        "2018-12-10T11:37:00+99:00",
        "9" * 5000,
        None,
        True,
        [],
        float("nan"),
        float("inf"),
    ],
)
def test_what_is_no_time_is_absent(text: object) -> None:
    assert read_time(text, "Europe/Berlin") is None


def test_a_local_time_after_the_clocks_changed_is_read_by_the_seasons_offset() -> None:
    winter, summer = (read_time(f"2018-{month}-10T12:00", "Europe/Oslo") for month in ("01", "07"))
    assert winter is not None
    assert summer is not None
    assert (winter.moment.hour, summer.moment.hour) == (11, 10)


def test_months_are_known_in_the_languages_of_the_wires() -> None:
    assert [month_number(n) for n in ("Okt", "Dez.", "août", "ene", "mag", "kesäkuuta", "февраля", "rain")] == [
        10, 12, 8, 1, 5, 6, 2, None,
    ]  # fmt: skip


def test_a_date_is_read_whatever_follows_it() -> None:
    assert read_date("2018-12-10T25:99") == date(2018, 12, 10)
    assert read_date("Monday, 10 December 2018") == date(2018, 12, 10)
    assert read_date("sometime") is None


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_none(text: str) -> None:
    read = read_time(text, "Europe/Berlin")
    assert read is None or read.moment.tzinfo is UTC


@pytest.mark.parametrize(
    "value", ["2026年10月18日10時43分", "2026年10月18日 10:43", "2026년 10월 18일 10시 43분", "2026. 10. 18. 10:43", "18 Οκτ 2026 10:43",
              "10/18/10-43/26"],
)  # fmt: skip
def test_dates_of_further_scripts_and_agencies_are_read(value: str) -> None:
    found = read_time(value, "Asia/Tokyo")
    assert found is not None
    assert found.moment.isoformat() == "2026-10-18T01:43:00+00:00"


@pytest.mark.parametrize(
    "said",
    [
        "Čt, 12 bře 2026 10:15:00 +0100",
        "2026. március 12. 10:15 +0100",
        "2026. márc. 12. 10:15 +0100",
        "12. ožujka 2026. 10:15 +0100",
        "12 березня 2026, 10:15 +0100",
        "2026 m. kovo 12 d. 10:15 +0100",
        "12. märts 2026 10:15 +0100",
        "12 марта 2026, 10:15 +0100",
    ],
)
def test_months_of_central_and_eastern_europe(said: str) -> None:
    found = read_time(said)
    assert found is not None
    assert found.moment == datetime(2026, 3, 12, 9, 15, tzinfo=UTC)
