"""Published figures are found by what they mean, and none is given that isn't printed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.desk import Desk
from assistant.engine import Assistant
from assistant.question import clean
from assistant.results import Answer
from assistant.survey import published
from index.normalization import without_space
from index.records import SurveyFact

Ask = Callable[[str], Answer]
FIELD_TOTALS = {
    "災害対策": 136,
    "環境": 80,
    "土木建設維持管理": 72,
    "福祉・医療・健康": 68,
    "安全・交通": 50,
    "地域活性化・まちづくり": 42,
    "教育・文化・スポーツ": 39,
    "観光・魅力発信": 30,
    "産業・商業": 28,
    "人材育成": 18,
    "子育て": 12,
    "その他": 40,
}


@pytest.fixture(scope="module")
def ask(assistant: Assistant) -> Ask:
    return lambda question: assistant.ask([question])[0]


def questions_for(fact: SurveyFact) -> list[str]:
    """Ways to ask for a figure by its table and label, in words of the tests."""
    label, table = fact.label, fact.table
    if table == "該当部局数":
        if label == "全庁":
            return ["全庁の部局数を教えてください", "全庁では何部局ありますか"]
        return [f"「{label}」の部局はいくつですか", f"調査で{label}とされた部局の数は"]
    if table == "協定数":
        if label == "合計":
            return ["調査結果の協定数は何件ですか", "公表された協定の総数は"]
        return [f"調査では{label}した協定は何件ですか", f"公表値で{label}されたのは何件"]
    if table in ("概要（部局別）", "部局別"):
        return [f"調査の集計で{label}の協定は何件ですか", f"公表された{label}の協定数は"]
    if table == "部局別構成比":
        return [f"{label}の構成比は何％ですか", f"{label}の構成比を知りたい"]
    if table == "分野別":
        return [f"分野別の集計で「{label}」は何件ですか", f"{label}の分野に該当する協定の数は"]
    if table == "取組実績・予定":
        state, column = label.split(" ", 1)
        return [f"{column}が「{state}」の協定は何件ですか", f"調査で{column}{state}の件数は"]
    if table in ("年度別", "年度別災害"):
        of = "災害にかかわるもの" if table == "年度別災害" else "協定"
        return [f"調査の年度別の表で{label}の{of}は何件ですか", f"公表された{label}の{of}の数は"]
    row, column = label.split(" ", 1)
    if column == "協定数":
        return [f"調査の部局と分野の表で{row}の協定数は何件", f"公表値で{row}の協定の数は"]
    if column == "該当分野数":
        return [f"{row}の該当分野数は", f"{row}の協定はいくつの分野に該当しますか"]
    if row == "総計":
        return [f"部局と分野の表で「{column}」の総計は", f"{column}の分野の総計は何件"]
    return [f"{row}の{column}の分野は何件ですか", f"{row}で「{column}」に該当する協定の数は"]


def test_every_published_figure_is_found_again_by_its_table_and_label(
    ask: Ask, assistant: Assistant
) -> None:
    facts = [r for r in assistant.index.records.values() if isinstance(r, SurveyFact)]
    asked = [(fact, question) for fact in facts for question in questions_for(fact)]
    assert len(facts) == 172
    missed = []
    for fact, question in asked:
        answer = ask(question)
        found = answer.number == fact.value and answer.unit == fact.unit
        if not found or not cites(assistant, answer, fact):
            missed.append((question, answer.text, answer.number, answer.unit))
    assert len(missed) <= 0.02 * len(asked), missed


def cites(assistant: Assistant, answer: Answer, fact: SurveyFact) -> bool:
    """Whether a printed line with the figure is quoted first: the fact's own or its twin's."""
    quoted = assistant.index.records[answer.citations[0].record]
    return isinstance(quoted, SurveyFact) and quoted.value == fact.value


@pytest.mark.parametrize(
    ("question", "number", "unit"),
    [
        # 2 割合 is printed: 土木部 42 12.8%
        ("土木部の構成比は", 12.8, "%"),
        # H26 24 11, whatever the year is called
        ("平成26年度に結んだもののうち災害に関わるのはいくつ", 11, "件"),
        ("2014年度の災害にかかわる協定は何件", 11, "件"),
        ("H26の災害にかかわるものは", 11, "件"),
        ("平成26年度の災害", 11, "件"),
        # H31 16 6 is also the first fiscal year of 令和
        ("令和元年度の災害にかかわる協定の件数", 6, "件"),
        ("平成31年度の災害にかかわる協定の件数", 6, "件"),
        # S48～H25 112 56
        ("平成25年度までの災害にかかわる協定は何件", 56, "件"),
        # あり 138 256 / なし 191 73
        ("昨年度に事業の実績があった協定の数", 138, "件"),
        ("昨年度に取組の実績がなかったものは何件", 191, "件"),
        ("令和6年度に予定または実績のある協定", 256, "件"),
        ("令和6年度は事業の予定も実績もない、という協定の数", 73, "件"),
        # 経済部 has a figure in each of the 12 columns: … 観光・魅力発信 13, 人材育成 9 …
        ("経済部の人材育成の分野はいくつ", 9, "件"),
        ("協定が1件もない部局の数は", 7, "部局"),
        ("27部局のうち該当があったのはいくつ", 20, "部局"),
        ("調査で分野はいくつに分かれていますか", 12, "分野"),
    ],
)
def test_a_figure_is_found_in_other_words_than_printed(
    ask: Ask, question: str, number: float, unit: str
) -> None:
    answer = ask(question)
    assert (answer.number, answer.unit) == (number, unit), answer.text


@pytest.mark.parametrize(
    ("question", "number", "unit"),
    [
        ("全協定のうち環境分野は何％ですか", 24.3, "%"),  # 80 ÷ 329 = 24.316…
        ("令和6年度の事業の予定や実績がある割合は", 77.8, "%"),  # 256 ÷ 329 = 77.811…
        ("令和2年度に結んだ協定に占める災害にかかわるものの割合", 58.3, "%"),  # 14 ÷ 24
        ("経済部のうち産業・商業の分野は何％", 24.2, "%"),  # 8 ÷ 33 = 24.24…
        ("産業・商業の分野のうち経済部は何％", 28.6, "%"),  # 8 ÷ 28 = 28.57…
        ("該当なしの部局の割合は", 25.9, "%"),  # 7 ÷ 27 = 25.92…
    ],
)
def test_a_share_is_computed_from_the_published_figures(
    ask: Ask, question: str, number: float, unit: str
) -> None:
    answer = ask(question)
    assert answer.kind == "comparison"
    assert (answer.number, answer.unit) == (number, unit), answer.text


@pytest.mark.parametrize(
    ("question", "number", "unit"),
    [
        ("分野別で災害対策と子育ての差は何件", 136 - 12, "件"),
        ("令和5年度と令和6年度で事業のある協定はどれだけ増えましたか", 256 - 138, "件"),
        ("該当ありと該当なしの部局の差は", 20 - 7, "部局"),
        ("実績のない協定と予定のない協定の差は", 191 - 73, "件"),
        ("令和元年度から令和2年度にかけて災害にかかわる協定は何件増えた", 14 - 6, "件"),
        ("防災安全部と環境部の構成比の差は", 14.3, "ポイント"),  # 28.0 - 13.7
        ("災害対策の分野は子育ての分野の何倍", 11.3, "倍"),  # 136 ÷ 12 = 11.33…
        ("子育てと人材育成の分野を合わせた件数", 12 + 18, "件"),
        ("令和2年度から令和4年度までの災害にかかわるものの合計", 14 + 12 + 8, "件"),
        ("分野ごとの件数の延べは", sum(FIELD_TOTALS.values()), "件"),
    ],
)
def test_figures_are_compared_and_added(ask: Ask, question: str, number: float, unit: str) -> None:
    answer = ask(question)
    assert (answer.number, answer.unit) == (number, unit), answer.text


@pytest.mark.parametrize(
    ("question", "number", "names"),
    [
        ("分野別で一番多い分野は", 136, ["災害対策"]),
        ("5番目に多い分野は何ですか", 50, ["安全・交通"]),
        ("分野別で最も少ないのは", 12, ["子育て"]),
        ("環境の分野の次に多い分野は", 72, ["土木建設維持管理"]),
        ("構成比が2番目に高い部局", 13.7, ["環境部"]),
        ("該当分野数が一番多い部局は", 12, ["経済部"]),
        ("経済部で最も多い分野は", 17, ["教育・文化・スポーツ", "環境"]),
        ("災害にかかわる協定が一番多い年度は", 14, ["令和2年度"]),
        ("分野別で人材育成は何番目に多い", 11, ["人材育成"]),
        ("50件以上の分野はいくつ", 5, ["災害対策", "安全・交通"]),
        ("構成比が1%未満の部局はいくつ", 6, ["農政部", "市立旭川病院"]),
    ],
)
def test_figures_are_ranked_within_their_table(
    ask: Ask, question: str, number: float, names: list[str]
) -> None:
    answer = ask(question)
    head = answer.text.split("\n")[0]
    assert answer.number == number, answer.text
    assert all(name in head for name in names)
    assert answer.table is not None


def test_a_list_of_a_table_holds_all_of_its_figures(ask: Ask) -> None:
    answer = ask("分野別の件数を全部教えてください")
    assert answer.table is not None
    assert dict(answer.table.rows) == FIELD_TOTALS
    assert all(f"{field}：{total} 件" in answer.text for field, total in FIELD_TOTALS.items())


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        # The print lost the empty cells of 環境部 45 3 3 44 10 3 1 6.
        ("環境部の環境の分野は何件", "3、3、44、10、3、1"),
        ("令和4年度の事業の実績がある協定は何件", "令和5年度の実績"),
        ("令和5年度の環境の分野の協定は何件", "組み合わせ"),
        ("平成20年度の災害にかかわる協定は何件", "まとめて 56 件"),
    ],
)
def test_a_figure_that_is_not_printed_is_refused_with_the_reason(
    ask: Ask, question: str, reason: str
) -> None:
    answer = ask(question)
    assert answer.kind == "not_found"
    assert answer.number is None
    assert reason in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "環境部の協定は何件ですか",
        "令和5年度に結んだ協定の数は",
        "防災課の災害の協定は何件",
        "名称に「環境」が入る協定は何件",
        "土木部の協定のうち観光についてのものは何件",
        "観光に関する協定は何件ありますか",
    ],
)
def test_rows_are_counted_where_rows_are_asked_for(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.kind in ("count", "not_found")
    assert len(answer.nos) == answer.number


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("調査はいつ行われましたか", "令和6年6月13日～7月5日"),
        ("調査の基準日を教えて", "令和6年6月1日"),
        ("分野別の合計が協定の総数と一致しないのはなぜ", "複数の分野に該当する"),
        ("構成比を足しても100%にならない理由は", "四捨五入"),
        ("調査の年度別の合計が総数にならない理由は", "S48～H25の 112 件"),
    ],
)
def test_the_survey_is_asked_about_itself(ask: Ask, question: str, said: str) -> None:
    answer = ask(question)
    assert answer.kind == "fact"
    assert said in answer.text


def test_a_figure_is_quoted_as_printed_and_said_first(ask: Ask) -> None:
    answer = ask("土木部の構成比は")
    assert answer.text.startswith("土木部の構成比は 12.8%です")
    assert "".join(answer.citations[0].quote.split()) == "土木部4212.8%"
    assert answer.interpretation == "調査の公表値＝部局別構成比「土木部」"


def test_a_figure_of_the_rows_says_that_counting_agrees(ask: Ask) -> None:
    assert "一覧の行を数えても 45 件で、一致しています" in ask("公表された環境部の協定数は").text


@pytest.mark.parametrize(
    ("first", "then", "number"),
    [
        ("分野別の集計で人材育成は何件", "子育ては？", 12),
        ("分野別の集計で人材育成は何件", "産業・商業は？", 28),
        ("土木部の構成比は", "環境部は？", 13.7),
        ("令和5年度に事業の実績があった協定は何件", "なしは？", 191),
        ("令和5年度に事業の実績があった協定は何件", "令和6年度は？", 256),
        ("平成26年度の災害にかかわる協定は何件", "令和2年度は？", 14),
        ("経済部の環境の分野は何件", "人材育成は？", 9),
        ("該当ありの部局の数は", "なしは？", 7),
    ],
)
def test_a_follow_up_names_another_figure_of_the_table(
    ask: Ask, assistant: Assistant, first: str, then: str, number: float
) -> None:
    desk = Desk(assistant.index, assistant.retriever, assistant.comparer)
    answer = published.follow(desk, desk.reader.read(clean(then)), ask(first))
    assert answer is not None
    assert answer.number == number, answer.text


def test_a_follow_up_to_counted_rows_is_no_question_for_figures(
    ask: Ask, assistant: Assistant
) -> None:
    desk = Desk(assistant.index, assistant.retriever, assistant.comparer)
    asked = desk.reader.read(clean("土木部は？"))
    assert published.follow(desk, asked, ask("環境部の協定は何件")) is None


def test_no_answer_names_a_figure_that_its_citations_do_not_print(
    ask: Ask, assistant: Assistant
) -> None:
    for field in FIELD_TOTALS:
        answer = ask(f"{field}の分野に該当する協定は何件ですか")
        printed = without_space("".join(citation.quote for citation in answer.citations))
        assert str(int(answer.number or 0)) in printed


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("調査の分野別で、環境と災害対策は何件違いますか", 136 - 80),
        ("公表値で子育てと人材育成の分野の件数の違いは", 18 - 12),
        ("調査の公表値で産業・商業と観光・魅力発信の分野には何件の開きがある", 30 - 28),
    ],
)
def test_a_difference_of_two_figures_is_computed(ask: Ask, question: str, number: int) -> None:
    answer = ask(question)
    assert (answer.kind, answer.number) == ("comparison", number)


def test_a_figure_that_is_named_twice_is_one_figure(ask: Ask) -> None:
    answer = ask("昭和48年度から平成25年度まで（S48~H25）の、災害にかかわる協定は何件ですか")
    assert (answer.kind, answer.number) == ("fact", 56)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("調査で協定を持つと答えた部局はいくつですか", 20),
        ("アンケートでは何部局が協定を結んでいる？", 20),
        ("庁内の部局の数と、協定を締結している部局の数は？", 20),
        ("市全体では部局がいくつある？", 27),
        ("調査の対象となった部局の数は？", 27),
    ],
)
def test_departments_are_counted_beside_all_of_the_city(
    ask: Ask, question: str, number: int
) -> None:
    answer = ask(question)
    assert (answer.number, answer.unit) == (number, "部局")
    assert "27 部局" in answer.text


def test_departments_of_a_bound_are_counted_by_their_own_figures(ask: Ask) -> None:
    answer = ask("調査の公表値で協定が40件以上の部局はいくつ？")
    assert (answer.number, answer.unit) == (3, "部局")  # 92, 45 and 42
