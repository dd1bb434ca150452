"""A follow-up leans on what was said before it, and a new topic doesn't."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.engine import Assistant
from assistant.results import Answer
from index.records import Agreement

REIWA = date(2019, 5, 1)


def last(assistant: Assistant, *turns: str) -> Answer:
    return assistant.ask(turns)[-1]


def rows(assistant: Assistant) -> list[Agreement]:
    return list(assistant.agreements.values())


# Narrower, other, and all but


def test_a_follow_up_narrows_the_rows_before_it(assistant: Assistant) -> None:
    answer = last(assistant, "環境部の協定は何件？", "そのうち令和のものは？")
    wanted = [r.no for r in rows(assistant) if r.department == "環境部" and r.concluded >= REIWA]
    assert list(answer.nos) == wanted


def test_it_narrows_again_what_was_narrowed(assistant: Assistant) -> None:
    answer = last(assistant, "環境部の協定は？", "そのうち令和のものは？", "その中で一番古いのは？")
    wanted = [r for r in rows(assistant) if r.department == "環境部" and r.concluded >= REIWA]
    oldest = min(r.concluded for r in wanted)
    assert list(answer.nos) == [r.no for r in wanted if r.concluded == oldest]


@pytest.mark.parametrize(
    "words", ["じゃあ建築部は？", "いや、建築部で", "建築部は？", "では建築部は何件？"]
)
def test_another_department_takes_the_place_of_the_first(assistant: Assistant, words: str) -> None:
    answer = last(assistant, "土木部の協定は何件？", words)
    assert (answer.kind, answer.number) == (
        "count",
        sum(r.department == "建築部" for r in rows(assistant)),
    )


def test_another_year_keeps_the_department(assistant: Assistant) -> None:
    answer = last(assistant, "防災安全部が令和4年度に結んだ協定は何件？", "令和2年度だと？")
    first, end = date(2020, 4, 1), date(2021, 3, 31)
    assert answer.number == sum(
        r.department == "防災安全部" and first <= r.concluded <= end for r in rows(assistant)
    )


def test_another_kind_of_partner_takes_the_place_of_the_first(assistant: Assistant) -> None:
    turns = assistant.ask(["大学との協定は何件？", "銀行は？"])
    assert turns[1].nos == assistant.ask(["銀行との協定は何件？"])[0].nos
    assert turns[1].nos != turns[0].nos


def test_all_but_the_ones_before(assistant: Assistant) -> None:
    answer = last(assistant, "消防本部の協定の一覧", "それ以外は？")
    assert list(answer.nos) == [r.no for r in rows(assistant) if r.department != "消防本部"]


def test_the_rest_of_a_list_of_which_some_were_chosen(assistant: Assistant) -> None:
    answer = last(assistant, "消防本部の協定の一覧", "そのうち平成のものは？", "残りは？")
    wanted = [r.no for r in rows(assistant) if r.department == "消防本部" and r.concluded >= REIWA]
    assert list(answer.nos) == wanted


def test_a_new_topic_drops_what_was_asked_before(assistant: Assistant) -> None:
    turns = ("環境部の協定は何件？", "ところで、農政部の協定を全部挙げて")
    wanted = [r.no for r in rows(assistant) if r.department == "農政部"]
    assert list(last(assistant, *turns).nos) == wanted


# One of them


def test_a_column_is_that_of_the_one_that_is_talked_about(assistant: Assistant) -> None:
    answers = assistant.ask(
        ["No.94の相手方は？", "締結日は？", "西暦だと？", "何年度？", "担当課は？"]
    )
    assert {answer.nos for answer in answers} == {(94,)}
    for answer, words in zip(
        answers[1:], ("R2.5.22", "2020年5月22日", "令和2年度", "防災課"), strict=True
    ):
        assert words in answer.text


def test_the_third_of_a_list_and_its_last(assistant: Assistant) -> None:
    asked = "農政部の協定は？"
    listed = assistant.ask([asked])[0].nos
    assert last(assistant, asked, "3番目の相手方は？").nos == listed[2:3]
    assert last(assistant, asked, "最後のは？").nos == listed[-1:]
    assert last(assistant, asked, "4番目は？").kind == "not_found"


def test_the_older_of_two_and_then_the_other(assistant: Assistant) -> None:
    # No.162 (R2.11.27) and No.163 (H24.12.21).
    answers = assistant.ask(
        ["旭川市動物愛護センターが担当する協定は？", "古いほうはどれ？", "もう一方の締結日は？"]
    )
    assert [answer.nos for answer in answers] == [(162, 163), (163,), (162,)]
    assert "R2.11.27" in answers[2].text


def test_the_other_of_one_is_a_clear_no(assistant: Assistant) -> None:
    answer = last(assistant, "No.22の相手方は？", "もう一方は？")
    assert answer.kind == "not_found"
    assert "No.22 のほかの協定はありません" in answer.text


def test_the_number_after_it(assistant: Assistant) -> None:
    assert last(assistant, "No.156の協定について", "その次の番号の協定は？").nos == (157,)
    assert last(assistant, "No.329の協定について", "その次の番号の協定は？").kind == "not_found"


def test_similar_ones_are_like_the_one_that_is_talked_about(assistant: Assistant) -> None:
    answer = last(assistant, "No.205の相手方は？", "似た協定は？")
    assert answer.nos == assistant.ask(["No.205に似た協定は？"])[0].nos


# Figures


def test_a_share_and_a_rank_go_on_from_a_count(assistant: Assistant) -> None:
    total = len(rows(assistant))
    count = sum(r.department == "土木部" for r in rows(assistant))
    for words in ("割合は？", "全体の何％？", "その部局の割合は？"):
        answer = last(assistant, "土木部の協定は何件？", words)
        assert (answer.number, answer.unit) == (round(count * 100 / total, 1), "%"), words
    most = last(assistant, "土木部の協定は何件？", "ちなみに一番多いのはどこ？")
    assert most.kind == "comparison"
    assert "防災安全部" in most.text


def test_the_next_place_of_a_ranking_and_its_share(assistant: Assistant) -> None:
    answers = assistant.ask(["協定の数が一番多い部局は？", "2番目は？", "その部局の割合は？"])
    assert answers[1].number == sum(r.department == "環境部" for r in rows(assistant))
    assert answers[2].number == round(answers[1].number * 100 / len(rows(assistant)), 1)


def test_two_counts_in_a_row_can_be_compared(assistant: Assistant) -> None:
    turns = ["令和5年度に結んだ協定は何件？", "じゃあ令和4年度は？"]
    first, second = (answer.number or 0 for answer in assistant.ask(turns))
    answer = last(assistant, *turns, "どちらが何件多い？")
    assert (answer.kind, answer.number) == ("comparison", abs(first - second))


def test_another_label_of_the_same_published_table(assistant: Assistant) -> None:
    answers = assistant.ask(["分野別で観光・魅力発信は何件？", "子育ては？", "じゃあ人材育成は？"])
    for answer in answers[1:]:
        assert (
            answer.number
            == assistant.ask([answer.text.split("」")[0].strip("「") + "の分野は何件？"])[0].number
        )
        assert answer.citations[0].record.startswith("asahikawa-survey/分野別/")


# Beside the table


def test_the_other_party_of_the_same_initiative(assistant: Assistant) -> None:
    answers = assistant.ask(["小児二次救急医療で美瑛町の役割は？", "旭川市は？", "乙は？"])
    records = [answer.citations[0].record for answer in answers]
    assert records == [
        "biei-compact/小児二次救急医療の連携/乙",
        "biei-compact/小児二次救急医療の連携/甲",
        "biei-compact/小児二次救急医療の連携/乙",
    ]


def test_thanks_assert_nothing(assistant: Assistant) -> None:
    answer = last(assistant, "No.94の相手方は？", "ありがとうございます。")
    assert not answer.citations
    assert not answer.nos
    assert last(assistant, "No.94の相手方は？", "ありがとう。締結日は？").nos == (94,)


# Any conversation

TURNS = st.sampled_from(
    [
        "環境部の協定は何件？",
        "そのうち令和のものは？",
        "じゃあ土木部は？",
        "相手方は？",
        "2番目は？",
        "割合は？",
        "一番古いのは？",
        "それ以外は？",
        "No.94の締結日は？",
        "小児二次救急医療で美瑛町の役割は？",
        "甲は？",
        "分野別で観光・魅力発信は何件？",
        "子育ては？",
        "どちらが多い？",
        "残りは？",
        "全部で何件？",
        "",
        "ありがとう",
    ]
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(turns=st.lists(TURNS, min_size=1, max_size=5))
def test_an_answer_depends_on_nothing_that_comes_after_it(
    assistant: Assistant, turns: list[str]
) -> None:
    answers = assistant.ask(turns)
    assert [assistant.ask(turns[: n + 1])[-1] for n in range(len(turns))] == answers


def test_conversations_at_the_same_time_stay_apart(assistant: Assistant) -> None:
    departments = sorted({r.department for r in rows(assistant)})
    talks = [
        [f"{name}の協定は何件？", "そのうち令和のものは？", "相手方は？"] for name in departments
    ]
    alone = [assistant.ask(talk) for talk in talks]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(assistant.ask, talks * 2)) == alone * 2
