"""Counts and lists equal a plain loop over the rows, for every department, section and year."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.engine import Assistant
from assistant.results import Answer
from index.eras import fiscal_year, fiscal_year_name
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


def test_an_ambiguous_year_names_the_other_readings(ask: Callable[[str], Answer]) -> None:
    answer = ask("令和元年に締結した協定は何件？")
    assert answer.number == 12
    assert "令和元年度なら 16 件" in answer.text
    assert "2019年（暦年）なら 17 件" in answer.text
