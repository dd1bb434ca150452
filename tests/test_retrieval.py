"""Search finds what people mean, says why, and keeps the quality that was measured."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from assistant.commands import Subject
from assistant.engine import Assistant
from assistant.evaluation import evaluate
from assistant.evaluation.reports import retrieval_rows
from assistant.retrieval import Retriever, Weights
from index.records import Agreement

SAMPLE = Path(__file__).parent / "data" / "questions"


def numbers(assistant: Assistant, question: str, limit: int = 5) -> list[int]:
    hits = assistant.search(question, limit)
    return [hit.record.no for hit in hits if isinstance(hit.record, Agreement)]


def test_the_shares_of_the_scores_add_up_to_one() -> None:
    assert sum(asdict(Weights()).values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("question", "no"),
    [
        ("お葬式の会社に逃げ込める？", 55),
        ("空家の相続で困ったら", 253),
        ("blackout, borrow an electric car", 109),
        ("段ﾎﾞｰﾙを用意してくれる会社", 57),
        ("ヤマト運愉", 124),
    ],
)
def test_everyday_words_foreign_words_and_misspelled_ones_find_their_agreement(
    assistant: Assistant, question: str, no: int
) -> None:
    assert no in numbers(assistant, question, 10)


def test_a_hit_says_which_words_met(assistant: Assistant) -> None:
    first = assistant.search("停電に備えて車から電気をとる", 1)[0]
    assert any("→" in reason for reason in first.found_by)


def test_scores_fall_and_stay_between_0_and_1(assistant: Assistant) -> None:
    scores = [hit.score for hit in assistant.search("災害時の物資の供給", 50)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_every_score_lies_between_0_and_1_for_every_candidate(assistant: Assistant) -> None:
    retriever = assistant.retriever
    scored = retriever.score(retriever.probe("高齢者の見守りと孤独死"))
    for name, values in scored.parts.items():
        assert values.shape == scored.rows.shape, name
        assert np.all((values >= 0) & (values <= 1.0001)), name


def test_a_share_of_1_for_one_score_orders_by_it_alone(assistant: Assistant) -> None:
    retriever = Retriever(assistant.index, Weights(0, 0, 1, 0, 0))
    probe = retriever.probe("除雪")
    scored = retriever.score(probe)
    assert np.allclose(retriever.combine(scored.parts), scored.parts["dense"])


def test_nothing_is_found_for_a_question_without_telling_words(assistant: Assistant) -> None:
    assert len(assistant.retriever.probe("それは何ですか").tokens) == 0


def test_retrieval_keeps_the_quality_that_the_readme_reports(assistant: Assistant) -> None:
    files = [SAMPLE / "questions_citizen.jsonl", SAMPLE / "more_citizen.jsonl"]
    report = evaluate(files, Subject(assistant))
    mean = {
        (row.type, row.difficulty): row.metrics["nDCG@10"].mean for row in retrieval_rows(report)
    }
    assert mean["lookup", None] >= 0.80
    assert mean["lookup", "hard"] >= 0.60
    assert mean["similar", None] >= 0.75
