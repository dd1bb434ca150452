"""Nothing is said without proof: a figure, date, number, name or quote that isn't there is found.

Expected values are read from the documents; a proof that can't fail would prove nothing, so real
answers are changed in one place and must not pass any more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.proof import Prover
from assistant.question import Question
from assistant.results import Answer, Breakdown, Tally
from assistant.statements import keys_of_day, plain, statements

QUESTIONS = Path(__file__).parent / "data" / "questions"
ONE = "No.94の相手方は？"
COUNT = "環境部の協定は何件で、全体の何%ですか"
LISTED = "大学との協定を全部、一覧にしてください"
OLDEST = "一番古い協定は？"
RANKED = "協定が多い部局の上位3つは？"
PUBLISHED = "調査では、環境の分野は何件ですか"
NOBODY = "楽天との協定は？"


@pytest.fixture(scope="module")
def prover(assistant: Assistant) -> Prover:
    return Prover(assistant.index)


@pytest.fixture(scope="module")
def asked(assistant: Assistant) -> Callable[[str], tuple[Answer, Question]]:
    reader = assistant.answerer._desk.reader
    return lambda text: (assistant.ask([text])[0], reader.read(text))


@pytest.fixture
def missing(
    prover: Prover, asked: Callable[[str], tuple[Answer, Question]]
) -> Callable[..., list[str]]:
    """What isn't proven of the answer to a question once its text or fields are changed."""

    def missing(question: str, before: str = "", after: str = "", **fields: object) -> list[str]:
        answer, read = asked(question)
        assert prover.unproven(answer, question, (read,)) == []
        text = re.sub(before, after, answer.text, count=1) if before else answer.text
        assert fields or text != answer.text
        return prover.unproven(replace(answer, text=text, **fields), question, (read,))

    return missing


def sample() -> list[list[str]]:
    """The conversations of the sample; a single question is one of one turn."""
    found = []
    for file in sorted(QUESTIONS.glob("[cq]*.jsonl")):
        for line in file.read_text("utf-8").split("\n"):
            values = json.loads(line) if line else {}
            turns = [turn["question"] for turn in values.get("turns", [])]
            found.append(turns or [values[key] for key in ("question",) if key in values])
    return [turns for turns in found if turns]


def test_every_answer_to_the_sample_is_proven(assistant: Assistant, unproven: list[str]) -> None:
    conversations = sample()
    assert len(conversations) > 100
    for turns in conversations:
        assistant.ask(turns)
        assert unproven == [], turns


@pytest.mark.parametrize(
    ("question", "before", "after"),
    [
        (COUNT, "45 件", "46 件"),
        (COUNT, r"13\.7", "13.8"),
        (COUNT, "全 329 件", "全 330 件"),
        (RANKED, "防災安全部：92", "防災安全部：91"),
        (PUBLISHED, "80 件", "81 件"),
        (OLDEST, "昭和48年6月25日", "昭和48年6月26日"),
        (OLDEST, "1973年", "1974年"),
        (OLDEST, r"S48\.6\.25", "S48.7.25"),
        (OLDEST, "昭和48年度", "昭和49年度"),
        (OLDEST, r"No\.164", "No.163"),
        (ONE, "旭川トヨペット株式会社", "旭川日産自動車株式会社"),
        (ONE, "旭川トヨペット", "旭川オヨペット"),
        (ONE, "給電車", "給水車"),
        (LISTED, "総合政策部 政策調整課", "環境部 政策調整課"),
        (LISTED, "総合政策部 政策調整課", "なぞの部 政策調整課"),
        (LISTED, "相手方：北海道教育大学", "相手方：架空大学"),
        (LISTED, "相手方：北海道教育大学", "相手方：旭川市立大学"),
        (NOBODY, "全329件", "全328件"),
    ],
)
def test_a_changed_figure_date_number_or_name_is_found(
    missing: Callable[..., list[str]], question: str, before: str, after: str
) -> None:
    assert missing(question, before, after)


def test_a_date_of_another_row_of_the_same_answer_is_found(
    prover: Prover, asked: Callable[[str], tuple[Answer, Question]]
) -> None:
    answer, read = asked(LISTED)
    lines = answer.text.split("\n")
    one, other = (re.search(r"／(\S+)締結／", line) for line in lines[1:3])
    assert one is not None
    assert other is not None
    assert one[1] != other[1]
    lines[1] = lines[1].replace(one[1], other[1])
    assert prover.unproven(replace(answer, text="\n".join(lines)), LISTED, (read,))


def test_an_answer_that_asserts_something_without_citing_is_not_proven(
    missing: Callable[..., list[str]],
) -> None:
    for question in (ONE, COUNT, OLDEST, PUBLISHED):
        assert missing(question, citations=(), related=())


