"""The compact of 旭川市 and 美瑛町: a table with a row per cell, broken by pages."""

import json
from datetime import date
from pathlib import Path

import pytest

from index.errors import ParseError
from index.parsing.compact_table import parse
from index.records import CompactRole, Section, SourceDocument, record_to_json
from index.seeds import read_sources

HERE = Path(__file__).parent
COMPACT = [
    "連携協約",
    "東市（以下「甲」という。）と西町（以下「乙」という。）は、次のとおり協約を締結する。",
    "（目的）",
    "第1条 この協約は、暮らしを支えることを目的とする。",
    "この協約の締結を証するため、本書2通を作成する。",
    "令和5年4月1日",
    "東市1番地",
    "甲 東市",
    "東市長",
    "東野一郎",
    "西郡西町2番地",
    "乙 西町",
    "西町長 西 川 花 子",
    "別表（第1条関係）",
    "1 暮らし",
    "(1) 医療",
    "救急の連携\t取組の内容\t患者を受け入れる。",
    "\t甲の役割\t調整を行う。 経費を負担する。",
    "\t乙の役割\t甲に対し、経費を負",
    "",
    "\t\t<p>担する。 患者を運ぶ。</p>",
    "--\t--\t------------",
    "図書館の連携\t取組の内容\t相互に利用する。",
    "\t甲の役割\t利用を認める。",
    "\t乙の役割\t利用を認める。",
]
FIRST_ROW = 17
"""Line of the first initiative's first cell in ``COMPACT``."""


def document(lines: list[str]) -> SourceDocument:
    return SourceDocument(
        key="small",
        title="連携協約",
        municipality="東市・西町",
        kind="compact-table",
        as_of=date(2023, 4, 1),
        file="small.txt",
        sha256="",
        text="\n".join(lines),
    )


@pytest.fixture(scope="module")
def biei() -> SourceDocument:
    return next(d for d in read_sources(HERE.parent / "seeds") if d.key == "biei-compact")


def test_the_compact_reads_as_the_golden_records(biei):
    golden = json.loads((HERE / "golden" / "biei-compact.json").read_text(encoding="utf-8"))
    parsed = [json.loads(json.dumps(record_to_json(r))) for r in parse(biei).records]
    assert [r for r in parsed if r not in golden] == []
    assert parsed == golden


def test_the_compact_leaves_no_doubt(biei):
    assert parse(biei).doubts == ()


def test_every_initiative_printed_in_the_compact_has_its_content_and_both_roles(biei):
    # Counted in the document, heading by heading.
    printed = {
        "1/(1)": 1,
        "1/(2)": 1,
        "1/(3)": 2,
        "2/(1)": 4,
        "3/(1)/ア": 2,
        "3/(1)/イ": 6,
        "3/(1)/ウ": 4,
        "3/(1)/エ": 1,
        "3/(1)/オ": 1,
        "3/(1)/カ": 2,
        "3/(2)/ア": 2,
        "3/(2)/イ": 1,
        "3/(3)/ア": 1,
    }
    assert sum(printed.values()) == biei.text.count("\t取組の内容\t") == 28
    records = parse(biei).records
    roles = [r for r in records if isinstance(r, CompactRole)]
    found: dict[str, set[str]] = {}
    for role in roles:
        marks = "/".join(heading.split()[0] for heading in role.field.split(" > "))
        found.setdefault(marks, set()).add(role.initiative)
    assert {marks: len(names) for marks, names in found.items()} == printed
    contents = {r.heading[-2] for r in records if isinstance(r, Section) and len(r.heading) > 2}
    assert contents == {role.initiative for role in roles}
    parties = [(role.party, role.party_name) for role in roles]
    assert parties == [("甲", "旭川市"), ("乙", "美瑛町")] * 28


def test_a_role_broken_by_a_page_is_whole_and_spans_both_its_lines(biei):
    roles = {r.id: r for r in parse(biei).records}
    role = roles["biei-compact/小児二次救急医療の連携/乙"]
    assert isinstance(role, CompactRole)
    assert role.text == (
        "甲の区域にある公的医療機関が小児二次救急医療を実施するに当たり、"
        "甲に対し、応分の経費を負担する。"
    )
    assert (role.span.first_line, role.span.last_line) == (121, 123)
    assert role.field == (
        "3 圏域全体の生活関連機能サービスの向上 > (1) 生活機能の強化に係る政策分野 > ア 地域医療"
    )


