"""Differences, shares, trends and orders of counted rows, each with its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest

from assistant.engine import Assistant
from assistant.results import Answer
from assistant.wording import percent
from index.eras import fiscal_year, fiscal_year_name
from index.records import Agreement

Ask = Callable[[str], Answer]


@pytest.fixture(scope="module")
def rows(assistant: Assistant) -> list[Agreement]:
    return list(assistant.agreements.values())


@pytest.fixture(scope="module")
def ask(assistant: Assistant) -> Ask:
    return lambda question: assistant.ask([question])[0]


def test_every_pair_of_departments_is_compared_as_a_loop_counts_them(
    ask: Ask, rows: list[Agreement]
) -> None:
    counts = Counter(row.department for row in rows)
    names = sorted(counts)
    for one, other in pairwise(names):
        answer = ask(f"{one}と{other}では、協定はどちらが何件多いですか")
        assert answer.kind == "comparison"
        assert (answer.number, answer.unit) == (abs(counts[one] - counts[other]), "件")
        assert answer.table is not None
        assert dict(answer.table.rows) == {one: counts[one], other: counts[other]}
        assert "調査の公表値（部局別）と一致しています" in answer.text


def test_every_department_has_its_share_rounded_half_up(ask: Ask, rows: list[Agreement]) -> None:
    counts = Counter(row.department for row in rows)
    for name, count in counts.items():
        answer = ask(f"{name}の協定が全体に占める割合は")
        assert answer.unit == "%"
        # Tenths of a percent, rounded half up in whole numbers.
        assert answer.number == (count * 1000 * 2 + 329) // (2 * 329) / 10
        assert f"{count} 件" in answer.text


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (1, 8, 12.5),
        (1, 16, 6.3),
        (1, 3, 33.3),
        (2, 3, 66.7),
        (0, 7, 0.0),
        (9, 0, 0.0),
        (7, 7, 100.0),
    ],
)
def test_a_share_is_rounded_half_up_to_one_decimal(part: int, whole: int, share: float) -> None:
    assert percent(part, whole) == share  # 1 ÷ 16 = 6.25 % → 6.3


def test_times_are_given_as_such(ask: Ask) -> None:
    answer = ask("環境部の協定は消防本部の協定の何倍ですか")
    assert (answer.number, answer.unit) == (7.5, "倍")  # 45 ÷ 6


def test_equal_numbers_are_said_to_be_equal(ask: Ask) -> None:
    answer = ask("農政部と行財政改革推進部の協定数の差は何件")
    assert (answer.number, answer.unit) == (0, "件")
    assert "同じ" in answer.text


def test_a_trend_holds_every_fiscal_year_with_its_count(ask: Ask, rows: list[Agreement]) -> None:
    years = Counter(fiscal_year(row.concluded) for row in rows)
    answer = ask("年度ごとの締結件数の推移を教えて")
    assert answer.table is not None
    assert answer.table.heading == "締結年度"
    assert dict(answer.table.rows) == {fiscal_year_name(y): n for y, n in years.items()}
    assert "調査の公表値（年度別）と一致しています" in answer.text


def test_counts_by_department_or_section_are_grouped(ask: Ask, rows: list[Agreement]) -> None:
    answer = ask("部局別に協定の件数を教えてください")
    assert answer.table is not None
    assert dict(answer.table.rows) == Counter(row.department for row in rows)
    answer = ask("環境部の協定の件数を課ごとに教えてください")
    assert answer.table is not None
    sections = Counter(row.section for row in rows if row.department == "環境部")
    assert {name.split(" ")[-1]: n for name, n in answer.table.rows} == sections


def test_a_rank_comes_with_its_table_and_the_published_figures(ask: Ask) -> None:
    answer = ask("協定数が3番目に多い部局は")
    assert answer.number == 42
    assert answer.table is not None
    assert answer.table.rows[:3] == (("防災安全部", 92), ("環境部", 45), ("土木部", 42))
    assert "調査の公表値（部局別）と一致しています" in answer.text


def test_a_top_and_a_bound_come_with_their_tables(ask: Ask) -> None:
    top = ask("協定の多い部局トップ3は")
    assert top.number == 92 + 45 + 42
    assert top.table is not None
    assert len(top.table.rows) == 3
    bound = ask("協定が30件以上ある部局はいくつ")
    assert (bound.number, bound.unit) == (4, "部局")
    assert bound.table is not None
    assert dict(bound.table.rows) == {"防災安全部": 92, "環境部": 45, "土木部": 42, "経済部": 33}


def test_a_comparison_within_conditions_shows_no_published_figures(ask: Ask) -> None:
    answer = ask("令和5年度に結んだ協定が一番多い部局は")
    assert answer.kind == "comparison"
    assert "公表値" not in answer.text


def test_sections_without_agreements_are_not_told_from_the_rows(ask: Ask) -> None:
    answer = ask("協定のない課はいくつありますか")
    assert answer.kind == "not_found"
    assert answer.number is None


# The place of one among its like


@pytest.mark.parametrize(
    "question",
    [
        "{}は協定の数で何番目に多い部局ですか",
        "部局別の件数で、{}は上から何番目？",
        "{}の協定数は全部局の中で何位ですか",
    ],
)
def test_every_department_has_its_place_as_a_loop_finds_it(
    ask: Ask, rows: list[Agreement], question: str
) -> None:
    counts = Counter(row.department for row in rows)
    for name, count in counts.items():
        place = 1 + sum(other > count for other in counts.values())
        answer = ask(question.format(name))
        assert (answer.number, answer.unit) == (place, "番目")
        assert f"{name}は {count} 件" in answer.text
        tied = sum(other == count for other in counts.values())
        assert (f"同じ件数が {tied} 部局" in answer.text) == (tied > 1)


def test_a_place_is_counted_from_below_where_the_question_does(
    ask: Ask, rows: list[Agreement]
) -> None:
    counts = Counter(row.department for row in rows)
    place = 1 + sum(other < counts["総務部"] for other in counts.values())
    assert ask("総務部の件数は部局の中で下から何番目ですか").number == place
    assert "下から" not in ask("下から3番目に協定の多い部局は").text


def test_a_place_within_other_conditions_is_one_among_their_rows(
    ask: Ask, rows: list[Agreement]
) -> None:
    sections = Counter(row.section for row in rows if row.department == "経済部")
    section, count = sections.most_common()[-1]
    place = 1 + sum(other > count for other in sections.values())
    answer = ask(f"経済部の中で{section}は何番目に協定が多いですか")
    assert answer.number == place
    assert f"のある {len(sections)} 課" in answer.text


def test_two_that_are_named_each_have_their_place(ask: Ask, rows: list[Agreement]) -> None:
    counts = Counter(row.department for row in rows)
    answer = ask("消防本部と保健所はそれぞれ何番目に協定が多いですか")
    for name in ("消防本部", "保健所"):
        place = 1 + sum(other > counts[name] for other in counts.values())
        assert f"{name}は {counts[name]} 件" in answer.text
        assert f" {place} 番目" in answer.text


def test_no_department_is_the_first_of_itself_alone(assistant: Assistant) -> None:
    *_, answer = assistant.ask(["協定が最も多い部局は？", "消防本部は？"])
    assert "最も多い部局は、消防本部" not in answer.text
    assert answer.number == len(answer.nos)
    assert {assistant.agreement(no).department for no in answer.nos} == {"消防本部"}


@pytest.mark.parametrize(
    "question",
    [
        "経済部の中で、経済交流課と経済総務課では何件の開きがありますか",
        "経済交流課と経済総務課の件数の隔たりは何件？",
        "経済交流課と経済総務課で何件の差が開いていますか",
    ],
)
def test_sections_are_compared_with_each_other_and_not_with_their_department(
    ask: Ask, rows: list[Agreement], question: str
) -> None:
    counts = Counter(row.section for row in rows if row.department == "経済部")
    answer = ask(question)
    assert answer.number == abs(counts["経済交流課"] - counts["経済総務課"])
    assert answer.table is not None
    assert len(answer.table.rows) == 2


@pytest.mark.parametrize(
    "question",
    [
        "協定を抱える課の数は？",
        "課は全部でいくつありますか",
        "いくつの課が覚書や協定を結んでいますか",
    ],
)
def test_sections_are_counted_as_such(ask: Ask, rows: list[Agreement], question: str) -> None:
    answer = ask(question)
    sections = {(row.department, row.section) for row in rows}
    assert (answer.number, answer.unit) == (len(sections), "課")


@pytest.mark.parametrize(
    "question", ["土木部の協定の相手方は何者ですか", "土木部の締結先の数を知りたい"]
)
def test_partners_are_counted_once_each(ask: Ask, rows: list[Agreement], question: str) -> None:
    answer = ask(question)
    own = [row for row in rows if row.department == "土木部"]
    names = {"".join(name.split()) for row in own for name in row.partners}
    assert (answer.number, answer.unit) == (len(names), "者")
    assert {row.no for row in own} == set(answer.nos)


def test_partners_kept_secret_are_said_not_to_be_counted(ask: Ask, rows: list[Agreement]) -> None:
    secret = [row.no for row in rows if "非公表" in row.partner]
    assert secret
    assert f"非公表の{'、'.join(f'No.{no}' for no in secret)}は" in ask("相手方の総数は？").text


def test_years_with_agreements_are_counted(ask: Ask, rows: list[Agreement]) -> None:
    answer = ask("環境部が協定を結んだ年度の数は？")
    years = {fiscal_year(row.concluded) for row in rows if row.department == "環境部"}
    assert (answer.number, answer.unit) == (len(years), "年度")


@pytest.mark.parametrize(
    ("question", "number"), [("警防課の協定はいくつ？", 3), ("令和4年度はいくつ？", None)]
)
def test_a_section_or_a_year_that_is_named_isnt_counted_itself(
    ask: Ask, rows: list[Agreement], question: str, number: int | None
) -> None:
    of_year = sum(fiscal_year(row.concluded) == 2022 for row in rows)
    answer = ask(question)
    assert (answer.number, answer.unit) == (number or of_year, "件")


# Quantities that rows state in their texts: the targets of No.175 to No.181 in order are
# 90, 80, 80, 80, 85, 100 and 80 percent.


@pytest.mark.parametrize(
    ("question", "number", "unit", "nos"),
    [
        ("袋の辞退率が一番高い店との協定は？", 100, "%", {180}),
        ("レジ袋を断る率の目標が最も低い会社は何%？", 80, "%", {176, 177, 178, 181}),
        ("いちばん長い期間を約束している協定は？", 5, "年間", {239}),
        ("家庭への訪問期間が最も長い協定は？", 3, "か月", {153}),
        ("営業日数が最大の協定は？", 360, "日", {22}),
    ],
)
def test_the_most_that_rows_state_is_read_off_their_sentences(
    ask: Ask, question: str, number: int, unit: str, nos: set[int]
) -> None:
    answer = ask(question)
    assert (answer.number, answer.unit) == (number, unit)
    assert set(answer.nos) == nos
    assert nos <= {citation.no for citation in answer.citations}


@pytest.mark.parametrize(
    "question", ["有効期間が一番長い協定は？", "ホテルの定員が最も多い協定は？"]
)
def test_a_quantity_that_no_row_states_has_no_highest(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.kind == "not_found"
    assert answer.number is None


def test_the_most_agreements_are_still_counted(ask: Ask, rows: list[Agreement]) -> None:
    name, count = Counter(row.department for row in rows).most_common(1)[0]
    answer = ask("協定の件数が一番多い部局は？")
    assert (answer.number, answer.unit) == (count, "件")
    assert name in answer.text


def test_a_stretch_of_years_beside_a_year_is_compared_without_a_published_figure(
    assistant: Assistant,
) -> None:
    question = "平成26年度か令和5年度までで、締結件数が一番多いのはどちらですか"
    days = [row.concluded for row in assistant.agreements.values()]
    until = sum(day < date(2024, 4, 1) for day in days)
    within = sum(date(2014, 4, 1) <= day < date(2015, 4, 1) for day in days)
    assert assistant.ask([question])[0].number == until - within


@pytest.mark.parametrize(
    "question",
    [
        "環境部と土木部では、盆踊りの協定はどちらが何件多いですか",
        "令和3年度と令和4年度では、盆踊りの協定は何件違いますか",
    ],
)
def test_where_neither_side_has_any_the_answer_says_what_is_missing(
    assistant: Assistant, question: str
) -> None:
    (answer,) = assistant.ask([question])
    assert answer.kind == "not_found"
    assert "「盆踊り」" in answer.text
