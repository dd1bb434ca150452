"""Whatever is typed or sent gets a clean answer in good time, and no pattern can be made slow."""

from __future__ import annotations

import io
import json
import random
import re
import sys
import time
import unicodedata
from collections import deque

import pytest
from adversaries import INJECTIONS, patterns, pumps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import assistant as assistant_package
import index as index_package
from assistant import cli, commands
from assistant.engine import Assistant
from assistant.jsonl import answer_lines
from assistant.question import MAX_LENGTH
from assistant.results import Answer, answer_to_json
from index.errors import RequestError

KINDS = {
    "lookup", "list", "count", "comparison", "attribute", "fact", "role", "not_found",
    "out_of_scope", "invalid_question",
}  # fmt: skip
REFUSALS = {"not_found", "out_of_scope", "invalid_question"}
WORDS = (
    "環境部", "防災課", "令和5年度", "平成", "No.94", "旭川", "美瑛町", "甲", "大学", "銀行",
    "協定", "の", "は", "何件", "一覧", "以外", "以降", "から", "まで", "か", "「", "」", "（",
    "一番", "古い", "番目", "件以上", "割合", "調査", "分野", "役割", "相手方", "そのうち",
    "じゃあ", "残りは", "？", "。", "、", "9999999999", "０", "-1", "1.5", "<b>", "*", "|", "$",
    ":red[", "\\", '"', "%s", "{0}", "how many", "agreements", "\n", "\u200b", "\u202e", "\x00",
    "\ud800",
)  # fmt: skip
ANYTHING = st.text(st.characters(), max_size=60)
MIXED = st.lists(st.one_of(st.sampled_from(WORDS), ANYTHING), max_size=14).map("".join)
fuzz = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SECOND = 1.0


def assert_clean(answer: Answer) -> None:
    assert answer.kind in KINDS
    assert answer.text.strip()
    for text in (answer.text, answer.interpretation, *answer.filters):
        hidden = {
            c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Co") and c not in "\n\t"
        }
        assert not hidden, hidden
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text)
    json.dumps(answer_to_json(answer), ensure_ascii=False, allow_nan=False).encode()
    if answer.kind not in REFUSALS:
        assert answer.citations


def timed(assistant: Assistant, turns: list[str]) -> list[Answer]:
    start = time.perf_counter()
    answers = assistant.ask(turns)
    assert time.perf_counter() - start < SECOND * len(turns), [turn[:80] for turn in turns]
    return answers


@pytest.fixture(scope="module", autouse=True)
def warm(assistant: Assistant) -> None:
    """The first question loads what the others are timed without."""
    assistant.ask(["防災課の協定は何件？"])


@fuzz
@given(turns=st.lists(MIXED, min_size=1, max_size=3))
def test_any_text_gets_a_clean_answer_in_good_time(assistant: Assistant, turns: list[str]) -> None:
    for answer in timed(assistant, turns):
        assert_clean(answer)


@pytest.mark.parametrize("text", INJECTIONS)
def test_injections_and_oddities_get_a_clean_answer(assistant: Assistant, text: str) -> None:
    turns = [text, f"防災課の協定は何件？{text}"[:480], text]
    for answer in timed(assistant, turns):
        assert_clean(answer)
        assert "999件" not in answer.text


