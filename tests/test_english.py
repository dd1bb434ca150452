"""English questions get English answers with Japanese quotes, and the same facts."""

from __future__ import annotations

import re

import pytest

from assistant.engine import Assistant
from assistant.results import Answer
from assistant.understanding.english_questions import in_japanese

# What is quoted stays Japanese; around it there is none.
_QUOTED = re.compile(r"「(?:[^「」]|「[^「」]*」)*」")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def ask(assistant: Assistant, *turns: str) -> Answer:
    return assistant.ask(turns)[-1]


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("How many agreements does the Environment Department have?", "環境部の協定は何件？"),
        ("How many agreements were signed in 2023?", "2023年に結んだ協定は何件？"),
        ("How many agreements were concluded in fiscal 2022?", "2022年度に結んだ協定は何件？"),
        ("Agreements signed on 24 August 2023", "2023年8月24日に結んだ協定の一覧"),
        ("Which agreements were made between 2015 and 2018?", "2015年から2018年に結んだ協定の一覧"),
        ("List the agreements concluded since May 2021", "2021年5月以降に結んだ協定の一覧"),
        ("Show all agreements with universities", "大学との協定の一覧"),
        ("How many agreements in the Heisei era?", "平成に結んだ協定は何件？"),
        (
            "What percentage does the Fire Department have?",
            "消防本部の協定の割合は？",
        ),
        ("What is the oldest agreement?", "一番古い協定は？"),
        ("Which department has the most agreements?", "協定が一番多い部局は？"),
        ("When was agreement 109 signed?", "No.109の締結日は？"),
        ("Who is the partner of No. 94?", "No.94の相手方は？"),
        ("What does Biei do for libraries?", "図書館について美瑛町の役割は？"),
    ],
)
def test_an_english_question_has_the_answer_of_the_japanese_one(
    assistant: Assistant, english: str, japanese: str
) -> None:
    here, there = ask(assistant, english), ask(assistant, japanese)
    assert (here.kind, here.number, here.unit, here.nos) == (
        there.kind,
        there.number,
        there.unit,
        there.nos,
    )
    assert {c.record for c in here.citations} == {c.record for c in there.citations}


@pytest.mark.parametrize(
    "question",
    [
        "How many agreements does the Environment Department have?",
        "Show all agreements with universities",
        "What is the oldest agreement?",
        "Which department has the most agreements?",
        "Who is the partner of No. 94?",
        "What is the purpose of No. 5?",
        "Which department is in charge of No. 5?",
        "What does Biei do for libraries?",
        "Who helps when the power is out?",
        "Can evacuees stay at hotels?",
        "What is the phone number for No. 27?",
        "Who is the partner of No. 999?",
        "Is there an agreement with Rakuten?",
        "Who is the partner of No. 90?",
        "What will the weather be like tomorrow?",
        "help",
        "?",
    ],
)
def test_around_the_quotes_everything_is_english(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    rest = _QUOTED.sub("", answer.text)
    if any(char.isalpha() for char in question):
        assert not _JAPANESE.search(rest), rest
        assert not _JAPANESE.search(_QUOTED.sub("", answer.interpretation))
        assert rest.strip()


def test_dates_are_given_in_english_and_as_printed(assistant: Assistant) -> None:
    text = ask(assistant, "When was agreement No. 109 signed?").text
    assert "14 December 2021" in text
    assert "「R3.12.14」" in text


def test_the_partner_that_stays_secret_stays_so(assistant: Assistant) -> None:
    answer = ask(assistant, "Who is the partner of No. 90?")
    assert answer.kind == "not_found"
    assert "asked not to be named" in answer.text


def test_a_conversation_can_be_in_english(assistant: Assistant) -> None:
    first = "How many agreements does the Environment Department have?"
    narrowed = ask(assistant, first, "Of those, which are after 2019?")
    japanese = ask(assistant, "環境部の協定は何件？", "そのうち2019年以降に結んだ協定の一覧")
    assert narrowed.nos == japanese.nos
    other = ask(assistant, first, "What about the Fire Department?")
    assert other.number == ask(assistant, "消防本部の協定は何件？").number


def test_a_mere_topic_stays_as_it_is() -> None:
    for question in (
        "stray cats",
        "Can evacuees stay at hotels?",
        "electric vehicles in a blackout",
    ):
        assert in_japanese(question) is None


def test_japanese_questions_get_japanese_answers(assistant: Assistant) -> None:
    answer = ask(assistant, "No.109の締結日は？")
    assert "締結日は" in answer.text
