"""質問する: a conversation, each answer with its citations."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assistant.engine import Assistant
from assistant.pages.cards import answer_card
from assistant.pages.layout import heading, show_from, write
from assistant.pages.markup import element, notice
from assistant.pages.serving import ready
from assistant.question import MAX_LENGTH
from assistant.results import Answer

SUGGESTIONS = (
    "停電のときに電気を借りられる協定は？",
    "災害のとき段ボールベッドはどこが用意する？",
    "日本郵便との協定は？",
    "No.94の相手方は？",
    "災害対策の分野の協定は何件？",
)
# What of a conversation its link holds: servers refuse addresses that are too long.
LINKED_TURNS = 10
LINKED_LENGTH = 1500
# Of a question that is too long, only the beginning is shown again.
BEGINNING = 100


def show() -> None:
    """Draw the screen."""
    assistant = ready()
    heading(
        "質問する",
        "知りたいことを、ふだんの言葉で入力してください。協定の番号（No.94）や相手方の名前でも質問できます。",
    )
    conversation = st.container()
    # Within a container the field stays where it is put, instead of scrolling to the last line.
    with st.container(key="field"):
        typed = st.chat_input("例：断水のときの給水は？")
    turns = _conversation()
    question = typed or st.session_state.pop("picked", None)
    if question:
        turns = [*turns, question]
    answers = _answers(assistant, turns)
    # Only now: a conversation that made an error isn't kept, so the next question is free of it.
    st.session_state["turns"] = turns
    if question:
        _link(turns)
    with conversation:
        for turn, answer in zip(turns, answers, strict=True):
            _show_turn(assistant, turn, answer)
        if turns:
            st.button("新しい会話を始める", on_click=_forget)
            show_from(".question", len(turns))
            return
        write(element("h2", "質問の例"))
        st.pills(
            "質問の例（選ぶと質問します）",
            SUGGESTIONS,
            key="suggestion",
            on_change=_pick,
            label_visibility="collapsed",
        )


def _show_turn(assistant: Assistant, turn: str, answer: Answer) -> None:
    with st.chat_message("質問", avatar=":material/person:"):
        if len(turn) <= MAX_LENGTH:
            write(element("p", turn, css="question"))
        else:
            write(
                element("p", f"{turn[:BEGINNING]}…", css="question"),
                notice(f"{len(turn):,}字のうち、はじめの{BEGINNING}字を表示しています。"),
            )
    with st.chat_message("回答", avatar=":material/description:"):
        write(answer_card(assistant, answer))


def _conversation() -> list[str]:
    """The questions so far: those of the address, if it was opened as a link or by Back."""
    linked = st.query_params.get_all("q")[-LINKED_TURNS:]
    if linked and linked != st.session_state.get("linked"):
        st.session_state["linked"] = linked
        return linked
    turns: list[str] = st.session_state.get("turns", [])
    return turns


def _link(turns: list[str]) -> None:
    """Put the conversation's latest questions into the address."""
    linked: list[str] = []
    for turn in reversed(turns[-LINKED_TURNS:]):
        if sum(map(len, linked)) + len(turn) > LINKED_LENGTH:
            break
        linked.insert(0, turn)
    st.session_state["linked"] = linked
    st.query_params["q"] = linked


def _answers(assistant: Assistant, turns: Sequence[str]) -> list[Answer]:
    """Answers to ``turns``; asked again only when the conversation or the index has changed."""
    key = (assistant.index.generation, tuple(turns))
    kept: tuple[object, list[Answer]] | None = st.session_state.get("answers")
    if kept is None or kept[0] != key:
        kept = (key, assistant.ask(turns))
        st.session_state["answers"] = kept
    return kept[1]


def _pick() -> None:
    st.session_state["picked"] = st.session_state["suggestion"]
    st.session_state["suggestion"] = None


def _forget() -> None:
    for name in ("turns", "linked", "answers"):
        st.session_state.pop(name, None)
    st.query_params.clear()
