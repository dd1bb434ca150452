"""質問する: a conversation, each answer with its citations, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import streamlit as st

from assistant.engine import MAX_TURNS, Assistant
from assistant.operation.feedback import MAX_REASON, Feedback, Verdict, keep, now
from assistant.pages.cards import answer_card
from assistant.pages.layout import heading, show_from, write
from assistant.pages.links import Turn, linkable, read_link, write_link
from assistant.pages.markup import element, notice, plain
from assistant.pages.serving import opened, suggested
from assistant.places import home_folder
from assistant.question import MAX_LENGTH
from assistant.results import Answer
from assistant.transcript import Said, as_markdown, as_word

VERDICTS: Mapping[str, Verdict] = {
    ":material/thumb_up: 役に立った": "good",
    ":material/thumb_down: 役に立たなかった": "bad",
}
KEPT = "ここまでの質問と回答を、このサーバーの中にだけ保存します。お名前などは書かないでください。"

# Of a question that is too long, only the beginning is shown again.
BEGINNING = 100


def show() -> None:
    """Draw the screen."""
    assistant = opened()
    heading(
        "質問する",
        "知りたいことを、ふだんの言葉で入力してください。協定の番号（No.94）や相手方の名前でも質問できます。",
    )
    conversation = st.container()
    # Within a container the field stays where it is put, instead of scrolling to the last line.
    with st.container(key="field"):
        typed = st.chat_input("例：断水のときの給水は？")
    talk = _conversation()
    question = typed or st.session_state.pop("picked", None)
    if question:
        talk = [*talk, Turn(question)]
    taken_off = st.session_state.pop("taken_off", None)
    if taken_off is not None and talk:
        talk = [*talk[:-1], replace(talk[-1], dropped=talk[-1].dropped | {taken_off})]
    too_long = len(talk) > MAX_TURNS
    talk = talk[:MAX_TURNS]
    turns = [turn.question for turn in talk]
    answers = _answers(assistant, talk)
    # Only now: a conversation that made an error isn't kept, so the next question is free of it.
    st.session_state["talk"] = talk
    if question or taken_off:
        _link(talk)
    with conversation:
        for turn, answer in zip(turns, answers, strict=True):
            _show_turn(assistant, turn, answer)
        if too_long:
            write(
                notice(
                    f"1つの会話で質問できるのは{MAX_TURNS}問までです。"
                    "下の「新しい会話を始める」を選んでから、もう一度質問してください。",
                    urgent=True,
                )
            )
        if turns:
            _filters(answers[-1], talk[-1])
            _after(assistant, turns, answers)
            show_from(".question", len(turns))
            return
        write(element("h2", "質問の例"))
        st.pills(
            "質問の例（選ぶと質問します）",
            suggested(assistant.index.generation, assistant),
            key="suggestion",
            on_change=_pick,
            label_visibility="collapsed",
        )


def _after(assistant: Assistant, turns: Sequence[str], answers: Sequence[Answer]) -> None:
    """What may be done with the conversation: say whether it helped, keep it, begin anew."""
    _opinion(assistant, turns, answers[-1])
    said = [Said(turn, answer) for turn, answer in zip(turns, answers, strict=True)]
    documents = assistant.index.documents
    today = datetime.now().astimezone().date()
    with st.container(horizontal=True, gap="small", key="after"):
        st.download_button(
            "会話を Word で保存",
            lambda: as_word(said, documents, today),
            f"renkei-{today.isoformat()}.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            on_click="ignore",
        )
        st.download_button(
            "会話を Markdown で保存",
            as_markdown(said, documents, today),
            f"renkei-{today.isoformat()}.md",
            "text/markdown",
            on_click="ignore",
        )
        st.button("新しい会話を始める", on_click=_forget)


def _opinion(assistant: Assistant, turns: Sequence[str], answer: Answer) -> None:
    """Ask whether the last answer helped; kept on this machine only, and only when sent."""
    key = f"opinion-{len(turns)}-{hash(tuple(turns))}"
    if st.session_state.get(f"{key}-sent"):
        write(notice("ご意見を保存しました。ありがとうございます。"))
        return
    chosen = st.pills("この回答は役に立ちましたか", list(VERDICTS), key=key)
    if chosen is None:
        return
    with st.form(f"{key}-form"):
        reason = st.text_area("理由（なくてもかまいません）", max_chars=MAX_REASON, height=100)
        write(element("p", KEPT, css="who"))
        if st.form_submit_button("ご意見を保存する", type="primary"):
            keep(
                home_folder(),
                Feedback(
                    at=now(),
                    verdict=VERDICTS[chosen],
                    question="\n".join(turns),
                    kind=answer.kind,
                    answer=answer.text,
                    reason=reason,
                    generation=assistant.index.generation,
                ),
            )
            st.session_state[f"{key}-sent"] = True
            st.rerun()


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


def _filters(answer: Answer, turn: Turn) -> None:
    """The conditions in force, each to be taken off, and a way back."""
    if not answer.filters and not turn.dropped:
        return
    with st.container(horizontal=True, gap="small", key="filters"):
        for number, name in enumerate(answer.filters):
            st.button(
                f"{plain(name)} ✕",
                key=f"filter-{number}-{name}",
                help="この条件を外して、もう一度数えます・さがします",
                on_click=_take_off,
                args=(name,),
            )
        if turn.dropped:
            st.button("外した条件を戻す", icon=":material/undo:", on_click=_put_back)


def _conversation() -> list[Turn]:
    """The questions so far: those of the address, if it was opened as a link or by Back."""
    linked = read_link(st.query_params.get_all("q"), st.query_params.get_all("off"))
    if linked and linked != st.session_state.get("linked"):
        st.session_state["linked"] = linked
        return linked
    talk: list[Turn] = st.session_state.get("talk", [])
    return talk


def _link(talk: Sequence[Turn]) -> None:
    """Put the conversation's latest questions into the address."""
    linked = linkable(talk)
    st.session_state["linked"] = linked
    questions, off = write_link(linked)
    st.query_params.from_dict({"q": questions, "off": off} if off else {"q": questions})


def _answers(assistant: Assistant, talk: Sequence[Turn]) -> list[Answer]:
    """Answers to ``talk``; asked again only when the conversation or the index has changed."""
    key = (assistant.index.generation, tuple(talk))
    kept: tuple[object, list[Answer]] | None = st.session_state.get("answers")
    if kept is None or kept[0] != key:
        turns = [turn.question for turn in talk]
        kept = (key, assistant.serve(turns, [turn.dropped for turn in talk]))
        st.session_state["answers"] = kept
    return kept[1]


def _take_off(name: str) -> None:
    st.session_state["taken_off"] = name


def _put_back() -> None:
    talk = st.session_state["talk"]
    st.session_state["talk"] = [*talk[:-1], Turn(talk[-1].question)]
    _link(st.session_state["talk"])


def _pick() -> None:
    st.session_state["picked"] = st.session_state["suggestion"]
    st.session_state["suggestion"] = None


def _forget() -> None:
    for name in ("talk", "linked", "answers"):
        st.session_state.pop(name, None)
    st.query_params.clear()
