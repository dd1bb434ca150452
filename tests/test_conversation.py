"""A follow-up leans on what was said before it, and a new topic doesn't."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.engine import Assistant
from assistant.results import Answer
from index.eras import fiscal_year
from index.records import Agreement

REIWA = date(2019, 5, 1)


def last(assistant: Assistant, *turns: str) -> Answer:
    return assistant.ask(turns)[-1]


def rows(assistant: Assistant) -> list[Agreement]:
    return list(assistant.agreements.values())


# Narrower, other, and all but


def test_that_body_is_the_partner_of_the_row_before(assistant: Assistant) -> None:
    first, second = assistant.ask(
        ["自治体との協定で一番新しいのは？", "その自治体との協定は何件？"]
    )
    (no,) = first.nos
    party = assistant.agreement(no).partners[0]
    rows = assistant.agreements.values()
    assert second.nos == tuple(row.no for row in rows if party in row.partners)
    # Which city, if not the city itself?
    assert assistant.ask(["銀行との協定は何件", "この市の協定は全部で何件？"])[1].number == 329


def test_one_of_a_few_is_meant_by_what_it_is_about(assistant: Assistant) -> None:
    for turns, no in (
        (["ヤマト運輸との協定は？", "動物に関する方の担当は？"], 162),
        (["ツルハと結んだ協定を挙げて", "歩道を温めるほうはいつ結んだ？"], 255),
    ):
        first, second = assistant.ask(turns)
        assert no in first.nos
        assert second.nos == (no,)
    # A department after another is another department, and no row.
    second = assistant.ask(["環境部の協定は何件？", "土木部の方は？"])[1]
    rows = assistant.agreements.values()
    assert second.nos == tuple(row.no for row in rows if row.department == "土木部")


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


def test_a_department_goes_by_its_first_word(assistant: Assistant) -> None:
    answers = assistant.ask(["土木部の協定は何件？", "防災は？", "じゃあ女性活躍は？"])
    for answer, name in zip(answers[1:], ("防災安全部", "女性活躍推進部"), strict=True):
        assert answer.number == sum(r.department == name for r in rows(assistant)), name


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


# Pointing, in other words


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("一件目の相手方おしえて", 0),
        ("上から2番目の相手は？", 1),
        ("二番目のやつの目的は？", 1),
        ("一番下のは？", -1),
    ],
)
def test_a_place_of_a_list_is_said_in_many_ways(
    assistant: Assistant, words: str, place: int
) -> None:
    asked = "消防本部の協定は？"
    listed = assistant.ask([asked])[0].nos
    assert last(assistant, asked, words).nos == (listed[place],)


def test_after_the_first_two_the_third_is_one_of_the_same_list(assistant: Assistant) -> None:
    asked = "子育て支援部の協定は？"
    listed = assistant.ask([asked])[0].nos
    answers = assistant.ask([asked, "はじめの2つの締結日は？", "3つ目は？"])
    assert (answers[1].nos, answers[2].nos) == (listed[:2], listed[2:3])


@pytest.mark.parametrize(
    "words", ["45は？", "No.45だと？", "では45番", "すみません、No.45の間違いです"]
)
def test_another_number_is_asked_for_the_same_column(assistant: Assistant, words: str) -> None:
    answer = last(assistant, "No.46の相手方は？", words)
    assert answer.nos == (45,)
    assert answer.text.count("相手方は") == 1
    assert "旭川地方石油販売業協同組合" in answer.text


def test_one_that_is_left_over_is_all_there_is(assistant: Assistant) -> None:
    # Of 土木部, only No.276 is of the fiscal year 2018.
    turns = ("平成30年度の協定は？", "土木部だけだと？", "それらの相手方は？")
    assert last(assistant, *turns).nos == (276,)


def test_no_number_is_read_into_a_bare_figure_after_a_list(assistant: Assistant) -> None:
    assert last(assistant, "農政部の協定は？", "45は？").nos != (45,)


def test_one_of_a_list_is_named_by_its_title_its_party_or_its_section(
    assistant: Assistant,
) -> None:
    # No.162 is with ヤマト運輸, No.163 on 救護活動; No.242 to 244 are of 観光課.
    asked = "旭川市動物愛護センターの協定は？"
    assert last(assistant, asked, "救護活動のほうの締結日は？").nos == (163,)
    assert last(assistant, asked, "ヤマト運輸のほうは？").nos == (162,)
    assert last(assistant, "観光スポーツ部の協定は？", "起業人制度のはいつ？").nos == (244,)


def test_all_but_a_numbered_one(assistant: Assistant) -> None:
    assert last(assistant, "農政部の協定は？", "No.251以外は？").nos == (250, 252)


def test_other_initiatives_of_the_same_party(assistant: Assistant) -> None:
    answer = last(assistant, "小児二次救急医療で美瑛町の役割は？", "ほかの取組は？")
    records = [citation.record for citation in answer.citations]
    assert "biei-compact/小児二次救急医療の連携/乙" not in records
    assert len(records) > 3
    assert all(r.startswith("biei-compact/") and r.endswith("/乙") for r in records)


def test_what_is_the_same_in_two_rows_is_shown_for_both(assistant: Assistant) -> None:
    answer = last(assistant, "建築部の協定は？", "2つは同じ日に結ばれた？")
    assert answer.nos == (253, 254)
    assert answer.text.count("H30.4.25") == 2


# Taking back and correcting


@pytest.mark.parametrize(
    "words", ["いや、締結日のほうを教えて", "ごめん、締結日だった", "そうじゃなくて締結日"]
)
def test_another_column_takes_the_place_of_the_first(assistant: Assistant, words: str) -> None:
    answer = last(assistant, "No.250の担当課は？", words)
    assert answer.nos == (250,)
    assert "R5.8.24" in answer.text


@pytest.mark.parametrize(
    "words", ["部局の条件を外すと？", "部局の指定なしだと何件？", "絞り込みを解除して"]
)
def test_a_limit_is_lifted(assistant: Assistant, words: str) -> None:
    answer = last(assistant, "平成30年度の協定は何件？", "土木部だけだと？", words)
    first, end = date(2018, 4, 1), date(2019, 3, 31)
    assert list(answer.nos) == [r.no for r in rows(assistant) if first <= r.concluded <= end]


def test_back_to_the_first_rows(assistant: Assistant) -> None:
    turns = ("環境部の協定は？", "そのうち平成のものは？", "最初に戻って、一番古いのは？")
    assert last(assistant, *turns).nos == (164,)


@pytest.mark.parametrize(
    "words", ["なんで結んだの？", "担当の部署は？", "締結年は？", "相手は何者？"]
)
def test_a_column_of_it_is_said_in_many_ways(assistant: Assistant, words: str) -> None:
    answer = last(assistant, "旭川ガスとの協定は？", words)
    assert (answer.kind, answer.nos) == ("attribute", (24,))


def test_the_section_of_it_is_a_column_and_its_agreements_are_rows(assistant: Assistant) -> None:
    turns = ("土木部の平成30年度の協定は？", "その担当課は？")
    assert last(assistant, *turns).nos == (276,)
    own = [r.no for r in rows(assistant) if r.section == "土木管理課"]
    assert list(last(assistant, turns[0], "その担当課の協定を全部見せて").nos) == own


def test_the_first_and_all_of_an_order_after_its_last(assistant: Assistant) -> None:
    turns = ("朝日運輸との協定で最後に結んだのは？", "最初は？", "全部で何件？")
    assert [a.nos for a in assistant.ask(turns)[:2]] == [(205,), (189,)]
    own = [r for r in rows(assistant) if "株式会社朝日運輸" in r.partners]
    assert last(assistant, *turns).number == len(own)


@pytest.mark.parametrize("words", ["3件あるうち9月のものは？", "この3件のうち9月に結んだのは？"])
def test_of_so_many_is_of_those_before_it(assistant: Assistant, words: str) -> None:
    # No.125 to 127 are of June and September 2022 and of March 2023.
    assert last(assistant, "市民生活部の令和4年度の協定は？", words).nos == (126,)


def test_a_number_of_what_isnt_counted_is_asked_back(assistant: Assistant) -> None:
    answer = last(assistant, "小児二次救急医療で美瑛町の役割は？", "それは何件？")
    assert (answer.kind, answer.number) == ("not_found", None)


def test_those_three_are_the_rows_before_it(assistant: Assistant) -> None:
    # No.279 to 281 are of 2023-11-30.
    answer = last(assistant, "令和5年11月30日の協定は？", "この3件の相手方は？")
    assert (answer.kind, answer.nos) == ("attribute", (279, 280, 281))


def test_an_apology_says_nothing_of_the_topic(assistant: Assistant) -> None:
    plain = assistant.ask(["建築部の協定は？"])[0]
    assert assistant.ask(["すみません、建築部の協定は？"])[0].nos == plain.nos


# More, less, and beside it in time


def test_what_is_left_out_adds_up(assistant: Assistant) -> None:
    answers = assistant.ask(["令和4年度の協定は？", "環境部を除くと？", "防災安全部も除いて"])
    first, end = date(2022, 4, 1), date(2023, 3, 31)
    within = [r for r in rows(assistant) if first <= r.concluded <= end]
    for answer, apart in zip(answers[1:], (["環境部"], ["環境部", "防災安全部"]), strict=True):
        assert list(answer.nos) == [r.no for r in within if r.department not in apart]


def test_rows_that_hold_a_word_are_left_out(assistant: Assistant) -> None:
    answer = last(assistant, "経済部の協定は何件？", "動物園の分を抜くと？")
    wanted = [
        r.no for r in rows(assistant) if r.department == "経済部" and "動物園" not in r.section
    ]
    assert list(answer.nos) == wanted
    assert "「動物園」の記載がない" in answer.text


def test_what_is_added_counts_with_what_was_there(assistant: Assistant) -> None:
    answer = last(assistant, "農政部の協定は何件？", "建築部を足すと？", "総務部も加えると？")
    wanted = ("農政部", "建築部", "総務部")
    assert list(answer.nos) == [r.no for r in rows(assistant) if r.department in wanted]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("それ以降は？", lambda day: day >= date(2016, 4, 1)),
        ("その後は？", lambda day: day >= date(2017, 4, 1)),
        ("それより前は？", lambda day: day < date(2016, 4, 1)),
        ("それ以前は？", lambda day: day < date(2017, 4, 1)),
    ],
)
def test_before_and_after_the_time_in_force(
    assistant: Assistant, words: str, wanted: Callable[[date], bool]
) -> None:
    answer = last(assistant, "平成28年度に福祉保険部が結んだ協定は？", words)
    mine = [r for r in rows(assistant) if r.department == "福祉保険部"]
    assert list(answer.nos) == [r.no for r in mine if wanted(r.concluded)]


def test_after_an_open_stretch_comes_what_it_leaves_out(assistant: Assistant) -> None:
    answers = assistant.ask(["平成20年度より前の協定は何件？", "それ以降は？"])
    assert (answers[0].number or 0) + (answers[1].number or 0) == len(rows(assistant))


def test_the_year_before_a_fiscal_year_is_one(assistant: Assistant) -> None:
    answer = last(assistant, "平成21年度の協定は？", "その前の年は？")
    first, end = date(2008, 4, 1), date(2009, 3, 31)
    assert list(answer.nos) == [r.no for r in rows(assistant) if first <= r.concluded <= end]


def test_months_of_the_same_year(assistant: Assistant) -> None:
    answers = assistant.ask(["令和5年7月に結ばれた協定は？", "翌月は？", "9月だと？"])
    for answer, month in zip(answers[1:], (8, 9), strict=True):
        assert list(answer.nos) == [
            r.no for r in rows(assistant) if (r.concluded.year, r.concluded.month) == (2023, month)
        ]


def test_a_calendar_year_is_counted_as_a_fiscal_year(assistant: Assistant) -> None:
    answer = last(assistant, "2021年の協定は何件？", "年度で数えると？")
    first, end = date(2021, 4, 1), date(2022, 3, 31)
    assert answer.number == sum(first <= r.concluded <= end for r in rows(assistant))


# Grouped and compared anew


@pytest.mark.parametrize(
    ("words", "first"), [("トップ3は？", "防災安全部"), ("最下位は？", "市立旭川病院")]
)
def test_places_of_a_table_by_department(assistant: Assistant, words: str, first: str) -> None:
    answer = last(assistant, "協定の件数を部局別に教えて", words)
    assert answer.kind == "comparison"
    assert first in answer.text.split("\n")[0]


def test_the_peak_of_a_trend(assistant: Assistant) -> None:
    turns = ("平成28年度から令和元年度までの件数は？", "年度ごとだと？", "ピークはいつ？")
    by_year = Counter(fiscal_year(r.concluded) for r in rows(assistant))
    answer = last(assistant, *turns)
    assert answer.number == max(by_year[year] for year in range(2016, 2020))
    assert "平成29年度" in answer.text


def test_the_other_end_of_the_same_ranking(assistant: Assistant) -> None:
    turns = ("平成21年度から平成24年度までで一番多かった年度は？", "一番少なかったのは？")
    assert [answer.number for answer in assistant.ask(turns)] == [19, 7]
    fields = ("分野別で一番多い分野は？", "2番目は？", "逆に一番少ないのは？")
    assert "子育て" in last(assistant, *fields).text.split("\n")[0]


def test_a_named_count_is_compared_with_the_one_before(assistant: Assistant) -> None:
    answer = last(assistant, "平成28年度の協定は何件？", "平成26年度との差は？")
    by_year = Counter(fiscal_year(r.concluded) for r in rows(assistant))
    assert (answer.kind, answer.number) == ("comparison", by_year[2014] - by_year[2016])


def test_those_that_a_question_names_are_ranked_and_summed_among_themselves(
    assistant: Assistant,
) -> None:
    turns = ("土木部と経済部と農政部はそれぞれ何件？", "一番多いのは？", "3つ合わせて？")
    counts = Counter(r.department for r in rows(assistant))
    answers = assistant.ask(turns)
    assert answers[1].number == counts["土木部"]
    assert answers[2].number == counts["土木部"] + counts["経済部"] + counts["農政部"]


def test_the_sum_of_three_questions_in_a_row(assistant: Assistant) -> None:
    turns = ("昭和の協定は何件？", "平成は？", "令和は？", "全部足すと何件？")
    assert last(assistant, *turns).number == len(rows(assistant))


def test_which_of_two_single_ones_came_first(assistant: Assistant) -> None:
    # No.215 is of H27.12.8, No.216 of H25.7.29.
    turns = ("北洋銀行との協定は？", "北海道銀行とのものは？", "先に結ばれたのはどちら？")
    assert last(assistant, *turns).nos == (216,)


def test_it_is_asked_back_where_nothing_says_what_is_meant(assistant: Assistant) -> None:
    year = last(assistant, "環境部の協定は？", "その年度の土木部の件数は？")
    assert (year.kind, year.nos) == ("not_found", ())
    assert "その年度" in year.text
    sides = last(assistant, "環境部の協定は？", "何件差？")
    assert (sides.kind, sides.number) == ("not_found", None)


def test_a_topic_that_nothing_tells_of_leaves_the_rows_before_it(assistant: Assistant) -> None:
    turns = ("農政部の協定は？", "隕石の話は？", "2番目の相手方は？")
    assert last(assistant, *turns).nos == (251,)


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
        "45は？",
        "それ以降は？",
        "翌月は？",
        "救護活動のほうは？",
        "動物園の分を抜くと？",
        "建築部を足すと？",
        "条件を外して",
        "最初に戻って",
        "いや、相手方のほう",
        "その年度の件数は？",
        "ピークは？",
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


@pytest.mark.parametrize(
    ("turns", "number", "unit"),
    [
        (["いじめ重大事態の認定は令和6年度に何件？", "前の年度は？"], 14, "件"),
        (["バイオマスストーブの補助金は令和6年度にいくら？", "その前の年は？"], 700, "万円"),
        (["さつまいもの農家は令和2年に何戸？", "令和6年は？", "作付面積は？"], 775, "a"),
        (["夏のドッグランには犬が何頭来た？", "冬は？", "飼い主は？"], 1788, "人"),
        (["未来会議2030の令和4年度の参加者は何名？", "令和5年度は？"], 57, "名"),
        (["記念式典の出席者は何人？", "表彰されたのは？"], 1045, "人"),
        (["大雪マルシェの売上は？", "ベイシアのフェアは？"], 1000, "万円"),
    ],
)
def test_a_figure_of_a_passage_leads_to_others_of_it(
    assistant: Assistant, turns: list[str], number: float, unit: str
) -> None:
    answer = assistant.ask(turns)[-1]
    assert (answer.number, answer.unit) == (number, unit)


def test_a_year_that_the_passage_has_no_figure_for_is_a_no(assistant: Assistant) -> None:
    _, answer = assistant.ask(["産後ケアの利用者数は令和5年度に何人？", "令和4年度は？"])
    assert (answer.kind, answer.number) == ("not_found", None)


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        (["藤本壮介さんが委嘱されたのはいつ？", "岸さんは？"], "R5.10.12"),
        (["手話劇祭には何人来た？", "いつ開かれた？"], "R6.9.28"),
    ],
)
def test_a_passage_tells_days_too(assistant: Assistant, turns: list[str], words: str) -> None:
    assert words in assistant.ask(turns)[-1].citations[0].quote


@pytest.mark.parametrize(
    ("turns", "role"),
    [
        (
            ["美瑛町との協約で要約筆記について教えて", "旭川の方は？"],
            ["biei-compact/要約筆記者の養成/甲"],
        ),
        (
            ["連携協約で図書館は旭川市が何するの", "相手の町は？"],
            ["biei-compact/図書館相互のネットワーク化/乙"],
        ),
        (
            ["南空知の協定でICTについて教えて", "長沼町は何をやる？"],
            ["minamisorachi-agreement/ICTインフラの研究・活用/長沼町"],
        ),
    ],
)
def test_another_party_of_what_was_answered_in_any_way(
    assistant: Assistant, turns: list[str], role: list[str]
) -> None:
    answer = assistant.ask(turns)[-1]
    assert [citation.record for citation in answer.citations] == role


def test_all_parties_but_one_are_meant(assistant: Assistant) -> None:
    answer = assistant.ask(["南空知の公共交通で、岩見沢市以外の市や町は何をする？"])[0]
    parties = {citation.record.rpartition("/")[2] for citation in answer.citations}
    assert len(parties) == 8
    assert "岩見沢市" not in parties


@pytest.mark.parametrize("words", ["いつから？", "これはいつからですか", "いつからやってるの？"])
def test_since_when_of_an_agreement_is_its_date(assistant: Assistant, words: str) -> None:
    _, answer = assistant.ask(["No.132について", words])
    assert (answer.kind, answer.nos) == ("attribute", (132,))
    assert "H27.7.30" in answer.text


def test_since_when_something_runs_is_still_not_in_the_table(assistant: Assistant) -> None:
    _, answer = assistant.ask(["No.221について", "イベントはいつから開催？"])
    assert "H26.3.11" not in answer.text


@pytest.mark.parametrize(
    "words", ["ほかに誰が入ってるの", "ほかのメンバーは？", "誰が参加していますか"]
)
def test_who_else_is_in_it_gives_all_partners(assistant: Assistant, words: str) -> None:
    row = assistant.agreement(232)
    _, answer = assistant.ask(["No.232は何の覚書？", words])
    assert answer.nos == (232,)
    assert all(partner in answer.text for partner in row.partners)


def test_what_for_is_told_by_purpose_and_content(assistant: Assistant) -> None:
    _, answer = assistant.ask(["No.76について", "どんな災害に備えたもの？"])
    assert answer.nos == (76,)
    assert "十勝岳" in answer.text


@pytest.mark.parametrize(
    ("first", "words", "column"),
    [
        ("No.33からNo.36の協定は？", "名称が違うものはどれ？", "title"),
        ("No.93からNo.96の協定", "担当課が他と違うのは？", "section"),
        ("No.253とNo.254とNo.299", "ひとつだけ日付が違うのは？", "concluded"),
        ("No.1とNo.2とNo.3とNo.4", "相手方だけ異なるのはどれですか", "partner"),
    ],
)
def test_the_odd_one_out_differs_from_most(
    assistant: Assistant, first: str, words: str, column: str
) -> None:
    listed, answer = assistant.ask([first, words])
    values = {no: getattr(assistant.agreement(no), column) for no in listed.nos}
    times = sorted(Counter(values.values()).values())
    if len(times) > 1 and times[-1] > times[-2] and times[-1] > 1:
        usual = Counter(values.values()).most_common(1)[0][0]
        assert set(answer.nos) == {no for no, value in values.items() if value != usual}
    else:
        assert answer.nos == listed.nos


def test_a_company_is_the_same_in_all_its_branches(assistant: Assistant) -> None:
    _, answer = assistant.ask(["No.124の締結日は？", "同じ会社との協定もありますか"])
    assert answer.nos == (162,)


def test_the_town_of_a_passage_is_a_partner_in_the_table(assistant: Assistant) -> None:
    *_, answer = assistant.ask(
        ["オーガニックビレッジ宣言を一緒にしたのはどこの市？", "その市との協定は？"]
    )
    assert answer.nos == (250,)


def test_a_column_of_what_is_called_so_is_told_of_each(assistant: Assistant) -> None:
    first, second = assistant.ask(["ゴルフ場開発の協定の相手方は？", "締結日は？"])
    assert sorted(first.nos) == sorted(second.nos) == [168, 169, 170]
    assert all(assistant.agreement(no).partners[0] in first.text for no in first.nos)


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        (["連携協約を締結したのはいつ？", "南空知の協定では？"], "令和2年(2020年)10月9日"),
        (["南空知の協定を解消するには？", "参加しているのはどこ？", "いつ結んだ？"], "10月9日"),
        (["連携協約を途中で変えるには？", "南空知だと？"], "第5条"),
        (["南空知の防災で美唄市は何をする？", "中心の市は？"], "企画調整"),
        (["日本一の窓口で令和4年度にやったことは？", "令和6年度は？"], "グランドデザイン"),
    ],
)
def test_what_stands_beside_the_table_is_asked_on_about(
    assistant: Assistant, turns: list[str], words: str
) -> None:
    assert words in assistant.ask(turns)[-1].text


def test_another_question_of_a_passage_gets_no_number_of_the_one_before(
    assistant: Assistant,
) -> None:
    turns = ["買物公園の社会実験で通行量はどれくらい増えた？", "未来ビジョンは誰が作った？"]
    first, second = assistant.ask(turns)
    assert (first.number, first.unit) == (2, "割")
    assert second.number is None


def test_another_unit_of_a_passage_is_another_figure_or_none(assistant: Assistant) -> None:
    turns = ["企業版ふるさと納税は令和6年度にいくら？", "何社から？", "何人？"]
    amount, companies, people = assistant.ask(turns)
    assert (amount.number, companies.number, people.number) == (4752, 27, None)


def test_a_year_that_a_series_of_slides_lacks_is_a_no(assistant: Assistant) -> None:
    *_, answer = assistant.ask(["未来会議2030の令和4年度の参加者は何名？", "前の年は？"])
    assert answer.kind == "not_found"


def test_the_next_of_a_count_by_year_is_the_next_year(assistant: Assistant) -> None:
    answers = assistant.ask(["令和2年度に結んだ協定は何件？", "前の年度は？", "その次は？"])
    assert [answer.number for answer in answers] == [
        sum(fiscal_year(row.concluded) == year for row in rows(assistant))
        for year in (2020, 2019, 2020)
    ]


@pytest.mark.parametrize(
    ("row", "turn", "quote"),
    [
        (239, "バスはどこを走る？", "市内を運行する"),
        (153, "どんな家庭に訪問する？", "孤立しがちな家庭"),
        (221, "食の振興では何をするの？", "「食」の振興に関する事項"),
        (238, "研究はどの場所で実施？", "旭山動物園／花王"),
    ],
)
def test_what_is_asked_in_words_of_the_row_talked_about_is_told_by_its_sentence(
    assistant: Assistant, row: int, turn: str, quote: str
) -> None:
    answer = assistant.ask([f"No.{row}は？", turn])[1]
    assert answer.nos == (row,)
    assert any(quote in citation.quote for citation in answer.citations)


def test_how_it_is_done_is_told_by_the_content_of_the_row(assistant: Assistant) -> None:
    answer = assistant.ask(["No.239の締結日は？", "具体的にはどうやって行うの？"])[1]
    assert answer.nos == (239,)
    assert "バスを５年間以上運行させる" in answer.text


def test_what_the_row_doesnt_speak_of_isnt_asked_of_it(assistant: Assistant) -> None:
    answer = assistant.ask(["No.94の相手方は？", "除雪は誰がする？"])[1]
    assert 94 not in answer.nos