def test_a_no_needs_no_citation(prover: Prover) -> None:
    assert prover.unproven(Answer("not_found", "記載はありません。"), "楽天との協定は？", ()) == []
    assert prover.unproven(Answer("lookup", "記載があります。"), "楽天との協定は？", ()) == ["引用"]


def test_a_count_is_the_number_of_the_rows_it_gives(missing: Callable[..., list[str]]) -> None:
    assert missing(COUNT, nos=(164, 165)) != []
    assert missing(COUNT, number=44.0) != []


def test_a_count_beside_the_answer_is_that_of_its_rows(missing: Callable[..., list[str]]) -> None:
    question = "令和元年に締結した協定は何件？"
    # By the era's year 12, by the fiscal year 16, by the calendar year 17.
    assert missing(question, "16 件", "15 件")
    assert missing(question, tallies=())
    assert missing(question, tallies=(Tally(17, "件", (1, 2), (), "2019年"),))


def test_a_line_that_gives_another_figure_than_the_table_is_found(
    missing: Callable[..., list[str]],
) -> None:
    table = Breakdown("部局", (("防災安全部", 91.0),), "件")
    assert missing(RANKED, table=table)
    # 45 stands in the table, but for another department.
    assert missing(RANKED, "防災安全部：92", "防災安全部：45")


def test_only_a_no_may_repeat_a_number_from_the_question(prover: Prover) -> None:
    question = "総務部の45件の協定について"
    said = "45 件"
    assert prover.unproven(Answer("not_found", said), question, ()) == []
    assert prover.unproven(Answer("not_found", "46 件"), question, ()) != []
    citation = prover.unproven(Answer("fact", said), question, ())
    assert citation != ["引用"]


def test_a_bound_and_a_place_may_be_repeated_from_the_question(
    missing: Callable[..., list[str]],
) -> None:
    question = "協定が20件以上ある部局は？"
    assert missing(question, "20 件以上", "21 件以上")


def test_what_is_not_proven_is_replaced_by_a_no_that_says_what_to_do(
    prover: Prover, asked: Callable[[str], tuple[Answer, Question]], unproven: list[str]
) -> None:
    answer, read = asked(ONE)
    assert prover.proven(answer, ONE, (read,)) is answer
    changed = replace(answer, text=answer.text.replace("トヨペット", "オヨペット"))
    shown = prover.proven(changed, ONE, (read,))
    assert shown.kind == "not_found"
    assert (shown.nos, shown.citations, shown.number) == ((), (), None)
    assert "オヨペット" not in shown.text
    assert "質問し直してください" in shown.text
    assert len(unproven) == 1
    assert "オヨペット" in unproven[0]
    unproven.clear()


def keys(text: str) -> set[tuple[str, str, str]]:
    return {statement.key for statement in statements(plain(text))}


def test_all_ways_of_writing_a_date_are_one_date() -> None:
    ways = (
        "H27.12.3", "Ｈ２７．１２．３", "平成27年12月3日", "平成 27 年 12 月 3 日", "2015年12月3日",
        "2015/12/3", "2015-12-03", "2015.12.3", "December 3, 2015", "3 Dec 2015",
    )  # fmt: skip
    for way in ways:
        assert keys(f"締結は{way}です") == {("date", "2015-12-03", "")}, way


def test_the_first_year_of_an_era_is_written_in_two_ways() -> None:
    assert keys("令和元年5月1日") == keys("R1.5.1") == {("date", "2019-05-01", "")}
    assert keys("令和元年度") == keys("平成31年度") == keys("2019年度")
    assert keys("令和元年") != keys("2019年")


def test_a_date_proves_its_years_of_every_reckoning() -> None:
    # In January the fiscal year is the one before.
    proved = {value for kind, value, _ in keys_of_day(date(2020, 1, 15)) if kind == "year"}
    assert {"2020年", "2019年度", "令和2年"} <= proved
    assert not {"2019年", "2020年度", "令和1年"} & proved


def test_a_date_that_there_is_not_proves_nothing_but_itself() -> None:
    assert keys("令和5年2月30日") == {("words", "令和5年2月30日", "")}
    assert keys("令和0年度") == {("words", "令和0年度", "")}


def test_figures_are_compared_with_their_units() -> None:
    assert keys("1,200円") == keys("１２００ 円") == {("figure", "1200", "円")}
    assert keys("30.0%") == {("figure", "30", "%")}
    assert keys("3件") != keys("3者")
    assert keys("45÷329") == {("figure", "45", "*"), ("figure", "329", "*")}
    assert keys("②150市町村") == {("figure", "2", "*"), ("figure", "150", "市")}


def test_quotations_are_read_at_their_outermost_brackets() -> None:
    assert keys("「甲『乙』丙」と「丁") == {("quote", "甲『乙』丙", ""), ("quote", "丁", "")}
