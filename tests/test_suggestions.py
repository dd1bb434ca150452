"""Questions to begin with come from the documents, and each has an answer."""

from __future__ import annotations

from collections import Counter

from assistant.engine import Assistant
from assistant.suggestions import LONGEST, everyday_questions, suggestions


def test_each_suggestion_has_a_cited_answer_and_is_short(assistant: Assistant) -> None:
    offered = suggestions(assistant)
    assert len(offered) >= 6
    for question in offered:
        (answer,) = assistant.ask([question])
        assert answer.kind not in ("not_found", "out_of_scope", "invalid_question"), question
        assert answer.citations, question
        assert len(question) <= LONGEST


def test_they_are_of_many_sorts_and_name_what_is_in_the_documents(assistant: Assistant) -> None:
    offered = suggestions(assistant)
    kinds = Counter(answer.kind for (answer,) in (assistant.ask([q]) for q in offered))
    assert len(kinds) >= 4
    sections = Counter(row.section for row in assistant.agreements.values())
    assert f"{sections.most_common(1)[0][0]}の協定は何件？" in offered
    assert any(question in offered for question in everyday_questions())


def test_a_partner_that_stays_secret_is_never_suggested(assistant: Assistant) -> None:
    assert not any("非公表" in question for question in suggestions(assistant))
