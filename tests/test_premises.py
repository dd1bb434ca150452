"""What questions take for granted is checked against the row; expected values read by hand."""

from __future__ import annotations

import unicodedata

import pytest

from assistant.engine import Assistant
from assistant.refusing.premises import asks_whether
from assistant.results import Answer


def ask(assistant: Assistant, question: str) -> Answer:
    return assistant.ask([question])[0]


def cited(answer: Answer) -> set[int]:
    return {c.no for c in answer.citations if c.no is not None}


@pytest.mark.parametrize(
    ("question", "no", "truth"),
    [
        ("昭和に結ばれたNo.88の相手方は", 88, "H30.4.12"),
        ("No.215は平成20年の締結ですが、目的は", 215, "H27.12.8"),
        ("5月に締結したNo.221の担当課は", 221, "H26.3.11"),
        ("No.123はコープさっぽろとの協定だそうですが、いつ結ばれましたか", 123, "イトーヨーカ堂"),
        ("ツルハと結んだNo.222の内容を教えて", 222, "ニップン"),
        ("土木部が所管するNo.304の相手方は", 304, "社会教育部"),
        ("No.302のレジ袋削減の協定の相手は誰ですか", 302, "高所消防活動"),
        ("No.180のレジ袋辞退率が90%になった理由は", 180, "100%"),
    ],
)
def test_a_false_premise_gets_the_true_value_with_its_row(
    assistant: Assistant, question: str, no: int, truth: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert "前提" in answer.text
    assert truth in unicodedata.normalize("NFKC", answer.text)
    assert cited(answer) == {no}


@pytest.mark.parametrize(
    ("question", "no"),
    [
        ("平成に結ばれたNo.88の相手方は", 88),
        ("No.215は平成27年度の締結ですが、目的は", 215),
        ("3月に締結したNo.221の担当課は", 221),
        ("No.123はヨーカドーとの協定だそうですが、いつ結ばれましたか", 123),
        ("社会教育部が所管するNo.304の相手方は", 304),
        ("No.144のセブンイレブンの見守り協定の締結日は", 144),
        ("No.304の図書館の協定の目的は", 304),
        ("No.302の消防の協定の相手は誰ですか", 302),
        ("No.94とNo.109ではどちらが先に結ばれましたか", 94),
        ("No.59の北海道との協定の担当は", 59),
    ],
)
def test_a_right_or_a_loose_description_is_no_false_premise(
    assistant: Assistant, question: str, no: int
) -> None:
    answer = ask(assistant, question)
    assert answer.kind != "not_found"
    assert no in cited(answer)


@pytest.mark.parametrize(
    ("question", "beginning", "truth"),
    [
        ("No.88は平成の締結ですか", "はい", "H30.4.12"),
        ("No.88は令和の締結ですか", "いいえ", "H30.4.12"),
        ("No.123の相手はイトーヨーカ堂ですか", "はい", "イトーヨーカ堂"),
        ("No.123はローソンとの協定でしょうか", "いいえ", "イトーヨーカ堂"),
        ("No.304は社会教育部の所管ですか", "はい", "社会教育部"),
        ("No.304は消防本部の担当ですよね", "いいえ", "社会教育部"),
    ],
)
def test_whether_it_is_so_is_answered_yes_or_no_with_the_row(
    assistant: Assistant, question: str, beginning: str, truth: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "attribute"
    assert answer.text.startswith(f"{beginning}。")
    assert truth in answer.text


@pytest.mark.parametrize("question", ["いつの締結ですか", "どこが担当ですか", "何のためですか"])
def test_an_open_question_asks_not_whether(question: str) -> None:
    assert not asks_whether(question)
    assert asks_whether("平成の締結ですか")


@pytest.mark.parametrize(
    ("question", "claimed", "true"),
    [
        ("農政部の8件の協定を教えて", 8, 3),
        ("建築部には協定が12件ありますが、一覧を見せて", 12, 2),
        ("花王との40件の協定を挙げて", 40, None),
    ],
)
def test_a_false_number_of_agreements_is_corrected(
    assistant: Assistant, question: str, claimed: int, true: int | None
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert f"{claimed} 件ではなく" in answer.text
    assert true is None or f"{true} 件です" in answer.text
    assert not answer.nos
    assert not answer.citations


def test_the_right_number_or_a_limit_claims_nothing_false(assistant: Assistant) -> None:
    answer = ask(assistant, "農政部の3件の協定を教えて")
    assert answer.kind == "list"
    assert answer.nos == (250, 251, 252)
    assert ask(assistant, "防災課の協定を新しい順に5件教えて").kind == "comparison"


def test_a_false_number_of_all_agreements_is_corrected(assistant: Assistant) -> None:
    answer = ask(assistant, "一覧には全部で412件あるそうですが、最も古いのは")
    assert answer.kind == "not_found"
    assert "329 件" in answer.text


def test_an_only_one_of_several_is_corrected(assistant: Assistant) -> None:
    answer = ask(assistant, "農政部の唯一の協定はどれですか")
    assert answer.kind == "not_found"
    assert "3 件です" in answer.text


@pytest.mark.parametrize(
    ("question", "truth"),
    [
        ("南空知圏域の協定書で砂川市の役割は何ですか", "当事者ではありません"),
        ("連携協約で比布町が負担するのは何ですか", "当事者ではありません"),
        ("南空知圏域の協定に参加する15の市町はどこ", "当事者は 15の市町ではありません"),
        ("平成30年に結ばれた美瑛町との連携協約の目的は", "令和4年1月12日"),
    ],
)
def test_a_false_premise_on_a_compact_is_corrected(
    assistant: Assistant, question: str, truth: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == "not_found"
    assert truth in answer.text
    assert answer.related


def test_whether_a_town_is_in_a_compact_is_answered(assistant: Assistant) -> None:
    answer = ask(assistant, "南空知圏域の協定に砂川市は参加していますか")
    assert answer.kind == "fact"
    assert answer.text.startswith("いいえ。")
    assert answer.citations


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("連携協約に署名した旭川市長の角和浩幸さんの役割は", "角和浩幸は美瑛町長です"),
        ("南空知の協定で由仁町長の齋藤良彦さんは何をしますか", "齋藤良彦は長沼町長です"),
        ("南空知の協定書を結んだ月形町長、板東知文さんの名前の読みは", "板東知文は美唄市長です"),
    ],
)
def test_who_signed_for_another_town_is_put_right(
    assistant: Assistant, question: str, right: str
) -> None:
    (answer,) = assistant.ask([question])
    assert answer.kind == "not_found"
    assert right in answer.text
    assert len(answer.related) == 2


def test_who_signed_with_whom_is_no_false_premise(assistant: Assistant) -> None:
    (answer,) = assistant.ask(["連携協約で旭川市長は角和浩幸町長と何を約束しましたか"])
    assert "お尋ねの前提と違う" not in answer.text
    (asked,) = assistant.ask(["連携協約に署名した美瑛町長は今津寛介さんですか"])
    assert asked.text.startswith("いいえ。今津寛介は旭川市長です")
