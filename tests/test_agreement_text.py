"""The agreement of nine municipalities: one collective party, roles grouped under 【 】."""

import json
from datetime import date
from pathlib import Path

import pytest

from index.errors import ParseError
from index.parsing.agreement_text import parse
from index.records import CompactRole, Section, SourceDocument, record_to_json
from index.seeds import read_sources

HERE = Path(__file__).parent
NINE = (
    "岩見沢市",
    "夕張市",
    "美唄市",
    "三笠市",
    "南幌町",
    "由仁町",
    "長沼町",
    "栗山町",
    "月形町",
)
AGREEMENT = [
    "地域の協定",
    "東市、西町、南村（以下「構成市町村」という。）は、次のとおり協定を締結する。",
    "（目的）",
    "第1条 この協定は、暮らしを支えることを目的とする。",
    "この協定の締結を証するため、本書3通を作成する。",
    "令和5年(2023年)4月1日",
    "東市1番地",
    "東市",
    "東市長 東野一郎",
    "西郡西町 2 番地",
    "西町",
    "西町長 西 川 花 子",
    "南郡南村3番地",
    "南村",
    "南村長 南",
    "別表（第1条関係）",
    "1 暮らし",
    "(1)防災",
    "防災体制の充実",
    "取組の方向性\t備えを進めていく。",
    '取組内容\t<ul style="list-style-type: none"> ・ 訓練の実施 ・ 連絡・調整の実施',
    "構成市町村の役割\t<p>【東市】</p> <ul> ・ 総合業務 ・ 広報 <p>【西町、南村】</p> <ul>・協力",
    "備考\t平常時に実施する。",
]


def document(lines: list[str]) -> SourceDocument:
    return SourceDocument(
        key="small",
        title="地域の協定",
        municipality="東市・西町・南村",
        kind="agreement-text",
        as_of=date(2023, 4, 1),
        file="small.txt",
        sha256="",
        text="\n".join(lines),
    )


@pytest.fixture(scope="module")
def minamisorachi() -> SourceDocument:
    documents = read_sources(HERE.parent / "seeds")
    return next(d for d in documents if d.key == "minamisorachi-agreement")


def test_the_agreement_reads_as_the_golden_records(minamisorachi):
    file = HERE / "golden" / "minamisorachi-agreement.json"
    golden = json.loads(file.read_text(encoding="utf-8"))
    parsed = [json.loads(json.dumps(record_to_json(r))) for r in parse(minamisorachi).records]
    assert [r for r in parsed if r not in golden] == []
    assert parsed == golden


def test_each_of_the_nine_municipalities_has_a_role_in_each_of_the_three_initiatives(
    minamisorachi,
):
    roles = [r for r in parse(minamisorachi).records if isinstance(r, CompactRole)]
    initiatives = (
        "地域防災体制等の充実",
        "地域公共交通の維持確保と利用促進",
        "ICTインフラの研究・活用",
    )
    assert [(r.initiative, r.party) for r in roles] == [
        (initiative, town) for initiative in initiatives for town in NINE
    ]
    assert all(role.party == role.party_name for role in roles)


def test_the_eight_other_towns_share_one_text_and_span(minamisorachi):
    roles = {r.id: r for r in parse(minamisorachi).records if isinstance(r, CompactRole)}
    shared = [roles[f"minamisorachi-agreement/ICTインフラの研究・活用/{t}"] for t in NINE[1:]]
    text = "・各市町における意見・各種情報の共有・その他、連携における各種協力"
    assert {role.text for role in shared} == {text}
    assert {(role.span.first_line, role.span.last_line) for role in shared} == {(154, 154)}


def test_all_nine_sign_and_letters_spaced_apart_are_put_together(minamisorachi):
    signatures = [
        record.text.split("\n")[1:]
        for record in parse(minamisorachi).records
        if isinstance(record, Section) and record.heading[0] == "締結者"
    ]
    assert signatures == [
        ["岩見沢市", "岩見沢市長 松野"],
        ["夕張市", "夕張市長 厚谷"],
        ["美唄市", "美唄市長 板東知文"],
        ["三笠市", "三笠市長 西城賢策"],
        ["南幌町", "南幌町長 大崎貞二"],
        ["由仁町", "由仁町長 松村諭"],
        ["長沼町", "長沼町長 齋藤良彦"],
        ["栗山町", "栗山町長 佐々木学"],
        ["月形町", "月形町長 上坂隆一"],
    ]


