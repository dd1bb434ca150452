"""The agreement table: every row, every column, and what a damaged table is answered."""

import json
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from index.eras import fiscal_year
from index.errors import ParseError
from index.parsing.agreements import parse
from index.records import Agreement, SourceDocument, SourceSpan, record_to_json
from index.seeds import read_sources

HERE = Path(__file__).parent
HEADER = "No. 部局 担当課 連携協定の名称 連携協定の相手方 協定の目的 協定の内容 締結年月日"
COLUMNS = ("department", "section", "title", "partner", "purpose", "content", "concluded_text")
SMALL = f"""\

{HEADER}

1 建設部 道路課 除雪協定 東町 冬の応援 道の除雪 R5.1.2

2 建設部 道路課
大規模災害発生時の道路の除雪に関する協
定

東町

冬の応援
　次のことを行う。
(1) 道の除雪
(2) 道の砂まき

R5.3.4

{HEADER}

3 建設部 道路課 除雪協定 西町 冬の応援 道の除雪 R6.1.2
"""


def document(text: str) -> SourceDocument:
    return SourceDocument(
        key="small",
        title="一覧",
        municipality="東市",
        kind="agreement-table",
        as_of=date(2024, 6, 1),
        file="small.txt",
        sha256="",
        text=text,
    )


def unspaced(text: str) -> str:
    return "".join(text.split())


