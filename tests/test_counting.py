"""Counts and lists equal a plain loop over the rows, for every department, section and year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from assistant.engine import Assistant
from assistant.results import Answer
from index.eras import fiscal_year, fiscal_year_name
from index.normalization import without_space
from index.records import Agreement

Rows = list[Agreement]


@pytest.fixture(scope="module")
def rows(assistant: Assistant) -> Rows:
    return list(assistant.agreements.values())


@pytest.fixture(scope="module")
def ask(assistant: Assistant) -> Callable[[str], Answer]:
    return lambda question: assistant.ask([question])[0]


def test_every_department_in_every_fiscal_year_is_counted_as_a_loop_counts_it(
    ask: Callable[[str], Answer], rows: Rows
) -> None:
    departments = sorted({row.department for row in rows})
    years = sorted({fiscal_year(row.concluded) for row in rows})
    for department in departments:
        for year in years:
            wanted = [
                row.no
                for row in rows
                if row.department == department and fiscal_year(row.concluded) == year
            ]
            answer = ask(f"{department}が{fiscal_year_name(year)}に締結した協定は何件ですか")
            assert list(answer.nos) == wanted, answer.interpretation
            assert answer.number == len(wanted)
            assert answer.kind == ("count" if wanted else "not_found")


def test_every_department_and_section_is_listed_completely(
    ask: Callable[[str], Answer], rows: Rows
) -> None:
    for department in sorted({row.department for row in rows}):
        answer = ask(f"{department}の協定を全部、一覧にしてください")
        assert list(answer.nos) == [row.no for row in rows if row.department == department]
        assert len(answer.citations) == len(answer.nos)
    for section in sorted({row.section for row in rows}):
        answer = ask(f"{section}の協定を全部、一覧にしてください")
        assert list(answer.nos) == [row.no for row in rows if row.section == section]


def test_every_calendar_year_is_counted_as_a_loop_counts_it(
    ask: Callable[[str], Answer], rows: Rows
) -> None:
    for year in range(1973, 2025):
        wanted = [row.no for row in rows if row.concluded.year == year]
        answer = ask(f"{year}年に締結した協定は何件ですか")
        assert list(answer.nos) == wanted
        assert answer.number == len(wanted)


def test_a_count_says_what_was_counted(ask: Callable[[str], Answer]) -> None:
    answer = ask("環境部が令和5年度に締結した協定は何件？")
    assert "部局＝環境部" in answer.interpretation
    assert "締結年度＝令和5年度" in answer.interpretation


# (first, last) of each reading, counted by a loop over the rows.
READINGS = {
    "令和元年": (date(2019, 5, 1), date(2019, 12, 31)),
    "平成31年": (date(2019, 1, 1), date(2019, 4, 30)),
    "2019年（暦年）": (date(2019, 1, 1), date(2019, 12, 31)),
    "令和元年度": (date(2019, 4, 1), date(2020, 3, 31)),
}


def within(rows: Rows, reading: str) -> list[Agreement]:
    first, last = READINGS[reading]
    return [row for row in rows if first <= row.concluded <= last]


@pytest.mark.parametrize("year", ["令和元年", "平成31年"])
def test_a_year_that_may_be_read_otherwise_names_the_other_readings(
    ask: Callable[[str], Answer], rows: Rows, year: str
) -> None:
    answer = ask(f"{year}に締結した協定は何件？")
    assert answer.number == len(within(rows, year))
    assert f"令和元年度なら {len(within(rows, '令和元年度'))} 件" in answer.text
    assert f"2019年（暦年）なら {len(within(rows, '2019年（暦年）'))} 件" in answer.text


def test_other_readings_are_counted_under_the_same_conditions_and_topic(
    ask: Callable[[str], Answer], rows: Rows
) -> None:
    answer = ask("環境部が令和元年に締結した協定は何件？")
    by_year = [row for row in within(rows, "2019年（暦年）") if row.department == "環境部"]
    assert f"2019年（暦年）なら {len(by_year)} 件" in answer.text
    answer = ask("令和元年に結んだ、名称に「包括連携」が入る協定は何件？")
    named = [row for row in within(rows, "令和元年度") if "包括連携" in without_space(row.title)]
    assert f"令和元年度なら {len(named)} 件" in answer.text


def test_other_readings_of_a_year_left_out_leave_them_out_too(
    ask: Callable[[str], Answer], rows: Rows
) -> None:
    answer = ask("防災課の令和元年以外の協定は何件")
    own = [row for row in rows if row.section == "防災課"]
    assert answer.number == len(own) - sum(r in own for r in within(rows, "令和元年"))
    rest = len(own) - sum(row in own for row in within(rows, "令和元年度"))
    assert f"令和元年度以外なら {rest} 件" in answer.text


def test_a_count_over_alternatives_shows_each_of_them(ask: Callable[[str], Answer]) -> None:
    answer = ask("環境部か土木部の協定は何件")
    assert answer.number == 45 + 42
    assert answer.table is not None
    assert (answer.table.heading, dict(answer.table.rows)) == ("部局", {"環境部": 45, "土木部": 42})


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("電気自動車についての協定は何件", "「電気自動車」の記載がある協定は"),
        ("環境部が令和9年度に結んだ協定は何件", "環境部が令和9年度に結んだ協定は 0 件"),
        ("環境部の宇宙開発の協定は何件", "環境部の、「宇宙開発」の記載がある協定は 0 件"),
    ],
)
def test_what_was_counted_is_said_as_people_say_it(
    ask: Callable[[str], Answer], question: str, said: str
) -> None:
    text = ask(question).text
    assert said in text
    assert "＝" not in text.split("\n")[0]


def test_picking_out_is_not_leaving_out(ask: Callable[[str], Answer], rows: Rows) -> None:
    wanted = [r.no for r in rows if r.section == "浄水課" and fiscal_year(r.concluded) == 2014]
    assert list(ask("浄水課の平成26年度の協定を抜き出して").nos) == wanted
    left = [r.no for r in rows if r.section == "浄水課" and fiscal_year(r.concluded) != 2014]
    assert list(ask("浄水課の協定から平成26年度のものを抜いて一覧にして").nos) == left


def test_a_place_of_an_order_is_written_in_kanji_as_in_digits(
    ask: Callable[[str], Answer],
) -> None:
    answer = ask("建築部と農政部の協定で三番目に古いのは？")
    assert (answer.kind, answer.nos) == (
        "comparison",
        ask("建築部と農政部の協定で3番目に古いのは？").nos,
    )


def test_an_order_by_date_is_one_from_the_oldest(ask: Callable[[str], Answer], rows: Rows) -> None:
    mine = sorted((r for r in rows if r.department == "農政部"), key=lambda r: r.concluded)
    assert list(ask("農政部の協定を年代順に並べて").nos) == [r.no for r in mine]


def test_words_side_by_side_are_all_conditions(ask: Callable[[str], Answer], rows: Rows) -> None:
    wanted = [r.no for r in rows if r.department == "土木部" and r.concluded >= date(2019, 5, 1)]
    assert list(ask("土木部 令和 何件").nos) == wanted


def test_to_tally_is_to_count_rows(ask: Callable[[str], Answer], rows: Rows) -> None:
    answer = ask("環境部の協定を年度別に集計して")
    assert answer.number == sum(row.department == "環境部" for row in rows)
    sections = ask("上下水道部の課ごとの内訳を教えて")
    mine = [row for row in rows if row.section == "浄水課"]
    assert f"浄水課：{len(mine)} 件" in sections.text
