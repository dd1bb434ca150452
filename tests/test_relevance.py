"""What shares words with an agreement isn't answered by it, and people's needs are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.routing import A_THIRD, telling
from assistant.searching.relevance import (
    Signals,
    calibration,
    covers,
    probability,
    signals,
    text_of,
)
from assistant.suggestions import REFUSALS
from index.records import Agreement

QUESTIONS = Path(__file__).parent / "data" / "questions"


@pytest.mark.parametrize(
    "question",
    [
        "生姜焼きの作り方を教えて",
        "来週の降水確率は？",
        "戸籍の届け出に必要な書類",
        "図書館の開館時間",
        "12かける34を計算して",
        "How do I bake bread?",
        "おやすみなさい",
        "動物園の入園料は",
        "学校給食の献立を教えて",
        "喫茶店のおすすめを2つ",
    ],
)
def test_what_no_agreement_tells_is_refused(assistant: Assistant, question: str) -> None:
    (answer,) = assistant.ask([question])
    assert answer.kind in REFUSALS
    assert not answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "大雨で車が動かなくなったとき、助けてくれるのは？",
        "市と一緒に子どもを見守ってくれる会社",
        "避難所に毛布を届けてもらう約束",
        "飼い主のいない猫",
        "Who helps when the power is out?",
    ],
)
def test_needs_and_key_words_are_answered(assistant: Assistant, question: str) -> None:
    (answer,) = assistant.ask([question])
    assert answer.kind not in REFUSALS
    assert answer.citations


def test_most_of_the_questions_outside_of_the_documents_are_refused(assistant: Assistant) -> None:
    lines = (QUESTIONS / "out_of_domain.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines]
    refused = [q for q in asked if assistant.ask([q])[0].kind in REFUSALS]
    assert len(refused) >= 0.8 * len(asked)


def test_each_signal_has_the_sign_that_its_name_says() -> None:
    weights = dict(zip(Signals.__dataclass_fields__, calibration().weights, strict=True))
    assert all(
        weights[name] > 0 for name in ("score", "evidence", "met", "cooperation", "keywords")
    )
    assert all(weights[name] < 0 for name in ("service", "errand"))


def test_the_threshold_parts_what_is_answered(assistant: Assistant) -> None:
    hits = assistant.search("停電のときの電気", 1)
    chance = probability(signals("停電のときの電気", hits[0]))
    assert covers("停電のときの電気", hits) is (chance >= calibration().threshold)
    assert not covers("停電のときの電気", [])


def test_what_the_hit_holds_is_no_reason_to_doubt_it(assistant: Assistant) -> None:
    hits = assistant.search("ドッグランの場所はどこ", 1)
    assert signals("ドッグランの場所はどこ", hits[0]).service == 0
    assert signals("停電のときの手続きは？", assistant.search("停電", 1)[0]).service == 1


def test_a_slide_that_meets_little_of_a_question_gives_way_to_the_rows(
    assistant: Assistant,
) -> None:
    hits = assistant.search("年に一度の点検と掃除をお願いできる相手と夜の見回りの約束", 20)
    beside = [hit for hit in hits if not isinstance(hit.record, Agreement)]
    kept = telling(hits)
    assert all(0 <= hit.share <= 1 for hit in hits)
    assert [hit for hit in kept if hit in beside] == [h for h in beside if h.share >= A_THIRD]
    assert [hit for hit in hits if hit not in beside] == [h for h in kept if h not in beside]


def test_a_table_of_contents_answers_nothing(assistant: Assistant) -> None:
    held = assistant.index.records["asahikawa-budget/冒頭"]
    assert "女性・若者・市民参加" in text_of(held)
    asked = ("これから続く大規模事業の予定は", "デザイン創造都市と除排雪先進都市とは", "主な取組")
    for question in asked:
        answer = assistant.ask([question])[0]
        assert held.id not in {c.record for c in (*answer.citations, *answer.related)}


@pytest.mark.parametrize(
    "question",
    [
        "旭川でラーメンがうまい店を5軒教えて",
        "レストランの人気のメニューは何ですか",
        "動物園の見どころを3つ教えて",
        "桜の名所を挙げて",
        "観光のおすすめの温泉ホテルは",
        "評判の病院を紹介して",
    ],
)
def test_a_judgement_of_taste_is_answered_by_nothing(assistant: Assistant, question: str) -> None:
    assert assistant.ask([question])[0].kind == "not_found"


def test_a_word_of_praise_for_something_agreed_asks_for_the_agreement(
    assistant: Assistant,
) -> None:
    question = "おいしい食を生かした地域活性化の協定"
    hits = assistant.search(question, 1)
    assert signals(question, hits[0]).service == 0
    assert signals(question.replace("協定", "店"), hits[0]).service == 1


def test_a_place_without_people_is_no_praise(assistant: Assistant) -> None:
    question = "人気のない夜の公園の見回り"
    assert signals(question, assistant.search(question, 1)[0]).errand == 0


def test_which_agreement_is_the_best_is_told_by_no_row(assistant: Assistant) -> None:
    answer = assistant.ask(["イチオシの協定を教えて"])[0]
    assert (answer.kind, "協定の評判" in answer.text) == ("not_found", True)
