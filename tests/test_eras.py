"""Japanese dates, eras and fiscal years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.eras import era_date, era_name, fiscal_year, fiscal_year_name, parse_date, parse_year


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H16.5.14", date(2004, 5, 14)),
        ("R1.5.29", date(2019, 5, 29)),
        ("S48.6.25", date(1973, 6, 25)),
        ("令和5年8月24日", date(2023, 8, 24)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成 24年 7月 1日", date(2012, 7, 1)),
        ("Ｈ２６．６．１７", date(2014, 6, 17)),
        ("h9/8/1", date(1997, 8, 1)),
        ("2016年9月3日", date(2016, 9, 3)),
        ("2017/03/31", date(2017, 3, 31)),
        ("2024-06-01", date(2024, 6, 1)),
        ("H24.2.29", date(2012, 2, 29)),
    ],
)
def test_dates_are_read_as_they_are_written(text, expected):
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text",
    ["H31.2.29", "R5.13.1", "R5.4.31", "H16.0.1", "0000.1.1", "R0.5.1"],
)
def test_a_day_that_the_calendar_lacks_is_an_error(text):
    with pytest.raises(ValueError, match="ありません"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "era"),
    [("H31.5.1", "平成"), ("R1.4.30", "令和"), ("S64.1.8", "昭和"), ("H1.1.7", "平成")],
)
def test_a_day_outside_its_era_is_an_error(text, era):
    with pytest.raises(ValueError, match=f"{era}の日付ではありません"):
        parse_date(text)


@pytest.mark.parametrize("text", ["", "H16", "H16.5", "5月14日", "X16.5.14", "H16.5.14頃", "令和"])
def test_what_is_no_date_is_an_error(text):
    with pytest.raises(ValueError, match="日付として読めません"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R1", 2019),
        ("S48", 1973),
        ("H31", 2019),
        ("令和元年度", 2019),
        ("平成31年度", 2019),
        ("令和 5年", 2023),
        ("R５年度", 2023),
        ("2023年度", 2023),
        ("1973", 1973),
    ],
)
def test_years_are_read_as_they_are_written(text, expected):
    assert parse_year(text) == expected


@pytest.mark.parametrize("text", ["H32", "S65", "R0", "平成0年", "0000"])
def test_a_year_that_its_era_lacks_is_an_error(text):
    with pytest.raises(ValueError, match="ありません"):
        parse_year(text)


@pytest.mark.parametrize("text", ["", "5", "年度", "令和五年", "R1.5.1"])
def test_what_is_no_year_is_an_error(text):
    with pytest.raises(ValueError, match="年として読めません"):
        parse_year(text)


def test_a_fiscal_year_runs_from_april_to_march():
    assert fiscal_year(date(2023, 3, 31)) == 2022
    assert fiscal_year(date(2023, 4, 1)) == 2023
    assert fiscal_year(date(2024, 3, 31)) == 2023


def test_a_fiscal_year_is_named_by_its_newest_era():
    names = {year: fiscal_year_name(year) for year in (1973, 1988, 1989, 2018, 2019, 2023)}
    assert names == {
        1973: "昭和48年度",
        1988: "昭和63年度",
        1989: "平成元年度",
        2018: "平成30年度",
        2019: "令和元年度",
        2023: "令和5年度",
    }


@pytest.mark.parametrize(
    ("last_day", "old", "new"),
    [
        (date(1912, 7, 29), "明治", "大正"),
        (date(1926, 12, 24), "大正", "昭和"),
        (date(1989, 1, 7), "昭和", "平成"),
        (date(2019, 4, 30), "平成", "令和"),
    ],
)
def test_an_era_begins_the_day_after_the_last_one_ended(last_day, old, new):
    assert (era_name(last_day), era_name(last_day + timedelta(days=1))) == (old, new)


def test_a_day_before_meiji_has_no_era_here():
    with pytest.raises(ValueError, match="明治より前"):
        era_name(date(1868, 10, 22))


@given(st.dates(min_value=date(1868, 10, 23), max_value=date(2099, 12, 31)))
def test_a_date_written_in_its_era_reads_back_as_itself(day):
    assert parse_date(era_date(day)) == day
