"""One detail out of a row or a text: the sentence that holds it is quoted, with its figure."""

from __future__ import annotations

import pytest

from assistant.engine import Assistant
from assistant.quotes import heading_of, with_items
from assistant.results import Answer
from assistant.searching.figures import asked_for, units_asked
from index.normalization import without_space
from index.records import Agreement


def ask(assistant: Assistant, question: str) -> Answer:
    return assistant.ask([question])[0]


def told(row: Agreement) -> str:
    return without_space("\n".join((row.title, row.purpose, row.content)))


# Figures that rows are to state


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("レジ袋辞退率が90%のスーパーの協定", ("90%",)),
        ("辞退率を80%とするマイバッグの協定を挙げて", ("80%",)),
        ("マイバッグの協定で辞退率85%以上なのは", ("85%", "90%", "100%")),
        ("レジ袋辞退率を85%より低くしている協定", ("80%",)),
    ],
)
def test_rows_are_found_by_the_figure_that_they_state(
    assistant: Assistant, question: str, figures: tuple[str, ...]
) -> None:
    wanted = [
        no
        for no, row in assistant.agreements.items()
        if "レジ袋" in told(row) and any(f"率を{figure}" in told(row) for figure in figures)
    ]
    answer = ask(assistant, question)
    assert wanted
    assert sorted(answer.nos) == wanted, answer.interpretation


def test_the_sentence_that_states_the_figure_is_quoted(assistant: Assistant) -> None:
    answer = ask(assistant, "レジ袋の辞退率を100%にする協定")
    assert any("100％とする" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "kind"),
    [("協定が10件以上ある部局", "comparison"), ("農政部は全体の何%ですか", "comparison")],
)
def test_a_number_of_agreements_is_no_figure_of_a_row(
    assistant: Assistant, question: str, kind: str
) -> None:
    answer = ask(assistant, question)
    assert answer.kind == kind
    assert "記載" not in (answer.interpretation or "")


# A detail of a row


@pytest.mark.parametrize(
    ("question", "no", "words"),
    [
        ("ホクレン商事がレジ袋で目指すのは何%ですか", 178, "80％"),
        ("非常時の話ではなく、ダイゼンは何%のレジ袋辞退を目標にしてますか", 181, "80％"),
        ("動物園のデザインのラッピングバスは少なくとも何年走るの", 239, "５年間以上"),
        ("No.239は何年続けますか", 239, "５年間以上"),
        ("すまいるマミィの家庭訪問は1回何時間ですか", 153, "２時間"),
        ("すまいるマミィの訪問は何週に1回", 153, "隔週１回"),
        ("便利帳を作る費用は市とサイネックスのどちらが持ちますか", 9, "費用を負担"),
    ],
)
def test_a_detail_is_told_by_the_sentence_that_holds_it(
    assistant: Assistant, question: str, no: int, words: str
) -> None:
    answer = ask(assistant, question)
    assert answer.nos == (no,), answer.interpretation
    assert words in answer.text
    assert any(words in citation.quote for citation in answer.citations)


def test_who_bears_a_cost_is_told_by_the_heading_over_it(assistant: Assistant) -> None:
    answer = ask(assistant, "緑道ワークスの保険に入る費用は誰が払いますか")
    assert "「(2)旭川市が行う活動」に「保険加入費用の負担」" in answer.text


def test_a_row_that_does_not_tell_it_is_an_honest_no(assistant: Assistant) -> None:
    assert ask(assistant, "No.239のバスは何台ですか").kind == "not_found"
    assert ask(assistant, "No.153の研修は何時間ですか").kind == "not_found"


def test_a_named_row_is_quoted_beyond_its_title(assistant: Assistant) -> None:
    answer = ask(assistant, "ベルコと結んだ緊急一時避難施設はどの建物なのか")
    assert "ベルクラシック旭川" in answer.text
    assert "旭川ベルコ会館" in answer.text


def test_an_item_has_the_heading_above_it_and_a_passage_the_list_below_it() -> None:
    text = "次に掲げる業務とする。\n(1)市の業務\n・貸与\n(2)相手方の業務\n・清掃\n以上"
    assert heading_of(text, "清掃") == "(2)相手方の業務"
    assert heading_of(text, "貸与") == "(1)市の業務"
    assert not heading_of(text, "(1)市の業務")
    assert with_items(text, "次に掲げる業務とする。") == text.removesuffix("\n以上")
    assert with_items("協力する。\n(1)物資", "協力する。") == "協力する。"


# A detail of another document


@pytest.mark.parametrize(
    ("question", "number", "unit"),
    [
        ("泉大津市の給食に出す有機米は年に何トン", 20, "トン"),
        ("泉大津市の学校給食で使う有機米の量は", 20, "トン"),
        ("美瑛町との協約の本書は何通を作成", 2, "通"),
        ("南空知の協定書は各自何通を保有しますか", 1, "通"),
    ],
)
def test_a_figure_of_a_text_is_the_answers_number(
    assistant: Assistant, question: str, number: float, unit: str
) -> None:
    answer = ask(assistant, question)
    assert (answer.number, answer.unit) == (number, unit)


def test_of_several_figures_in_a_sentence_the_clause_decides() -> None:
    passage = "運動会に生徒300人が参加し、保護者120人が見学した。"
    for asked, value in (("保護者は何人が見学", 120), ("参加した生徒は何人", 300)):
        figure = asked_for(asked, passage)
        assert figure is not None
        assert figure.value == value
    undecided = asked_for("全部で何人", passage)
    assert undecided is not None
    assert undecided.value is None


@pytest.mark.parametrize(
    ("question", "units"),
    [
        ("医療費は誰まで無料ですか", ()),
        ("給食費は何年生からですか", ("年生",)),
        ("除雪の予算額は", ("円",)),
        ("米の量を教えて", ("トン", "t", "kg", "キロ")),
    ],
)
def test_a_cost_that_is_only_spoken_of_is_no_amount_asked_for(
    question: str, units: tuple[str, ...]
) -> None:
    assert units_asked(question) == units


def test_what_a_text_tells_beside_a_cost_is_quoted(assistant: Assistant) -> None:
    answer = ask(assistant, "子どもの医療費は何年生まで無料になりますか")
    assert "中学生まで医療費を無償化" in answer.citations[0].quote


# Rows that are asked for by a name


def test_rows_of_another_river_are_no_answer(assistant: Assistant) -> None:
    answer = ask(assistant, "忠別川浄水場の機器の故障に備えた協定はどれですか")
    assert answer.nos
    assert all("忠別川" in told(assistant.agreements[no]) for no in answer.nos)


def test_a_count_of_rows_is_answered_by_no_other_document(assistant: Assistant) -> None:
    answer = ask(assistant, "泉大津市との、有機米の給食の協定は何件")
    assert answer.kind == "not_found"
    assert all("泉大津" in citation.label for citation in answer.citations)


def test_a_selection_by_who_bears_a_cost_asks_for_rows(assistant: Assistant) -> None:
    answer = ask(assistant, "費用を市が負担する協定を探しています")
    assert answer.kind in ("lookup", "list")