def test_markup_goes_and_a_sentence_after_a_space_gets_its_line():
    roles = [r for r in parse(document(COMPACT)).records if isinstance(r, CompactRole)]
    assert [(r.id, r.text, r.span.first_line, r.span.last_line) for r in roles] == [
        ("small/救急の連携/甲", "調整を行う。\n経費を負担する。", 18, 18),
        ("small/救急の連携/乙", "甲に対し、経費を負担する。\n患者を運ぶ。", 19, 21),
        ("small/図書館の連携/甲", "利用を認める。", 24, 24),
        ("small/図書館の連携/乙", "利用を認める。", 25, 25),
    ]


def test_the_labels_and_names_of_the_parties_come_from_the_preamble():
    lines = [line.replace("甲", "丙") for line in COMPACT]
    roles = [r for r in parse(document(lines)).records if isinstance(r, CompactRole)]
    assert [(r.party, r.party_name) for r in roles] == [("丙", "東市"), ("乙", "西町")] * 2


def test_a_cell_that_stops_before_its_full_stop_is_doubted():
    lines = [line for line in COMPACT if not line.startswith("\t\t")]
    (doubt,) = parse(document(lines)).doubts
    assert (doubt.span.first_line, doubt.span.last_line) == (19, 19)


def test_two_records_of_one_id_are_an_error():
    printed = "\n".join(COMPACT).replace("甲 東市", "東市").replace("甲", "東市")
    lines = printed.replace("救急の連携", "締結者").split("\n")
    with pytest.raises(ParseError, match=r"18行: 「small/締結者/東市」が2つあります"):
        parse(document(lines))


def without(*numbers: int) -> list[str]:
    return [line for n, line in enumerate(COMPACT, 1) if n not in numbers]


def with_line(number: int, line: str) -> list[str]:
    return [*COMPACT[: number - 1], line, *COMPACT[number:]]


@pytest.mark.parametrize(
    ("lines", "first", "last", "says"),
    [
        pytest.param(without(17), 17, 17, "どの取組の欄か", id="a role row without an initiative"),
        pytest.param(without(24), 23, 24, "甲の役割の欄がありません", id="a missing 甲の役割"),
        pytest.param(without(25), 23, 24, "乙の役割の欄がありません", id="a missing 乙の役割"),
        pytest.param(
            with_line(23, "図書館の連携\t甲の役割\t認める。"),
            24,
            24,
            "「甲の役割」が重複",
            id="a cell that comes twice",
        ),
        pytest.param(
            with_line(23, "救急の連携\t取組の内容\t相互に利用する。"),
            23,
            23,
            "17行にもあります",
            id="an initiative that comes twice",
        ),
        pytest.param(
            with_line(25, "\t丙の役割\t利用を認める。"),
            25,
            25,
            "「丙の役割」という欄は読めません",
            id="a party that the preamble doesn't know",
        ),
        pytest.param(
            with_line(24, "甲の役割\t利用を認める。"), 24, 24, "3列", id="a row of two columns"
        ),
        pytest.param(with_line(24, "\t甲の役割\t"), 24, 24, "3列", id="an empty cell"),
        pytest.param(
            with_line(FIRST_ROW - 1, "\t\t続きの文。"), 16, 16, "どの取組の欄か", id="a stray rest"
        ),
        pytest.param(
            with_line(23, "図書館の連携\t\t相互に利用する。"),
            23,
            23,
            "3列",
            id="a cell without a key",
        ),
        pytest.param(
            with_line(23, "(2) 福祉"), 24, 24, "どの取組の欄か", id="a row below the next heading"
        ),
        pytest.param(without(15), 15, 15, "番号が続いていません", id="a lost outer heading"),
        pytest.param(with_line(16, "(2) 医療"), 16, 16, "番号が続いて", id="a lost first heading"),
        pytest.param(
            [*COMPACT, "(3) 福祉"], 26, 26, "番号が続いていません", id="a lost middle heading"
        ),
        pytest.param(
            [*COMPACT, "(2) 福祉"], 26, 26, "取組がありません", id="a heading with nothing below"
        ),
        pytest.param(
            [*COMPACT[:16], "(2) 福祉", *COMPACT[16:]],
            16,
            16,
            "下に取組がありません",
            id="a heading followed by its sibling",
        ),
        pytest.param(
            [*COMPACT[:14], *COMPACT[16:]], 15, 15, "分野の見出し", id="rows without headings"
        ),
        pytest.param(COMPACT[:14], 14, 14, "取組がありません", id="an annex without rows"),
    ],
)
def test_a_table_that_cannot_be_read_is_an_error_naming_its_lines(lines, first, last, says):
    with pytest.raises(ParseError, match=says) as caught:
        parse(document(lines))
    error = caught.value
    assert (error.file, error.first_line, error.last_line) == ("small.txt", first, last)
