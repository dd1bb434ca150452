"""Days, months, years, 年度, decades, eras and stretches are read as people mean them."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.understanding.periods import FIRST_DAY, LAST_DAY, find_periods
from index.normalization import normalized

AS_OF = date(2024, 6, 1)


def read(text: str) -> list[tuple[date, date]]:
    return [(p.first, p.last) for p in find_periods(normalized(text), AS_OF)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("R5.8.24の協定", date(2023, 8, 24), date(2023, 8, 24)),
        ("令和５年８月に", date(2023, 8, 1), date(2023, 8, 31)),
        ("2023年の協定", date(2023, 1, 1), date(2023, 12, 31)),
        ("令和5年度に", date(2023, 4, 1), date(2024, 3, 31)),
        ("平成20年代の", date(2008, 1, 1), date(2017, 12, 31)),
        ("昭和の時代に", date(1926, 12, 25), date(1989, 1, 7)),
        ("令和5年6月2日以降に", date(2023, 6, 2), LAST_DAY),
        ("昭和47年以前の", FIRST_DAY, date(1972, 12, 31)),
        ("平成18年（2006年1月〜12月）", date(2006, 1, 1), date(2006, 12, 31)),
        ("令和元年の", date(2019, 5, 1), date(2019, 12, 31)),
        ("最近3年の", date(2021, 6, 2), date(2024, 6, 1)),
        ("令和3年度の上半期", date(2021, 4, 1), date(2021, 9, 30)),
        ("令和2年4月から令和4年3月まで", date(2020, 4, 1), date(2022, 3, 31)),
    ],
)
def test_an_expression_names_its_days(text: str, first: date, last: date) -> None:
    assert read(text) == [(first, last)]


def test_two_years_are_two_periods() -> None:
    assert read("令和4年度と令和5年度では") == [
        (date(2022, 4, 1), date(2023, 3, 31)),
        (date(2023, 4, 1), date(2024, 3, 31)),
    ]


def test_a_year_in_which_the_era_changed_names_its_other_readings() -> None:
    (period,) = find_periods("令和元年", AS_OF)
    assert [(other.first, other.last) for other in period.others] == [
        (date(2019, 1, 1), date(2019, 12, 31)),
        (date(2019, 4, 1), date(2020, 3, 31)),
    ]


@pytest.mark.parametrize("text", ["No.2024の協定", "150市町村", "1条通8丁目", "合計12件"])
def test_numbers_that_are_no_dates_are_left_alone(text: str) -> None:
    assert read(text) == []


def test_a_date_that_does_not_exist_is_an_empty_period() -> None:
    (period,) = find_periods("令和5年13月", AS_OF)
    assert period.first > period.last
