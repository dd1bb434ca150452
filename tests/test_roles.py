"""Who does what in the compacts: by party, initiative, field, and across both."""

from __future__ import annotations

import pytest

from assistant.engine import Assistant
from assistant.results import Answer


def ask(assistant: Assistant, question: str) -> Answer:
    return assistant.ask([question])[0]


def cited(answer: Answer) -> list[str]:
    return [citation.record for citation in answer.citations if citation.no is None]


@pytest.mark.parametrize(
    ("question", "record"),
    [
        ("図書館の相互利用で美瑛町は何をする？", "biei-compact/図書館相互のネットワーク化/乙"),
        ("空港の利用を増やすための甲の役割", "biei-compact/旭川空港の利用拡大/甲"),
        ("要約筆記者の養成で乙が負担するもの", "biei-compact/要約筆記者の養成/乙"),
        (
            "公共交通について岩見沢市の役割は",
            "minamisorachi-agreement/地域公共交通の維持確保と利用促進/岩見沢市",
        ),
    ],
)
def test_a_party_and_a_topic_lead_to_one_role(
    assistant: Assistant, question: str, record: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "role"
    assert cited(answer) == [record]
    text = "".join(getattr(assistant.index.records[record], "text", "?").split())
    assert text in "".join(answer.text.split())


def test_the_leading_city_is_meant_in_both_compacts(assistant: Assistant) -> None:
    answer = ask(assistant, "防災で中心市は何をする？")
    assert cited(answer) == [
        "minamisorachi-agreement/地域防災体制等の充実/岩見沢市",
        "biei-compact/防災体制の整備/甲",
    ] or cited(answer) == [
        "biei-compact/防災体制の整備/甲",
        "minamisorachi-agreement/地域防災体制等の充実/岩見沢市",
    ]


def test_all_roles_of_a_party_are_given_for_all(assistant: Assistant) -> None:
    records = cited(ask(assistant, "由仁町の役割をすべて教えて"))
    assert sorted(records) == sorted(
        role.id for role in assistant.answerer._desk.roles if role.party == "由仁町"
    )


def test_towns_that_share_a_text_are_named_together(assistant: Assistant) -> None:
    answer = ask(assistant, "南空知のICTインフラの取組で各市町の役割は？")
    assert len(cited(answer)) == 8
    assert answer.text.count("の役割は次のとおりです") == 1
    for name in ("夕張市", "美唄市", "三笠市", "南幌町", "由仁町", "長沼町", "栗山町", "月形町"):
        assert name in answer.text


def test_who_is_no_party_is_told_who_is(assistant: Assistant) -> None:
    answer = ask(assistant, "南空知の協定で美瑛町の役割は？")
    assert answer.kind == "not_found"
    assert "岩見沢市" in answer.text
    assert not answer.citations


def test_a_department_in_charge_is_no_role_of_the_city(assistant: Assistant) -> None:
    answer = ask(assistant, "旭川市動物愛護センターが担当する協定は？")
    assert answer.nos == (162, 163)


@pytest.mark.parametrize(
    ("turn", "role"),
    [
        ("「防災体制の整備」では、甲の役割は？", "防災体制の整備/甲"),
        ("図書館では旭川市側は？", "図書館相互のネットワーク化/甲"),
        ("甲は、要約筆記者の養成では何をする？", "要約筆記者の養成/甲"),
        ("空港の利用拡大では美瑛町の役目は？", "旭川空港の利用拡大/乙"),
        # Nobody is named: the party of before.
        ("防災では？", "防災体制の整備/乙"),
    ],
)
def test_the_party_named_with_another_initiative_is_meant(
    assistant: Assistant, turn: str, role: str
) -> None:
    first = "美瑛町との協約の「移住定住の促進」で、乙の役割は？"
    answer = assistant.ask([first, turn])[1]
    assert answer.kind == "role"
    assert cited(answer) == [f"biei-compact/{role}"]


@pytest.mark.parametrize(
    "question",
    [
        "南空知のバスの取組で、岩見沢市を除く市や町の役割は？",
        "南空知で住民の足を確保する取組、岩見沢市以外の自治体は何を担う？",
    ],
)
def test_who_is_left_out_says_nothing_of_the_initiative(
    assistant: Assistant, question: str
) -> None:
    answer = ask(assistant, question)
    of = "minamisorachi-agreement/地域公共交通の維持確保と利用促進/"
    towns = ["夕張市", "美唄市", "三笠市", "南幌町", "由仁町", "長沼町", "栗山町", "月形町"]
    assert sorted(cited(answer)) == sorted(of + town for town in towns)
