"""What a question leaves out, sets aside or counts as well, and what a column is to say as a whole.

The rows are those that a plain loop over the table finds.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.engine import Assistant
from index.normalization import without_space
from index.records import Agreement

Holds = Callable[[Agreement], bool]


def _party(row: Agreement, name: str) -> bool:
    return name in without_space(row.partner)


def _year(row: Agreement, year: int) -> bool:
    day = row.concluded
    return (day.year if day.month > 3 else day.year - 1) == year


def _expect(assistant: Assistant, question: str, holds: Holds) -> None:
    wanted = [no for no, row in assistant.agreements.items() if holds(row)]
    answer = assistant.ask([question])[0]
    assert wanted
    assert sorted(answer.nos) == wanted, answer.interpretation


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        (
            "消防本部の協定のうち、名称に「応援」と付くものを除いた件数は",
            lambda row: row.department == "消防本部" and "応援" not in row.title,
        ),
        (
            "名称に医療と付く協定を外すと、令和4年度は何件",
            lambda row: _year(row, 2022) and "医療" not in row.title,
        ),
        (
            "相手方に当麻町が入っていて、上川町の名前がないもの",
            lambda row: _party(row, "当麻町") and not _party(row, "上川町"),
        ),
        (
            "比布町の名前はあるが愛別町の名前は見当たらない協定を挙げて",
            lambda row: _party(row, "比布町") and not _party(row, "愛別町"),
        ),
        (
            "相手方の名前に「株式会社」がない、経済部の協定は何件",
            lambda row: row.department == "経済部" and not _party(row, "株式会社"),
        ),
        (
            "名称に「災害」も「避難」も入っていない防災課の協定",
            lambda row: (
                row.section == "防災課" and "災害" not in row.title and "避難" not in row.title
            ),
        ),
        (
            "名称が「協定書」で終わらない環境部の協定は何件",
            lambda row: row.department == "環境部" and not row.title.endswith("協定書"),
        ),
        (
            "No.183とNo.182以外の廃棄物政策課の協定",
            lambda row: row.section == "廃棄物政策課" and row.no not in (182, 183),
        ),
        (
            "ローソンと佐川急便以外の株式会社との、経済部の協定",
            lambda row: (
                row.department == "経済部"
                and _party(row, "株式会社")
                and not _party(row, "ローソン")
            ),
        ),
        (
            "消防本部の協定から、名称に「応援」が入るものを引いた件数",
            lambda row: row.department == "消防本部" and "応援" not in row.title,
        ),
        (
            "令和5年度に結んだ協定で、防災課のものではない協定の件数",
            lambda row: _year(row, 2023) and row.section != "防災課",
        ),
    ],
)
def test_what_is_left_out_is_in_no_row(assistant: Assistant, question: str, holds: Holds) -> None:
    _expect(assistant, question, holds)


def test_words_in_a_row_are_left_out_each_by_itself(assistant: Assistant) -> None:
    def nos(question: str) -> set[int]:
        return set(assistant.ask([question])[0].nos)

    whole, water, snow = nos("土木部の協定は何件"), nos("水道の協定は何件"), nos("清掃の協定は何件")
    assert whole & snow
    assert nos("水道や清掃を除いた土木部の協定は何件") == whole - water - snow


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("コープさっぽろ（イオンやツルハではなく）が相手方の協定", "コープさっぽろが相手方の協定"),
        ("企業ではなく大学との協定は何件", "大学との協定は何件"),
        (
            "長寿社会課に限らず、名称に「見守り」が入る協定は何件",
            "名称に「見守り」が入る協定は何件",
        ),
        ("NPO法人との協定は何件。連名の協定も数えます", "NPO法人との協定は何件"),
        ("連名でも単独でも、医療法人との協定は何件", "医療法人との協定は何件"),
        ("No.94ではなくNo.109の相手方は", "No.109の相手方は"),
        ("非公表のものも加えて、避難所の協定は何件", "避難所の協定は何件"),
    ],
)
def test_what_is_set_aside_or_counts_as_well_makes_no_condition(
    assistant: Assistant, question: str, plain: str
) -> None:
    answer, wanted = assistant.ask([question])[0], assistant.ask([plain])[0]
    assert wanted.nos
    assert answer.nos == wanted.nos, answer.interpretation


def test_an_exception_in_brackets_parts_no_name_from_what_is_said_of_it(
    assistant: Assistant,
) -> None:
    universities = set(assistant.ask(["大学との協定は何件"])[0].nos)
    answer = assistant.ask(["大学（旭川医科大学は除く）との協定は何件"])[0]
    held = {n for n in universities if not _party(assistant.agreements[n], "旭川医科大学")}
    assert set(answer.nos) == held < universities


def test_a_question_that_asks_whether_it_is_not_so_leaves_nothing_out(assistant: Assistant) -> None:
    _expect(assistant, "これは美瑛町との協定ではないですか", lambda row: _party(row, "美瑛町"))


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("鷹栖町だけが相手方の協定はどれ", lambda row: row.partners == ("鷹栖町",)),
        ("相手方が美瑛町と東川町のみの協定", lambda row: False),
        (
            "旭川医科大学とだけ結んでいる協定",
            lambda row: len(row.partners) == 1 and _party(row, "旭川医科大学"),
        ),
    ],
)
def test_who_is_the_only_party_stands_alone(
    assistant: Assistant, question: str, holds: Holds
) -> None:
    wanted = [no for no, row in assistant.agreements.items() if holds(row)]
    assert sorted(assistant.ask([question])[0].nos) == wanted


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        (
            "目的が「災害時の応援」だけの協定は何件",
            lambda row: without_space(row.purpose) == "災害時の応援",
        ),
        (
            "災害時の応援という目的の協定は何件ですか",
            lambda row: without_space(row.purpose) == "災害時の応援",
        ),
        (
            "内容の欄が「福祉避難所の設置運営」となっている協定",
            lambda row: without_space(row.content) == "福祉避難所の設置運営",
        ),
        (
            "目的欄に「ごみ」が含まれる協定は何件",
            lambda row: "ごみ" in without_space(row.purpose),
        ),
        (
            "名称が「基本協定」と完全に一致する協定",
            lambda row: without_space(row.title) == "基本協定",
        ),
        ("目的の記載がない協定は何件", lambda row: "明記なし" in row.purpose),
        ("目的が空欄の協定を挙げて", lambda row: "明記なし" in row.purpose),
        ("目的に何も書かれていない協定の一覧", lambda row: "明記なし" in row.purpose),
    ],
)
def test_a_column_says_a_text_as_a_whole_or_holds_it(
    assistant: Assistant, question: str, holds: Holds
) -> None:
    _expect(assistant, question, holds)


def test_no_row_has_an_empty_content(assistant: Assistant) -> None:
    answer = assistant.ask(["内容が空欄の協定は何件"])[0]
    assert (answer.kind, answer.number) == ("not_found", 0)


@pytest.mark.parametrize(
    ("question", "parties"),
    [
        ("地域公共交通で、岩見沢市以外の町がすることは？", {"夕張市", "月形町"}),
        ("地域公共交通で、岩見沢市と夕張市を除く市町の役割は？", {"三笠市", "月形町"}),
        ("地域公共交通で、岩見沢市ではなく美唄市の役割は？", {"美唄市"}),
    ],
)
def test_parties_that_are_left_out_have_no_role_in_the_answer(
    assistant: Assistant, question: str, parties: set[str]
) -> None:
    answer = assistant.ask([f"南空知の協定の{question}"])[0]
    cited = {citation.record.rsplit("/", 1)[1] for citation in answer.citations}
    assert answer.kind == "role"
    assert parties <= cited
    assert "岩見沢市" not in cited
