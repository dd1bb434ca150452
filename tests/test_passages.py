"""What of each record can be searched, and in which field it stands."""

from __future__ import annotations

from datetime import date

import pytest
from index_fixtures import SEEDS

from index.build import PARSERS
from index.passages import FIELDS, make_passages
from index.records import (
    Agreement,
    CompactRole,
    Record,
    Section,
    SourceDocument,
    SourceSpan,
    SurveyFact,
    kind_of,
)
from index.seeds import read_sources

SPAN = SourceSpan("doc", 3, 4)
DOCUMENTS = {
    "doc": SourceDocument("doc", "連携協約", "旭川市", "x", date(2024, 6, 1), "f", "0", "text")
}
AGREEMENT = Agreement(
    document="doc",
    no=7,
    department="防災安全部",
    section="防災課",
    title="災害時の協定",
    partner="株式会社A・株式会社B",
    partners=("株式会社A", "株式会社B"),
    purpose="備えるため",
    content="物資の提供",
    concluded=date(2004, 5, 14),
    concluded_text="H16.5.14",
    span=SPAN,
)
ROLE = CompactRole("doc", "生活 > 医療", "救急医療", "乙", "美瑛町", "負担する。", SPAN)
AIM = Section("doc", ("生活", "救急医療", "取組の内容"), "体制を保つ。", SourceSpan("doc", 1, 2))
FACT = SurveyFact("doc", "部局別", "防災安全部", 118.0, "件", SPAN)


def fields_of(record: Record, *others: Record) -> dict[str, str]:
    passages = make_passages([*others, record], DOCUMENTS)
    return dict(passages[-1].fields)


def test_an_agreement_keeps_its_columns_apart() -> None:
    assert fields_of(AGREEMENT) == {
        "title": "災害時の協定",
        "partner": "株式会社A・株式会社B",
        "purpose": "備えるため",
        "content": "物資の提供",
        "department": "防災安全部 防災課",
    }


def test_a_role_is_found_by_its_party_and_by_the_aim_of_its_initiative() -> None:
    found = fields_of(ROLE, AIM)
    assert found["title"] == "救急医療"
    assert found["partner"] == "乙 美瑛町"
    assert found["purpose"] == "体制を保つ。"
    assert found["content"] == "負担する。"
    assert "連携協約" in found["department"]
    assert "生活 > 医療" in found["department"]


def test_a_role_has_no_aim_from_another_initiative_or_document() -> None:
    other = Section("doc", ("生活", "図書館", "取組の内容"), "本を貸す。", SPAN)
    foreign = Section("else", ("生活", "救急医療", "取組の内容"), "別の文書。", SPAN)
    documents = {**DOCUMENTS, "else": DOCUMENTS["doc"]}
    passage = make_passages([other, foreign, ROLE], documents)[-1]
    assert dict(passage.fields)["purpose"] == ""


def test_several_notes_on_an_initiative_are_all_part_of_its_aim() -> None:
    note = Section("doc", ("生活", "救急医療", "備考"), "期間は1年。", SPAN)
    assert fields_of(ROLE, AIM, note)["purpose"] == "体制を保つ。\n期間は1年。"


@pytest.mark.parametrize(("value", "shown"), [(118.0, "118件"), (33.3, "33.3件")])
def test_a_figure_is_shown_as_printed(value: float, shown: str) -> None:
    fact = SurveyFact("doc", "部局別", "防災安全部", value, "件", SPAN)
    assert fields_of(fact) == {
        "title": "部局別 防災安全部",
        "content": shown,
        "department": "連携協約",
    }


def test_a_section_is_found_by_its_heading_its_text_and_its_document() -> None:
    section = Section("doc", ("第1章", "第2条", "目的"), "本文", SPAN)
    found = fields_of(section)
    assert "目的" in found["title"]
    assert found["content"] == "本文"
    assert "連携協約" in found["department"]
    for heading in section.heading:
        assert any(heading in text for text in found.values())


def test_a_passage_has_the_id_the_kind_and_the_place_of_its_record() -> None:
    records: list[Record] = [AIM, AGREEMENT, ROLE, FACT]
    passages = make_passages(records, DOCUMENTS)
    assert [passage.record for passage in passages] == [record.id for record in records]
    assert [passage.id for passage in passages] == [record.id for record in records]
    assert [passage.kind for passage in passages] == ["section", "agreement", "role", "fact"]
    assert [passage.span for passage in passages] == [record.span for record in records]


def test_the_text_of_a_passage_is_its_fields_line_by_line_without_empty_ones() -> None:
    passage = make_passages([ROLE], DOCUMENTS)[0]
    assert passage.text == "救急医療\n乙 美瑛町\n負担する。\n連携協約 生活 > 医療"


def test_every_record_of_the_real_documents_can_be_searched() -> None:
    documents = read_sources(SEEDS)
    records = [r for document in documents for r in PARSERS[document.kind](document).records]
    passages = make_passages(records, {document.key: document for document in documents})
    assert [passage.record for passage in passages] == [record.id for record in records]
    for record, passage in zip(records, passages, strict=True):
        assert passage.text.strip()
        assert {name for name, _ in passage.fields} <= set(FIELDS)
        if kind_of(record) in ("role", "section"):
            assert record.text in passage.text
