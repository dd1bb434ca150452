"""A conversation on paper holds every answer with its citations, and only text."""

from __future__ import annotations

import io
from datetime import date

import pytest
from docx import Document

from assistant.engine import Assistant
from assistant.results import Answer
from assistant.transcript import Said, as_markdown, as_word

DAY = date(2026, 11, 21)
TURNS = ("No.94の相手方は？", "締結日は？")


@pytest.fixture(scope="module")
def said(assistant: Assistant) -> list[Said]:
    return [Said(*pair) for pair in zip(TURNS, assistant.ask(TURNS), strict=True)]


def test_markdown_holds_each_question_answer_quote_and_place(
    assistant: Assistant, said: list[Said]
) -> None:
    text = as_markdown(said, assistant.index.documents, DAY)
    assert "令和8年11月21日作成" in text
    for number, turn in enumerate(said, 1):
        assert f"## {number}\\. {turn.question.replace('.', chr(92) + '.')}" in text.replace(
            f"## {number}. ", f"## {number}\\. "
        )
        for citation in turn.answer.citations:
            first, last = citation.span.first_line, citation.span.last_line
            assert f"{first}\\~{last}行" in text
            assert citation.quote.split("\n", maxsplit=1)[0].strip() in text.replace("\\", "")


def test_word_opens_and_holds_the_same(assistant: Assistant, said: list[Said]) -> None:
    document = Document(io.BytesIO(as_word(said, assistant.index.documents, DAY)))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[0] == "連携協定アシスタントの回答"
    for number, turn in enumerate(said, 1):
        assert f"{number}. {turn.question}" in lines
        assert turn.answer.text.split("\n")[0] in lines
        for citation in turn.answer.citations:
            assert any(line.startswith("[1] ") and citation.label in line for line in lines)
            assert " ".join(citation.quote.split()) in [" ".join(line.split()) for line in lines]


def test_what_visitors_type_is_text_in_both() -> None:
    question = "<b>太字</b> [x](http://example.org) \x00\ud800|表| **"
    turns = [Said(question, Answer("not_found", "# 見出し\n![x](y)"))]
    text = as_markdown(turns, {}, DAY)
    assert "\\<b\\>太字\\</b\\> \\[x\\]\\(http\\://example\\.org\\)" in text
    assert "\\# 見出し" in text
    assert "\\!\\[x\\]\\(y\\)" in text
    assert text.isprintable() or "\x00" not in text
    lines = [p.text for p in Document(io.BytesIO(as_word(turns, {}, DAY))).paragraphs]
    assert "1. <b>太字</b> [x](http://example.org) |表| **" in lines


def test_a_line_of_signs_makes_no_heading_of_the_line_above() -> None:
    for line in ("===", "---", "***", "~~~", "```"):
        turn = Said("質問", Answer("fact", f"本文\n{line}"))
        text = as_markdown([turn], {}, DAY)
        assert f"本文  \n\\{line[0]}\\{line[0]}\\{line[0]}\n" in text
