"""A conversation's address brings the conversation back, whatever else stands in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.pages.links import (
    LINKED_LENGTH,
    LINKED_TURNS,
    Turn,
    linkable,
    read_link,
    write_link,
)

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
TALKS = st.lists(st.builds(Turn, NAMES, st.frozensets(NAMES, max_size=3)), max_size=LINKED_TURNS)


@given(TALKS)
def test_a_conversation_comes_back_as_it_was(talk: list[Turn]) -> None:
    assert read_link(*write_link(talk)) == talk


@given(st.lists(st.text(max_size=5), max_size=15), st.lists(st.text(max_size=12), max_size=5))
def test_any_address_is_read(questions: list[str], off: list[str]) -> None:
    talk = read_link(questions, off)
    assert [turn.question for turn in talk] == questions[-LINKED_TURNS:]


def test_what_was_taken_off_keeps_its_question_when_earlier_ones_are_cut() -> None:
    questions = [str(number) for number in range(LINKED_TURNS + 2)]
    talk = read_link(questions, [f"{LINKED_TURNS + 2}:部局＝環境部"])
    assert talk[-1] == Turn(questions[-1], frozenset({"部局＝環境部"}))
    assert not any(turn.dropped for turn in talk[:-1])


def test_an_address_stays_short_enough_for_servers() -> None:
    talk = [Turn("長" * 400) for _ in range(8)]
    kept = linkable(talk)
    assert sum(len(turn.question) for turn in kept) <= LINKED_LENGTH
    assert kept == talk[-3:]