def test_names_too_short_to_be_whole_are_the_only_doubts(minamisorachi):
    doubts = parse(minamisorachi).doubts
    assert [d.span.first_line for d in doubts] == [57, 65]
    assert ["松野" in doubts[0].reason, "厚谷" in doubts[1].reason] == [True, True]


def test_a_note_is_there_only_where_the_document_has_one(minamisorachi):
    notes = [
        record.heading[-2]
        for record in parse(minamisorachi).records
        if isinstance(record, Section) and record.heading[-1] == "備考"
    ]
    assert notes == ["地域防災体制等の充実"]


def test_items_set_apart_get_a_line_each_and_the_middle_dot_of_a_word_stays():
    records = parse(document(AGREEMENT)).records
    content = next(r for r in records if isinstance(r, Section) and r.heading[-1] == "取組内容")
    assert content.text == "・ 訓練の実施\n・ 連絡・調整の実施"
    roles = [(r.party, r.text) for r in records if isinstance(r, CompactRole)]
    assert roles == [("東市", "・ 総合業務\n・ 広報"), ("西町", "・協力"), ("南村", "・協力")]


def test_a_cell_continued_in_a_row_without_a_key_spans_both_rows():
    lines = [*AGREEMENT[:19], "取組の方向性\t備えを進", "\tめていく。", *AGREEMENT[20:]]
    records = parse(document(lines)).records
    aim = next(r for r in records if isinstance(r, Section) and r.heading[-1] == "取組の方向性")
    assert (aim.text, aim.span.first_line, aim.span.last_line) == ("備えを進めていく。", 20, 21)


def with_line(number: int, line: str) -> list[str]:
    return [*AGREEMENT[: number - 1], line, *AGREEMENT[number:]]


def without(*numbers: int) -> list[str]:
    return [line for n, line in enumerate(AGREEMENT, 1) if n not in numbers]


@pytest.mark.parametrize(
    ("lines", "first", "last", "says"),
    [
        pytest.param(without(19), 19, 19, "どの取組の欄か", id="rows without an initiative"),
        pytest.param(without(22), 19, 22, "構成市町村の役割の欄", id="an initiative without roles"),
        pytest.param(without(21), 19, 22, "取組内容の欄", id="an initiative without content"),
        pytest.param(
            with_line(22, "構成市町村の役割\t【東市】・業務 【西町】・協力"),
            22,
            22,
            "南村の役割がありません",
            id="a municipality without a role",
        ),
        pytest.param(
            with_line(22, "構成市町村の役割\t【東市】・業務 【西町、南村、北市】・協力"),
            22,
            22,
            "「北市」の役割を読み取れません",
            id="a municipality that isn't a party",
        ),
        pytest.param(
            with_line(22, "構成市町村の役割\t【東市、西町】・業務 【西町、南村】・協力"),
            22,
            22,
            "「西町」の役割を読み取れません",
            id="a municipality with two roles",
        ),
        pytest.param(
            with_line(22, "構成市町村の役割\t【東市】 【西町、南村】・協力"),
            22,
            22,
            "「東市」の役割を読み取れません",
            id="a role without text",
        ),
        pytest.param(
            with_line(22, "構成市町村の役割\t・業務 【東市、西町、南村】・協力"),
            22,
            22,
            "【市町村名】で始まっていません",
            id="a role of nobody",
        ),
        pytest.param(
            with_line(22, "連携市町の役割\t【東市、西町、南村】・協力"),
            22,
            22,
            "「連携市町の役割」という欄は読めません",
            id="a collective name that the preamble doesn't know",
        ),
        pytest.param(
            [*AGREEMENT, *AGREEMENT[18:]], 24, 24, "19行にもあります", id="an initiative twice"
        ),
        pytest.param(
            with_line(19, "締結者"),
            22,
            22,
            "「small/締結者/東市」が2つあります",
            id="a role with the id of a signature",
        ),
        pytest.param(with_line(20, "取組の方向性\t"), 20, 20, "2列", id="an empty cell"),
        pytest.param(with_line(20, "\t続きの文。"), 20, 20, "どの欄の続き", id="a stray rest"),
    ],
)
def test_an_annex_that_cannot_be_read_is_an_error_naming_its_lines(lines, first, last, says):
    with pytest.raises(ParseError, match=says) as caught:
        parse(document(lines))
    error = caught.value
    assert (error.file, error.first_line, error.last_line) == ("small.txt", first, last)
