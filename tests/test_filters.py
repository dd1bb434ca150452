"""The filters in force are named, and each can be taken off."""

from __future__ import annotations

from assistant.engine import Assistant

ASKED = "環境部が令和5年度に結んだ協定は何件？"
PLACE, TIME = "部局＝環境部", "締結年度＝令和5年度"


def test_an_answer_names_the_filters_in_force(assistant: Assistant) -> None:
    assert sorted(assistant.ask([ASKED])[0].filters) == sorted([PLACE, TIME])
    assert assistant.ask(["協定は全部で何件？"])[0].filters == ()


def test_without_a_filter_it_is_the_question_without_it(assistant: Assistant) -> None:
    for off, same in (
        ({TIME}, "環境部の協定は何件？"),
        ({PLACE}, "令和5年度に結んだ協定は何件？"),
        ({PLACE, TIME}, "協定は全部で何件？"),
    ):
        answer = assistant.ask([ASKED], [off])[0]
        assert (answer.number, answer.nos) == (
            assistant.ask([same])[0].number,
            assistant.ask([same])[0].nos,
        )


def test_what_is_not_in_force_changes_nothing(assistant: Assistant) -> None:
    plain = assistant.ask([ASKED])
    assert assistant.ask([ASKED], [{"部局＝土木部", "x' OR 1=1"}, {PLACE}]) == plain


def test_later_questions_go_on_from_what_is_left(assistant: Assistant) -> None:
    narrowed = assistant.ask([ASKED, "じゃあ土木部は？"], [{TIME}])[1]
    assert narrowed.number == assistant.ask(["土木部の協定は何件？"])[0].number
    first, oldest = assistant.ask([ASKED, "そのうち一番古いのは？"], [{PLACE}])
    days = {no: assistant.agreement(no).concluded for no in first.nos}
    assert set(oldest.nos) == {no for no in days if days[no] == min(days.values())}
    assert set(oldest.nos) != set(assistant.ask([ASKED, "そのうち一番古いのは？"])[1].nos)


def test_alternatives_are_one_filter(assistant: Assistant) -> None:
    (answer,) = assistant.ask(["環境部か経済部の協定は何件？"])
    assert answer.filters == ("部局＝環境部または経済部",)
    assert assistant.ask(["環境部か経済部の協定は何件？"], [set(answer.filters)])[0].number == len(
        assistant.agreements
    )