@pytest.mark.parametrize(
    "unit", ["あ", "協定は何件？", "(", "「", "1", "1,", "\x00", "\ud800", "\u0301", "é", "👨‍👩‍👧"]
)
def test_very_long_text_is_refused_with_the_limit(assistant: Assistant, unit: str) -> None:
    (answer,) = timed(assistant, [unit * (100_000 // len(unit))])
    assert_clean(answer)
    assert answer.kind == "invalid_question"
    assert str(MAX_LENGTH) in answer.text


def test_an_injected_instruction_changes_no_number(assistant: Assistant) -> None:
    for order in INJECTIONS[:3]:
        answer = assistant.ask([f"{order}。環境部の協定は何件ですか"])[0]
        assert answer.kind in REFUSALS or answer.number == 45, order


def test_a_condition_can_not_be_widened_by_sql(assistant: Assistant) -> None:
    answer = assistant.ask(["環境部' OR '1'='1 の協定は何件ですか"])[0]
    assert answer.number in (None, 0, 45)
    assert len(assistant.ask(["協定は全部で何件ですか"])[0].nos) == 329


@fuzz
@given(
    lines=st.lists(
        st.one_of(
            st.binary(max_size=40),
            MIXED.map(lambda text: json.dumps({"id": 1, "question": text}).encode()),
        )
    )
)
def test_any_bytes_on_standard_input_are_answered_line_by_line(
    assistant: Assistant, lines: list[bytes]
) -> None:
    data = b"\n".join(lines)
    out = io.StringIO()
    answer_lines(io.BytesIO(data), out, lambda values: commands._ask_line(assistant, values))
    replies = [json.loads(line) for line in out.getvalue().split("\n")[:-1]]
    assert len(replies) == sum(bool(line.strip()) for line in data.split(b"\n"))
    for reply in replies:
        assert ("error" in reply) != ("answer" in reply or "answers" in reply)


def test_the_command_answers_every_hostile_line_and_ends_well(
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    sent = [json.dumps({"id": n, "question": text}) for n, text in enumerate(INJECTIONS)]
    sent += [
        '{"id": "x", "turns": [1, 2]}',
        '{"id": "x", "turns": "協定"}',
        '{"id": {"a": [1]}, "question": null}',
        '{"id": 1e999, "question": "あ"}',
        "[" * 100_000,
        '{"id": "\\ud800", "question": "\\ud800"}',
        '{"question": "協定"' + " " * 10_000,
        "9" * 5_000,
    ]
    stdin = io.TextIOWrapper(io.BytesIO("\n".join(sent).encode()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(commands, "open_assistant", lambda *_, **__: assistant)
    assert cli.main(["ask", "--jsonl"]) == 0
    out, err = capsysbinary.readouterr()
    replies = [json.loads(line) for line in out.decode().split("\n")[:-1]]
    assert err == b""
    assert [reply["id"] for reply in replies[: len(INJECTIONS)]] == list(range(len(INJECTIONS)))
    assert all("answer" in reply for reply in replies[: len(INJECTIONS)])
    assert len(replies) == len(sent)


def test_a_conversation_without_end_is_refused_before_it_is_answered(
    assistant: Assistant,
) -> None:
    with pytest.raises(RequestError, match=r"1,000問、上限100問.*新しい会話"):
        assistant.ask(["No.94の相手方は？"] * 1000)


# They read the documents, never a question.
DOCUMENTS_ONLY = (
    "index.build",
    "index.parsing.a",
    "index.parsing.c",
    "index.parsing.parties",
    "index.parsing.s",
    "index.parsing.table_layout",
    "index.seeds",
    "index.store",
    "index.transformer",
    "index.word_vectors",
    "assistant.evaluation",
    "assistant.operation.launching",
    "assistant.pages.serv",
    "assistant.understanding.party_words",
)
PATTERNS = patterns((assistant_package, index_package), DOCUMENTS_ONLY)
# Questions are read up to 500 characters; texts of documents may be longer.
SHORT, LONG = MAX_LENGTH, 8 * MAX_LENGTH
# Linear growth takes 8 times as long, quadratic 64 times.
TOO_MUCH = 24


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """How long it takes to find all matches, at best."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        deque(pattern.finditer(text), maxlen=0)
        best = min(best, time.perf_counter() - start)
    return best


def growth(pattern: re.Pattern[str], pump: str) -> float:
    """How much longer a text takes that is eight times as long; times near zero count as some."""
    short, long = ((pump * size)[:size] for size in (SHORT, LONG))
    return seconds(pattern, long) / max(seconds(pattern, short), 2e-5)


def test_the_time_of_every_pattern_grows_with_the_text_and_not_with_its_square() -> None:
    assert len(PATTERNS) > 150
    chance = random.Random(1)  # noqa: S311 - the same inputs each time, nothing secret
    slow = [
        (place, pump)
        for place, pattern in PATTERNS.items()
        for pump in pumps(pattern, chance, 6)
        # Twice, as a machine may be busy for a moment.
        if growth(pattern, pump) > TOO_MUCH and growth(pattern, pump) > TOO_MUCH
    ]
    assert slow == []


def test_a_pattern_that_is_slow_is_found_out() -> None:
    assert growth(re.compile(r"\d+件"), "1") > TOO_MUCH
    assert growth(re.compile(r"(?<!\d)\d+件"), "1") < TOO_MUCH
