"""What holds for both compacts: nothing lost, nothing added, and no crash on broken documents."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ParseError
from index.parsing import agreement_text, compact_table
from index.parsing.articles import read_body
from index.records import CompactRole, Parsed, Section, SourceDocument
from index.seeds import read_sources

SEEDS = {d.key: d for d in read_sources(Path(__file__).parents[1] / "seeds")}
PARSERS = {"biei-compact": compact_table.parse, "minamisorachi-agreement": agreement_text.parse}
both = pytest.mark.parametrize("key", PARSERS)

BODY = [
    "連携協約",
    "東市（以下「甲」という。）と西町（以下「乙」という。）は、次のとおり協約（以下「本約」という。）を",
    "締結する。",
    "（目的）",
    "第1条 この協約は、暮らしを支えることを",
    "",
    "目的とする。この場合において、次の事項を行う。",
    "- (1) 医療",
    "- (2) 福祉",
    "2 前項の費用は、甲が負担する。",
    "(疑義)",
    "第2条 疑義は、協議する。",
    "この協約の締結を証するため、本書2通を作成する。",
    "令和5年4月1日",
    "東市1番地",
    "甲 東市",
    "東市長",
    "東野一郎",
    "西郡西町 2 番地",
    "乙 西町",
    "西町長 西 川 花 子",
    "別表（第1条関係）",
]


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


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", re.sub(r"</?[a-z][^<>]*>", "", text))


def content(line: str) -> str:
    """What a line says: of a table row its last cell, without the parties that head its parts."""
    if re.fullmatch(r"[-\t]+", line):
        return ""
    if "\t" in line:
        line = re.sub(r"【[^【】]*】", "", line.rpartition("\t")[2])
    return squeezed(line)


def assert_conserved(source: SourceDocument, parsed: Parsed) -> None:
    """Every character at a record's lines is in the records, once and in order."""
    spans = sorted({(r.span.first_line, r.span.last_line) for r in parsed.records})
    covered = [n for first, last in spans for n in range(first, last + 1)]
    assert len(covered) == len(set(covered))
    printed = "".join(content(source.lines[n - 1]) for n in covered)
    texts = dict.fromkeys((r.span.first_line, r.text) for r in parsed.records)
    assert "".join(squeezed(text) for _, text in texts) == printed


@both
def test_every_record_is_found_word_for_word_at_its_lines(key):
    for record in PARSERS[key](SEEDS[key]).records:
        lines = SEEDS[key].lines[record.span.first_line - 1 : record.span.last_line]
        assert squeezed(record.text) in squeezed("".join(lines))
        assert lines[0].strip()
        assert lines[-1].strip()


@both
def test_no_character_is_lost_or_added(key):
    assert_conserved(SEEDS[key], PARSERS[key](SEEDS[key]))


@both
def test_every_line_is_in_a_record_or_a_heading_or_separates_table_rows(key):
    records = PARSERS[key](SEEDS[key]).records
    covered = {n for r in records for n in range(r.span.first_line, r.span.last_line + 1)}
    headings = {part for r in records if isinstance(r, Section) for part in r.heading}
    # An article's caption is printed above it, and is the end of its heading here.
    headings |= {re.sub(r"^第\d条（(.*)）$", r"（\1）", heading) for heading in headings}
    outside = [
        re.sub(r"^[（(](.*)[）)]$", r"（\1）", line)
        for number, line in enumerate(SEEDS[key].lines, 1)
        if line.strip() and number not in covered and not re.fullmatch(r"-+\t-+\t-+", line)
    ]
    assert [line for line in outside if line not in headings] == []


@both
def test_every_record_has_an_id_of_its_own(key):
    records = PARSERS[key](SEEDS[key]).records
    assert len({record.id for record in records}) == len(records)


@both
def test_a_role_has_the_headings_of_its_initiatives_content(key):
    records = PARSERS[key](SEEDS[key]).records
    fields = {
        r.heading[-2]: " > ".join(r.heading[1:-2])
        for r in records
        if isinstance(r, Section) and r.heading[0].startswith("別表")
    }
    roles = [r for r in records if isinstance(r, CompactRole)]
    assert {role.initiative: role.field for role in roles} == fields


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("biei-compact", "経なければならぬ。"),
        ("minamisorachi-agreement", "協議により合意を得るものとする。"),
    ],
)
def test_the_seven_articles_are_sections_with_number_and_caption(key, says):
    sections = [r for r in PARSERS[key](SEEDS[key]).records if isinstance(r, Section)]
    articles = [s for s in sections if re.fullmatch(r"第\d条（.+）", s.heading[0])]
    assert [a.heading[0][:3] for a in articles] == [f"第{n}条" for n in range(1, 8)]
    assert articles[5].text.endswith(says)


def test_a_broken_sentence_is_joined_and_paragraphs_and_items_get_a_line_each():
    sections = {section.heading: section for section in read_body(document(BODY)).records}
    first = sections["第1条（目的）",]
    assert first.text == (
        "第1条 この協約は、暮らしを支えることを目的とする。この場合において、次の事項を行う。\n"
        "- (1) 医療\n- (2) 福祉\n2 前項の費用は、甲が負担する。"
    )
    assert (first.span.first_line, first.span.last_line) == (5, 10)
    assert sections["第2条（疑義）",].text == "第2条 疑義は、協議する。"
    assert sections["締結日",].text == "令和5年4月1日"
    assert sections["締結者", "甲 東市"].text == "東市1番地\n甲 東市\n東市長 東野一郎"
    assert sections["締結者", "乙 西町"].text == "西郡西町2番地\n乙 西町\n西町長 西川花子"


