"""What a page shows of a conversation, and whether it is what the assistant says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.engine import Assistant
from assistant.pages.cards import answer_card
from assistant.pages.markup import element
from assistant.results import Answer

_QUESTION = '<div class="renkei" lang="ja"><p class="question">'
_ANSWER = '<div class="renkei" lang="ja"><article class="answer">'
_NOTICE = '<div class="renkei" lang="ja"><p class="notice"'
# Attributes are escaped: no > stands in them.
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Shown:
    """The questions and answers of a page in order, as the text that a reader sees.

    ``notices`` are what the page says beside them, e.g. that something went wrong.
    """

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    notices: tuple[str, ...] = ()

    def first(self, count: int) -> Shown:
        """The page after the first ``count`` questions."""
        return Shown(self.questions[:count], self.answers[:count])


def read_page(parts: Iterable[str]) -> Shown:
    """What the parts of a page's markup show."""
    parts = list(parts)
    return Shown(
        questions=tuple(seen(part) for part in parts if part.startswith(_QUESTION)),
        answers=tuple(seen(part) for part in parts if part.startswith(_ANSWER)),
        notices=tuple(seen(part) for part in parts if part.startswith(_NOTICE)),
    )


def expected_page(assistant: Assistant, turns: Sequence[str], answers: Sequence[Answer]) -> Shown:
    """What the page has to show of a conversation.

    Raises:
        RuntimeError: if a card of the page leaves out part of its answer.
    """
    shown = []
    for answer in answers:
        text = seen(answer_card(assistant, answer))
        for line in answer.text.split("\n"):
            if seen(element("p", line)) not in text and not _drawn(answer, line):
                raise RuntimeError(f"回答の「{line}」が画面にありません")
        shown.append(text)
    return Shown(tuple(seen(element("p", turn)) for turn in turns), tuple(shown))


def seen(markup: str) -> str:
    """The text of markup, as a reader sees it."""
    return html.unescape(_TAG.sub("", markup))


def difference(shown: Shown, expected: Shown, others: dict[str, str]) -> str:
    """What is wrong with a page, in a sentence; empty if it shows what it should.

    Args:
        shown: what the page shows.
        expected: what it should show.
        others: answers to all questions that are being asked, with the question.
    """
    if shown.questions != expected.questions:
        return f"質問が違います：{_short(shown.questions)} ≠ {_short(expected.questions)}"
    if len(shown.answers) != len(expected.answers):
        return f"回答が {len(shown.answers)} 件です（正しくは {len(expected.answers)} 件）"
    for question, got, wanted in zip(
        expected.questions, shown.answers, expected.answers, strict=True
    ):
        if got != wanted:
            owner = others.get(got)
            where = f"「{owner[:40]}」への回答" if owner else f"「{got[:80]}」"
            return f"「{question[:40]}」への回答が違います：{where} ≠ 「{wanted[:80]}」"
    return ""


def _drawn(answer: Answer, line: str) -> bool:
    """Whether a line of the text stands in the table below it instead."""
    rows = answer.table.rows if answer.table else ()
    return any(line.startswith(f"・{label}：") for label, _ in rows)


def _short(texts: Sequence[str]) -> str:
    return "、".join(f"「{text[:40]}」" for text in texts) or "なし"