def broken(text: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        parse(document(text))
    return caught.value


@pytest.fixture(scope="module")
def table() -> SourceDocument:
    return next(d for d in read_sources(HERE.parent / "seeds") if d.key == "asahikawa-agreements")


@pytest.fixture(scope="module")
def rows(table) -> dict[int, Agreement]:
    return {record.no: record for record in parse(table).records if isinstance(record, Agreement)}


def test_the_table_reads_as_the_golden_records(rows):
    golden = json.loads((HERE / "golden" / "asahikawa-agreements.json").read_text(encoding="utf-8"))
    parsed = [json.loads(json.dumps(record_to_json(row))) for row in rows.values()]
    assert [row for row in parsed if row not in golden] == []
    assert parsed == golden


@pytest.mark.parametrize("column", COLUMNS)
def test_every_third_row_equals_the_hand_checked_table(rows, column):
    gold = json.loads((HERE / "data" / "agreements_gold.json").read_text(encoding="utf-8"))
    key = "date" if column == "concluded_text" else column
    wrong = [
        row["no"]
        for row in gold
        if unspaced(getattr(rows[row["no"]], column)) != unspaced(row[key])
    ]
    assert len(gold) == 110
    assert wrong == []


def test_no_character_of_the_table_is_lost_or_moved(table, rows):
    lines = [line for line in table.lines if line != HEADER]
    cells = [f"{row.no}" + "".join(getattr(row, name) for name in COLUMNS) for row in rows.values()]
    assert unspaced("".join(cells)) == unspaced("".join(lines))


def test_a_row_spans_the_lines_from_its_number_to_its_date(table, rows):
    for row in rows.values():
        first, last = table.lines[row.span.first_line - 1], table.lines[row.span.last_line - 1]
        assert first.split()[0] == str(row.no)
        assert last.split()[-1] == row.concluded_text
    spans = [row.span for row in rows.values()]
    assert all(a.last_line < b.first_line for a, b in pairwise(spans))


def test_departments_count_as_the_city_counted_them(rows):
    # 民間企業等との連携協定の締結状況に関する調査（結果）, （１）部局別集計
    assert Counter(row.department for row in rows.values()) == {
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


def test_fiscal_years_count_as_the_city_counted_them(rows):
    # The same survey, （3）年別集計: S48～H25 112, H26 24, …, R6（4.1～6.1） 7
    counts = Counter(max(fiscal_year(row.concluded), 2013) for row in rows.values())
    assert [counts[year] for year in range(2013, 2025)] == [
        112, 24, 23, 11, 18, 15, 16, 24, 27, 25, 27, 7,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "count"),
    [
        ((60, 15, 16, 155), 8),
        ((94, 237), 7),
        ((104,), 11),
        ((232, 235), 6),
        ((163, 217, 306, 320), 5),
        ((141,), 4),
        ((71, 248, 316, 318, 319), 3),
        ((21, 22, 25, 28, 111, 112, 114, 115, 160, 288, 289, 291, 293, 301, 313), 2),
        ((11, 33, 51, 90, 124, 142, 148, 183, 218, 225, 233, 234, 278, 284, 305, 322, 326), 1),
    ],
)
def test_rows_have_as_many_parties_as_their_cell_names(rows, numbers, count):
    assert {number: len(rows[number].partners) for number in numbers} == dict.fromkeys(
        numbers, count
    )


def test_parties_set_in_full_lines_are_told_apart(rows):
    assert rows[104].partners[6:] == (
        "株式会社トヨタレンタリース旭川",
        "トヨタL＆F旭川株式会社",
        "トヨタモビリティパーツ株式会社北海道統括支社",
        "北北海道ダイハツ販売株式会社",
        "東京海上日動火災保険株式会社旭川支店",
    )
    assert rows[141].partners == (
        "読売センター旭川北部・東部",
        "読売センター旭川南部",
        "読売センター東旭川",
        "読売センター永山",
    )


def test_a_department_that_touches_its_section_is_parted_from_it(rows):
    assert (rows[12].department, rows[12].section) == ("行財政改革推進部", "行政改革課")
    assert rows[12].title == "DX推進に関する連携協定"


def test_the_table_leaves_one_doubt_the_name_printed_without_its_first_character(table):
    (doubt,) = parse(table).doubts
    assert doubt.span == SourceSpan("asahikawa-agreements", 4271, 4288)
    assert "番号263" in doubt.reason


def test_rows_are_read_with_their_lines():
    first, second, third = parse(document(SMALL)).records
    assert isinstance(second, Agreement)
    assert (first.id, second.id, third.id) == ("small/1", "small/2", "small/3")
    assert second.title == "大規模災害発生時の道路の除雪に関する協定"
    assert second.content == "次のことを行う。\n(1) 道の除雪\n(2) 道の砂まき"
    assert (second.concluded, second.concluded_text) == (date(2023, 3, 4), "R5.3.4")
    assert [record.span for record in (first, second, third)] == [
        SourceSpan("small", 4, 4),
        SourceSpan("small", 6, 17),
        SourceSpan("small", 21, 21),
    ]


def test_a_page_may_end_within_a_row():
    text = SMALL.replace("(2) 道の砂まき", f"\n{HEADER}\n\n(2) 道の砂まき")
    assert [r.content for r in parse(document(text)).records if isinstance(r, Agreement)] == [
        "道の除雪",
        "次のことを行う。\n(1) 道の除雪\n(2) 道の砂まき",
        "道の除雪",
    ]


def test_a_numbered_line_of_the_content_begins_no_row():
    text = SMALL.replace("(2) 道の砂まき", "3 道の砂まき\n10 その他")
    row = parse(document(text)).records[1]
    assert isinstance(row, Agreement)
    assert row.content.endswith("道の除雪3 道の砂まき10 その他")


def test_a_date_later_than_the_table_is_doubted():
    later = SMALL.replace("R5.3.4", "R50.3.4")
    (doubt,) = parse(document(later)).doubts
    assert (doubt.span.first_line, doubt.span.last_line) == (6, 17)
    assert "番号2の締結年月日" in doubt.reason


def test_lines_that_could_be_cut_otherwise_are_doubted():
    text = SMALL.replace("冬の応援\n　次のことを行う。\n(1)", "冬の協力\n道の協力\n道の除雪\n(1)")
    (doubt,) = parse(document(text)).doubts
    assert doubt.span == SourceSpan("small", 6, 18)
    assert "番号2" in doubt.reason


@pytest.mark.parametrize(
    ("old", "new", "lines", "message"),
    [
        ("3 建設部", "4 建設部", (21, 21), "番号3の行があるはず"),  # missing
        ("3 建設部", "2 建設部", (21, 21), "番号3の行があるはず"),  # repeated
        ("3 建設部", "建設部", (17, 17), "番号2の行の途中に日付"),  # number lost
        ("1 建設部", "建設部", (4, 4), "番号1の行があるはず"),
        ("1 建設部", "2 建設部", (4, 4), "番号1の行があるはず"),
        ("R5.3.4", "", (6, 15), "番号2の行を欄に分けられません"),
        ("R6.1.2", "", (21, 21), "番号3の行を欄に分けられません"),
        ("R6.1.2", "R6.1.2\n以上", (21, 21), "番号3の行の途中に日付"),
        ("R6.1.2", "R6.1.2\n4", (22, 22), "番号4の行を欄に分けられません"),
        ("西町 ", "", (21, 21), "番号3の行を欄に分けられません"),
        ("R6.1.2", "R6.13.2", (21, 21), "「R6.13.2」という日付はありません"),
        ("R6.1.2", "H31.5.1", (21, 21), "平成の日付ではありません"),
        (f"\n{HEADER}\n\n1", "\n1", (2, 2), "見出し"),
        (HEADER, f"題名\n{HEADER}", (2, 2), "見出し"),
    ],
)
def test_a_damaged_table_is_an_error_naming_its_lines(old, new, lines, message):
    error = broken(SMALL.replace(old, new))
    assert (error.file, error.first_line, error.last_line) == ("small.txt", *lines)
    assert message in str(error)


def test_rows_in_the_wrong_order_are_an_error_naming_the_first_of_them():
    head, row = SMALL.split("3 建設部")
    moved = head.replace("\n2 建設部", f"\n3 建設部{row}\n2 建設部")
    error = broken(moved)
    assert (error.first_line, error.last_line) == (6, 6)
    assert "番号2の行があるはずのところに「3 建設部" in str(error)


def test_a_row_whose_date_is_lost_does_not_swallow_the_next():
    error = broken(SMALL.replace(" R5.1.2", ""))
    assert (error.first_line, error.last_line) == (4, 4)


@pytest.mark.parametrize("text", ["", "\n\n", HEADER])
def test_a_table_without_rows_is_an_error(text):
    assert "見出し" in str(broken(text))


@pytest.mark.parametrize("number", [2, 13, 77, 200, 328])
def test_a_row_missing_from_the_real_table_is_noticed(table, rows, number):
    span, after = rows[number].span, rows[number + 1].span
    lines = table.lines
    text = "\n".join(lines[: span.first_line - 1] + lines[span.last_line :])
    error = broken(text)
    removed = span.last_line - span.first_line + 1
    assert error.first_line == after.first_line - removed
    assert f"番号{number}の行があるはず" in str(error)


@pytest.mark.parametrize("number", [1, 12, 61, 150, 329])
def test_a_row_repeated_in_the_real_table_is_noticed(table, rows, number):
    span = rows[number].span
    lines = table.lines
    row = lines[span.first_line - 1 : span.last_line]
    error = broken("\n".join([*lines[: span.last_line], *row, *lines[span.last_line :]]))
    assert error.first_line == span.last_line + 1
    assert f"番号{number + 1}の行があるはず" in str(error)