def test_the_parties_are_the_subject_of_the_preamble_and_no_other_term():
    assert read_body(document(BODY)).parties == {"甲": ("東市",), "乙": ("西町",)}


def test_a_cover_that_repeats_the_title_is_told_from_it():
    body = read_body(document(["連携協約", "令和5年4月1日", "東市、", "西町", *BODY]))
    cover, title = body.records[:2]
    assert (cover.heading, cover.text) == (("表紙",), "連携協約\n令和5年4月1日\n東市、西町")
    assert (title.heading, title.span.first_line) == (("表題",), 5)


def without(*numbers: int) -> list[str]:
    return [line for n, line in enumerate(BODY, 1) if n not in numbers]


def with_line(number: int, line: str) -> list[str]:
    return [*BODY[: number - 1], line, *BODY[number:]]


@pytest.mark.parametrize(
    ("lines", "first", "last", "says"),
    [
        pytest.param([""], 1, 1, "前文が見つかりません", id="an empty document"),
        pytest.param(without(1), 1, 1, "表題がありません", id="no title"),
        pytest.param(
            with_line(2, "東（以下「甲」という。）は、"), 2, 3, "どの市町村か", id="no municipality"
        ),
        pytest.param(
            with_line(2, "東市（以下「甲」という。）と東市（以下「乙」という。）は、"),
            2,
            3,
            "「乙」がどの市町村か",
            id="a municipality with two labels",
        ),
        pytest.param(without(4), 4, 4, "上に見出しがありません", id="no caption"),
        pytest.param(with_line(12, "（雑則）"), 12, 12, "次に条文がありません", id="no article"),
        pytest.param(
            [*BODY[:12], "（雑則）", *BODY[12:]], 13, 13, "次に条文がありません", id="caption last"
        ),
        pytest.param(with_line(12, "第3条 疑義は、協議する。"), 12, 12, "条の番号", id="a gap"),
        pytest.param(with_line(10, "3 費用は、甲が負担する。"), 10, 10, "項や号", id="paragraph 3"),
        pytest.param(without(8), 8, 8, "項や号の番号", id="item 2 without item 1"),
        pytest.param(with_line(12, "第2条 \t疑義は"), 12, 12, "表の行", id="a row among articles"),
        pytest.param(without(13), 4, 21, "後文が見つかりません", id="no closing"),
        pytest.param(without(14), 14, 21, "締結日が見つかりません", id="no date"),
        pytest.param(without(22), 15, 21, "別表が見つかりません", id="no annex"),
        pytest.param(without(15), 15, 18, "署名として読めません", id="no address"),
        pytest.param(with_line(15, "南市1番地"), 15, 18, "署名として", id="another's address"),
        pytest.param(with_line(17, "西町長"), 15, 18, "署名として", id="another's office"),
        pytest.param(with_line(18, "46番地"), 15, 18, "東市長の氏名", id="no name"),
        pytest.param(without(21), 19, 20, "署名が途中で", id="a signature cut short"),
        pytest.param(without(19, 20, 21), 18, 18, "西町の署名がありません", id="unsigned"),
        pytest.param(
            [*BODY[:18], *BODY[14:]], 19, 19, "東市の署名が2つ", id="a party that signs twice"
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_an_error_naming_its_lines(lines, first, last, says):
    with pytest.raises(ParseError, match=says) as caught:
        read_body(document(lines))
    error = caught.value
    assert (error.file, error.first_line, error.last_line) == ("small.txt", first, last)


def test_an_article_that_stops_before_its_full_stop_is_doubted():
    doubts = read_body(document(with_line(12, "第2条 疑義は、協議"))).doubts
    assert [(d.span.first_line, d.span.last_line) for d in doubts] == [(12, 12)]


@both
@pytest.mark.parametrize("separator", ["\n\n", "\n \u3000\n"])
def test_more_blank_lines_change_the_lines_of_records_and_nothing_else(key, separator):
    source = SEEDS[key]
    spread = replace(source, text=source.text.replace("\n", separator))
    before, after = PARSERS[key](source).records, PARSERS[key](spread).records
    assert [(r.id, r.text) for r in before] == [(r.id, r.text) for r in after]
    assert [2 * r.span.first_line - 1 for r in before] == [r.span.first_line for r in after]


@both
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_document_is_read_without_loss_or_refused(key, data):
    lines = SEEDS[key].lines
    places = st.integers(0, len(lines) - 1)
    for _ in range(data.draw(st.integers(1, 4))):
        kind = data.draw(st.sampled_from(["delete", "swap", "repeat", "cut", "blank"]))
        a, b = data.draw(places) % len(lines), data.draw(places) % len(lines)
        if kind == "delete":
            lines = lines[:a] + lines[a + 1 :]
        elif kind == "swap":
            lines[a], lines[b] = lines[b], lines[a]
        elif kind == "repeat":
            lines = [*lines[:a], lines[b], *lines[a:]]
        elif kind == "cut":
            lines[a] = lines[a][: data.draw(st.integers(0, len(lines[a])))]
        else:
            lines = [*lines[:a], "", *lines[a:]]
    damaged = replace(SEEDS[key], text="\n".join(lines))
    try:
        parsed = PARSERS[key](damaged)
    except ParseError as error:
        named = (error.first_line, error.last_line)
    else:
        named = (1, 1)
        assert_conserved(damaged, parsed)
    assert 1 <= named[0] <= named[1] <= max(1, len(lines))


@both
@given(
    text=st.text() | st.lists(st.sampled_from([*BODY, "1 見出し", "\t甲の役割\t"])).map("\n".join)
)
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_compact_or_a_parse_error(key, text):
    try:
        parsed = PARSERS[key](replace(SEEDS[key], text=text))
    except ParseError:
        return
    assert parsed.records
