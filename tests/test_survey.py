"""The survey summary: every figure of its tables, its running text, and what contradicts itself."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ParseError
from index.parsing.survey import parse
from index.parsing.survey_layout import split_names
from index.records import Parsed, Section, SourceDocument, SurveyFact, record_to_json
from index.seeds import read_sources

HERE = Path(__file__).parent
SMALL = [
    " １ 調査の内容",
    "（1）目的",
    "締結状況を把握するため。",
    "２ 調査結果",
    "①該当部局数",
    "全庁 3部局のうち，",
    "該当あり：2 部局",
    "該当なし： 1 部局",
    "②協定数 ５件（内訳は右のとおり）",
    "③令和 5年 6月 2日以降に締結 1 件",
    "（降順）",
    "部局 協定数",
    "1 東部 3",
    "2 西部 2",
    "３ 集計結果の詳細",
    "（2）分野別集計",
    "分野ごとの協定数をまとめた。",
    "◯集計結果",
    "分野 協定数",
    "防災・安全 4",
    "環境 2",
    "部局 協定数 割合",
    "東部 3 60.0%",
    "西部 2 40.0%",
    "【関連性】",
    "令和5年度",
    "事業実績",
    "令和6年度",
    "事業予定",
    "あり 4 1",
    "なし 1 4",
    "防災",
    "・安全",
    "環境",
    "東部 3 3 1",
    "西部 2 1 2 2",
    "総計 4 2",
    "協定の目的，内容に該当する分野",
    "部局",
    "協",
    "定",
    "数",
    "該当分野数",
    "締結年度",
    "年度別",
    "協定数",
    "うち災害にか",
    "かわるもの",
    "H29～ H30 2 1",
    "H31 1 0",
    "R2",
    "",
    "（4.1～6.1）",
    "2 1",
    "合計 3 1",
    "【年度別　協定締結状況】",
]


def document(lines: list[str]) -> SourceDocument:
    return SourceDocument(
        key="small",
        title="協定の調査（結果）",
        municipality="東市",
        kind="survey",
        as_of=date(2020, 6, 1),
        file="small.txt",
        sha256="",
        text="\n".join(lines),
    )


def changed(old: str, *new: str) -> SourceDocument:
    """The small survey with one of its lines replaced."""
    at = SMALL.index(old)
    return document([*SMALL[:at], *new, *SMALL[at + 1 :]])


def line_of(text: str) -> int:
    return SMALL.index(text) + 1


def facts_of(source: SourceDocument) -> dict[str, dict[str, float]]:
    tables: dict[str, dict[str, float]] = {}
    for record in parse(source).records:
        if isinstance(record, SurveyFact):
            tables.setdefault(record.table, {})[record.label] = record.value
    return tables


@pytest.fixture(scope="module")
def survey() -> SourceDocument:
    return next(d for d in read_sources(HERE.parent / "seeds") if d.key == "asahikawa-survey")


@pytest.fixture(scope="module")
def tables(survey) -> dict[str, dict[str, float]]:
    return facts_of(survey)


def test_the_survey_reads_as_the_golden_records(survey):
    golden = json.loads((HERE / "golden" / "asahikawa-survey.json").read_text(encoding="utf-8"))
    parsed = [json.loads(json.dumps(record_to_json(r))) for r in parse(survey).records]
    assert [r for r in parsed if r not in golden] == []
    assert parsed == golden


def test_the_survey_contradicts_itself_nowhere(survey):
    assert parse(survey).doubts == ()


def test_totals_are_as_printed(tables):
    assert tables["該当部局数"] == {"全庁": 27, "該当あり": 20, "該当なし": 7}
    assert tables["協定数"] == {"合計": 329, "令和5年6月2日以降に締結": 32}
    assert tables["取組実績・予定"] == {
        "あり 令和5年度事業実績": 138,
        "あり 令和6年度事業予定，実績": 256,
        "なし 令和5年度事業実績": 191,
        "なし 令和6年度事業予定，実績": 73,
    }


def test_departments_fields_and_years_are_as_printed(tables):
    assert tables["部局別"] == {
        "防災安全部": 92,
        "環境部": 45,
        "土木部": 42,
        "経済部": 33,
        "上下水道部": 24,
        "福祉保険部": 22,
        "総合政策部": 11,
        "市民生活部": 9,
        "保健所": 8,
        "観光スポーツ部": 8,
        "地域振興部": 7,
        "消防本部": 6,
        "女性活躍推進部": 5,
        "子育て支援部": 4,
        "行財政改革推進部": 3,
        "農政部": 3,
        "総務部": 2,
        "建築部": 2,
        "社会教育部": 2,
        "市立旭川病院": 1,
    }
    assert tables["概要（部局別）"] == tables["部局別"]
    assert tables["部局別構成比"]["防災安全部"] == 28.0
    assert list(tables["部局別構成比"]) == list(tables["部局別"])
    assert tables["分野別"]["地域活性化・まちづくり"] == 42
    assert sum(tables["分野別"].values()) == 615
    assert tables["年度別"] == {
        "S48～H25": 112,
        "H26": 24,
        "H27": 23,
        "H28": 11,
        "H29": 18,
        "H30": 15,
        "H31": 16,
        "R2": 24,
        "R3": 27,
        "R4": 25,
        "R5": 27,
        "R6（4.1～6.1）": 7,
        "合計": 217,
    }
    assert list(tables["年度別災害"].values()) == [56, 11, 6, 5, 9, 4, 6, 14, 12, 8, 4, 1, 80]


def test_the_cross_table_gives_totals_and_only_the_cells_that_are_certain(tables):
    cross = tables["部局×分野"]
    assert {label: value for label, value in cross.items() if label.startswith("総計 ")} == {
        f"総計 {field}": value for field, value in tables["分野別"].items()
    }
    counts = {"協定数", "該当分野数"}
    cells = [label for label in cross if label.split(" ")[1] not in counts]
    certain = [label for label in cells if not label.startswith("総計 ")]
    # Every agreement of the first department but no more than 136 in all; a row of 12 in 12.
    assert cross["防災安全部 災害対策"] == 92
    assert [cross[label] for label in certain if label.startswith("経済部")] == [
        7, 8, 2, 17, 17, 1, 2, 5, 7, 13, 9, 13,
    ]  # fmt: skip
    assert {label.split(" ")[0] for label in certain} == {"防災安全部", "経済部"}
    assert cross["女性活躍推進部 協定数"] == 5
    assert cross["女性活躍推進部 該当分野数"] == 1


def test_every_figure_stands_on_the_lines_of_its_fact_and_no_figure_is_left_out(survey):
    lines = survey.lines
    found: dict[int, list[float]] = {}
    for record in parse(survey).records:
        if isinstance(record, SurveyFact):
            found.setdefault(record.span.last_line, []).append(record.value)
    # A row is a name and then figures alone; the tables begin below the results on page 1.
    rows = [n for n, line in enumerate(lines, 1) if re.fullmatch(r".*\s[0-9.]+%?", line)]
    assert len(rows) == 20 + 12 + 20 + 2 + 21 + 13
    for number in rows:
        tokens = lines[number - 1].replace("%", "").split()
        printed = [float(t) for t in tokens if re.fullmatch(r"[0-9]+(\.[0-9])?", t)]
        if re.match(r"[0-9]+ \D", lines[number - 1]):
            printed = printed[1:]  # The place in the list.
        values = found[number]
        if 212 <= number <= 252:  # The cross table: its cells may be lost.
            ends = printed if tokens[0] == "総計" else [printed[0], printed[-1]]
            assert set(ends) <= set(values) <= set(printed)
        else:
            assert sorted(values) == sorted(printed)


def test_running_text_is_joined_under_chapter_and_item(survey):
    texts = {r.heading: r for r in parse(survey).records if isinstance(r, Section)}
    period = texts[("調査の内容", "（4）調査期間")]
    assert (period.text, period.span.first_line) == ("令和6年6月13日～7月5日", 25)
    assert period.id == "asahikawa-survey/調査の内容/（4）調査期間"
    aim = texts[("調査の内容", "（1）目的")]
    assert aim.text.startswith(
        "市民等と市との協働による市民主体のまちづくりを推進するに当たり，民間企業等※との連携協定の締結状況"
    )
    assert (aim.span.first_line, aim.span.last_line) == (5, 9)
    excluded = texts[("調査の内容", "（2）調査対象")].text.split("\n")[1]
    assert excluded == "（指定管理業務に関する協定等の定例的な事業の実施に関する協定は除く。）"
    assert "構成比は必ずしも100％にならない" in texts[("集計結果の詳細", "（１）部局別集計")].text
    assert "複数の分野に該当する" in texts[("集計結果の詳細", "（2）分野別集計")].text


def test_a_small_survey_reads_in_full():
    tables = facts_of(document(SMALL))
    assert tables == {
        "該当部局数": {"全庁": 3, "該当あり": 2, "該当なし": 1},
        "協定数": {"合計": 5, "令和5年6月2日以降に締結": 1},
        "概要（部局別）": {"東部": 3, "西部": 2},
        "分野別": {"防災・安全": 4, "環境": 2},
        "部局別": {"東部": 3, "西部": 2},
        "部局別構成比": {"東部": 60.0, "西部": 40.0},
        "取組実績・予定": {
            "あり 令和5年度事業実績": 4,
            "あり 令和6年度事業予定": 1,
            "なし 令和5年度事業実績": 1,
            "なし 令和6年度事業予定": 4,
        },
        "部局×分野": {
            "東部 協定数": 3,
            "東部 防災・安全": 3,  # 3 doesn't fit in 環境, of which there are 2.
            "東部 該当分野数": 1,
            "西部 協定数": 2,
            "西部 防災・安全": 1,
            "西部 環境": 2,
            "西部 該当分野数": 2,
            "総計 防災・安全": 4,
            "総計 環境": 2,
        },
        "年度別": {"H29～H30": 2, "H31": 1, "R2（4.1～6.1）": 2, "合計": 3},
        "年度別災害": {"H29～H30": 1, "H31": 0, "R2（4.1～6.1）": 1, "合計": 1},
    }
    assert parse(document(SMALL)).doubts == ()


def test_a_label_over_several_lines_belongs_to_its_figure():
    records = parse(document(SMALL)).records
    fact = next(r for r in records if r.id == "small/年度別/R2（4.1～6.1）")
    assert (fact.span.first_line, fact.span.last_line) == (line_of("R2"), line_of("2 1"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2 西部 2", ("3 西部 2",), "表の2番目の行の番号が3です"),
        ("2 西部 2", ("1 西部 2",), "表の2番目の行の番号が1です"),
        ("西部 2 40.0%", ("西部 40.0%",), "数値の数"),
        ("環境 2", ("環境 2 7",), "数値の数"),
        ("なし 1 4", ("なし 1",), "数値の数"),
        ("西部 2 1 2 2", ("西部 2 1 2",), "該当分野数"),
        ("総計 4 2", ("総計 4",), "数値の数"),
        ("H31 1 0", ("H31 1",), "数値の数"),
        ("H31 1 0", (), "続いていません"),
        ("H31 1 0", ("H32 1 0",), "という年はありません"),
        ("合計 3 1", (), "合計がありません"),
        ("総計 4 2", (), "総計がありません"),
        ("③令和 5年 6月 2日以降に締結 1 件", ("③令和 5年 6月 2日以降に締結",), "数が読めません"),
    ],
)
def test_a_missing_figure_is_an_error_naming_its_line(old, new, message):
    at = line_of(old)
    with pytest.raises(ParseError, match=message) as error:
        parse(changed(old, *new))
    assert error.value.file == "small.txt"
    # A line that is gone is noticed at the row beside it.
    assert error.value.first_line <= at <= error.value.last_line + 1


def test_a_table_without_its_heading_is_an_error():
    with pytest.raises(ParseError, match="見出し"):
        parse(changed("分野 協定数"))


def test_a_row_that_lost_its_figure_at_the_end_of_its_table_is_an_error():
    with pytest.raises(ParseError, match="「2 西部」の行に数値がありません") as error:
        parse(changed("2 西部 2", "2 西部"))
    assert error.value.first_line == line_of("2 西部 2")


def test_a_note_below_a_table_is_a_section_of_its_own():
    records = parse(changed("【関連性】", "※四捨五入した。", "【関連性】")).records
    note = next(r for r in records if r.id == "small/集計結果の詳細/（2）分野別集計（2）")
    assert isinstance(note, Section)
    assert note.text == "※四捨五入した。"


def test_a_missing_table_is_an_error():
    start = SMALL.index("部局 協定数 割合")
    with pytest.raises(ParseError, match="「部局別」の表がありません"):
        parse(document(SMALL[:start] + SMALL[start + 3 :]))


def test_a_row_printed_twice_is_an_error_naming_the_second():
    with pytest.raises(ParseError, match="2度出てきます") as error:
        parse(changed("東部 3 60.0%", "東部 3 60.0%", "東部 3 60.0%"))
    assert error.value.first_line == line_of("東部 3 60.0%") + 1


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ("該当なし： 1 部局", "該当なし： 2 部局", 6, "部局数3が、内訳の和4と合いません"),
        ("1 東部 3", "1 東部 4", 13, "部局ごとの協定数が、部局別の表と合いません"),
        ("西部 2 40.0%", "西部 2 40.1%", 23, "西部の割合40.1%が、件数から求めた40.00%と合いません"),
        ("環境 2", "環境 3", 20, "分野ごとの総計が、分野別の表と合いません"),
        ("あり 4 1", "あり 5 1", 30, "令和5年度事業実績の和6が、協定数5と合いません"),
        ("合計 3 1", "合計 4 1", 49, "合計4が、年度ごとの数の和3と合いません"),
        ("西部 2 1 2 2", "西部 2 2 2 2", 35, "各行の数値をどう並べても総計になりません"),
    ],
)
def test_a_contradiction_is_a_doubt_on_its_table(old, new, at, reason):
    doubts = parse(changed(old, new)).doubts
    assert any(doubt.reason.startswith(reason) for doubt in doubts)
    doubt = next(d for d in doubts if d.reason.startswith(reason))
    # The cross table is compared with 分野別, and named by its own lines.
    assert doubt.span.first_line == (35 if "総計" in reason else at)


def test_a_table_that_fits_no_totals_gives_only_rows_that_fill_every_column():
    cross = facts_of(changed("総計 4 2", "総計 5 2"))["部局×分野"]
    assert "東部 防災・安全" not in cross
    assert (cross["西部 防災・安全"], cross["西部 環境"]) == (1, 2)


def test_names_that_ran_together_are_cut_in_one_way_only():
    assert split_names("環境子育て安全・交通", ["安全・交通", "子育て", "環境"]) == [
        "環境",
        "子育て",
        "安全・交通",
    ]
    assert split_names("環境子育", ["子育て", "環境"]) is None
    assert split_names("環境環境", ["環境"]) is None
    assert split_names("甲乙丙", ["甲乙", "丙", "甲", "乙丙"]) is None


@st.composite
def damaged(draw: st.DrawFn, lines: list[str]) -> list[str]:
    """Lines of a document, some of them gone, moved, repeated or with foreign characters."""
    lines = list(lines)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "repeat", "move", "cut", "garble"])):
            case "drop":
                del lines[at : at + draw(st.integers(1, 12))]
                lines = lines or [""]
            case "repeat":
                lines.insert(at, lines[draw(st.integers(0, len(lines) - 1))])
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case "garble":
                text = draw(st.text("0１①（）～年%％部局合計総計 　\t-●", max_size=8))
                lines[at] = lines[at] + text if draw(st.booleans()) else text + lines[at]
    return lines


def outcome(source: SourceDocument, lines: list[str]) -> Parsed | ParseError:
    try:
        return parse(replace(source, text="\n".join(lines)))
    except ParseError as error:
        return error


def survives(source: SourceDocument, lines: list[str]) -> None:
    """Damaged lines give records on lines there are, or a ``ParseError`` that names lines."""
    parsed = outcome(source, lines)
    if isinstance(parsed, ParseError):
        assert parsed.file == source.file
        assert 1 <= parsed.first_line <= parsed.last_line <= len(lines)
        return
    for span in (part.span for part in (*parsed.records, *parsed.doubts)):
        assert 1 <= span.first_line <= span.last_line <= len(lines)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_surveys_are_read_or_refused(survey, data):
    survives(survey, data.draw(damaged(survey.lines)))


@settings(max_examples=300, deadline=None)
@given(lines=damaged(SMALL))
def test_damaged_small_surveys_are_read_or_refused(lines):
    survives(document(SMALL), lines)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=20).map(lambda text: text.replace("\n", " ")), max_size=20))
def test_any_text_is_read_or_refused(lines):
    survives(document(SMALL), lines or [""])
