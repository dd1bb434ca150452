"""The survey's figures beside the rows: what agrees, what doesn't, and what can't be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from assistant.engine import Assistant
from assistant.results import Answer
from assistant.survey.reconciliation import Reconciled, reconcile, report
from index.eras import fiscal_year
from index.records import Agreement, SurveyFact

Ask = Callable[[str], Answer]
Rows = dict[tuple[str, str], Reconciled]


@pytest.fixture(scope="module")
def ask(assistant: Assistant) -> Ask:
    return lambda question: assistant.ask([question])[0]


@pytest.fixture(scope="module")
def rows(assistant: Assistant) -> Rows:
    return {(r.fact.table, r.fact.label): r for r in reconcile(assistant.index)}


def test_every_figure_is_reconciled_once_in_document_order(assistant: Assistant) -> None:
    facts = [r for r in assistant.index.records.values() if isinstance(r, SurveyFact)]
    assert [row.fact for row in reconcile(assistant.index)] == facts


def test_departments_and_years_equal_a_plain_count(rows: Rows, assistant: Assistant) -> None:
    agreements = [r for r in assistant.index.records.values() if isinstance(r, Agreement)]
    departments = Counter(agreement.department for agreement in agreements)
    years = Counter(fiscal_year(agreement.concluded) for agreement in agreements)
    for table in ("概要（部局別）", "部局別"):
        counted = {label: row.counted for (t, label), row in rows.items() if t == table}
        assert counted == departments
    for label, year in (("H26", 2014), ("H31", 2019), ("R2", 2020), ("R5", 2023)):
        assert rows["年度別", label].counted == years[year]
    assert rows["年度別", "S48～H25"].counted == sum(n for y, n in years.items() if y <= 2013)
    assert rows["年度別", "R6（4.1～6.1）"].counted == years[2024]


@pytest.mark.parametrize(
    ("table", "label", "counted"),
    [
        ("協定数", "合計", 329),
        ("協定数", "令和5年6月2日以降に締結", 32),
        ("該当部局数", "該当あり", 20),
        ("部局別構成比", "環境部", 13.7),  # 45 ÷ 329 = 13.677…
        ("部局別構成比", "経済部", 10.0),  # 33 ÷ 329 = 10.030…
        ("部局×分野", "総務部 協定数", 2),
    ],
)
def test_what_rows_can_tell_is_counted_and_equal(
    rows: Rows, table: str, label: str, counted: float
) -> None:
    assert rows[table, label].counted == counted
    assert rows[table, label].equal is True


def test_the_printed_total_of_the_years_leaves_out_the_row_of_many_years(rows: Rows) -> None:
    total = rows["年度別", "合計"]
    assert (total.fact.value, total.counted, total.equal) == (217, 329, False)
    assert "S48～H25の112 件" in total.note
    assert "2014年度以降の行数は217" in total.note
    assert "S48～H25の56 件" in rows["年度別災害", "合計"].note


@pytest.mark.parametrize(
    ("table", "label", "said"),
    [
        # 56+11+6+5+9+4+6+14+12+8+4+1 = 136
        ("分野別", "災害対策", "年度別災害の各行を足した 136 と一致"),
        ("分野別", "環境", "部局×分野の「総計 環境」と一致"),
        ("取組実績・予定", "あり 令和5年度事業実績", "138＋191＝329 は協定数と一致"),
        ("取組実績・予定", "なし 令和6年度事業予定，実績", "256＋73＝329 は協定数と一致"),
        ("該当部局数", "該当なし", "全庁27－該当あり20"),
        ("部局×分野", "経済部 環境", "複数付けた"),
    ],
)
def test_what_rows_cannot_tell_says_why_and_what_bears_it_out(
    rows: Rows, table: str, label: str, said: str
) -> None:
    assert rows[table, label].equal is None
    assert said in rows[table, label].note


def test_the_report_counts_what_agrees_and_says_a_shared_reason_once(
    assistant: Assistant, rows: Rows
) -> None:
    lines = report(list(rows.values())).split("\n")
    equal = sum(row.equal is True for row in rows.values())
    assert lines[0].startswith(f"公表値 172 個のうち、一覧の行を数えて一致 {equal} 個、不一致 1 個")
    start = lines.index("【分野別】")
    block = lines[start : lines.index("", start)]
    assert sum("数え直せません" in line for line in block) == 1
    assert "".join(block[1].split()).startswith("災害対策公表136件")


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("協定は全部で何件ありますか", "調査の公表値（協定数）も 329 件で、一致しています"),
        ("環境部の協定は何件", "調査の公表値（部局別）も 45 件で、一致しています"),
        ("令和3年度に結んだ協定は何件", "調査の公表値（年度別）も 27 件で、一致しています"),
        ("令和5年6月2日以降に結んだ協定は何件", "（協定数）も 32 件で、一致しています"),
        # 24+23+11+18+15+16+24+27+25+27+7 = 217: what is printed as 合計
        ("平成26年度以降に結んだ協定は何件", "調査の公表値（年度別）も 217 件で、一致しています"),
        ("平成25年度以前に結んだ協定は何件", "調査の公表値（年度別）も 112 件で、一致しています"),
        (
            "令和2年度から令和4年度までの協定は何件",
            "（年度別）も 76 件で、一致しています",
        ),  # 24+27+25
        ("環境部か土木部の協定は何件", "45＋42＝87 件で、一致しています"),
    ],
)
def test_a_count_shows_the_published_figure_beside_it(ask: Ask, question: str, note: str) -> None:
    answer = ask(question)
    assert answer.kind == "count"
    assert note in answer.text
    assert any(citation.no is None for citation in answer.citations)


def test_a_count_by_topic_shows_the_field_and_why_it_differs(ask: Ask) -> None:
    answer = ask("観光に関する協定は何件ありますか")
    assert "「観光・魅力発信」の分野に該当する協定は 30 件と公表されています" in answer.text
    assert "一覧の行からは数え直せません" in answer.text


@pytest.mark.parametrize(
    "question",
    ["環境部が令和5年度に結んだ協定は何件", "防災課の協定は何件", "2023年に結んだ協定は何件"],
)
def test_a_count_without_a_published_counterpart_shows_none(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert "調査の公表値" not in answer.text
    assert all(citation.no is not None for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    ["最近3年に結んだ協定は何件？", "3月に結んだ協定は何件？", "令和5年8月に結んだ協定は何件？"],
)
def test_a_stretch_of_time_without_a_published_figure_is_not_held_against_the_total(
    assistant: Assistant, question: str
) -> None:
    (answer,) = assistant.ask([question])
    assert answer.kind == "count"
    assert "公表値" not in answer.text
    assert all(citation.no is not None for citation in answer.citations)
