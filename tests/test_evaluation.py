"""A whole evaluation of small fake engines: outcomes, figures, times, failures."""

import time
from math import log2
from pathlib import Path

import pytest
from evaluation_fakes import (
    ANSWERS,
    HITS,
    LABELS,
    NEAR,
    NOT_FOUND,
    ROLE_HIT,
    Engine,
    Oracle,
    given,
    hit,
    write_labels,
)

from assistant.evaluation.reports import rate_rows, retrieval_rows, timing_rows
from assistant.evaluation.run import evaluate, shorten
from index.errors import IndexMissingError


@pytest.fixture
def labels(tmp_path):
    return write_labels(tmp_path)


@pytest.fixture
def report(labels):
    return evaluate([labels], Engine(HITS, ANSWERS, NEAR))


def by_id(report):
    return {outcome.id: outcome for outcome in report.outcomes}


def test_answers_made_from_the_labels_themselves_are_all_right():
    folder = Path(__file__).parent / "data" / "questions"
    files = sorted(folder.glob("[chq]*.jsonl"))  # the sample, not the further questions
    report = evaluate(files, Oracle(files))
    assert report.wrong == ()
    assert len(report.outcomes) == 41 + 38 + 18 + (5 * 4 + 3 * 3) + 26
    assert [row.metrics["nDCG@10"].mean for row in retrieval_rows(report)] == [1] * 7


def test_answers_of_an_engine_that_only_refuses_are_right_where_there_is_none():
    files = sorted((Path(__file__).parent / "data" / "questions").glob("[chq]*.jsonl"))
    report = evaluate(files, Engine())
    rates = {row.name: row.right for row in rate_rows(report)}
    assert rates["unanswerable"] == rates["refused"] == 18
    assert rates["false_refusal"] == 41 + 38
    # Two facts ask whether something is in the table; 「見つかりません」 is their labelled answer.
    assert rates["exact"] == rates["fact"] == rates["false_refusal_right"] == 2


def test_every_label_has_an_outcome_in_its_order(report):
    ids = ["C1", "C2", "C3", "R1", "S1", "S2", "U1", "V1/1", "V1/2", "V2/1", "H1"]
    assert [outcome.id for outcome in report.outcomes] == ids


def test_other_records_are_left_out_of_the_ranking_and_counted(report):
    outcome = by_id(report)["C2"]
    # What remains of role, 7, 3, 3 again, role, 9 is the ranking 7, 3, 9.
    best = 2 + 1 / log2(3) + 1 / log2(4)
    assert outcome.scores["nDCG@10"] == pytest.approx((2 / log2(3) + 1 / log2(4)) / best)
    assert outcome.strangers == 2


def test_only_the_first_ten_hits_are_looked_at_for_other_records(labels):
    hits = HITS | {"停電": [*[hit(no) for no in range(10, 19)], ROLE_HIT, ROLE_HIT, hit(3)]}
    outcome = by_id(evaluate([labels], Engine(hits, ANSWERS, NEAR)))["C1"]
    assert outcome.strangers == 1
    assert outcome.scores["MRR"] == pytest.approx(1 / 10)


def test_one_wrong_turn_spoils_a_conversation_even_where_the_last_is_right(labels):
    answers = ANSWERS | {"何件": NOT_FOUND, "どれ": given("list", nos=[1, 2])}
    report = evaluate([labels], Engine(HITS, answers, NEAR))
    rates = {row.name: row.right for row in rate_rows(report)}
    assert rates["turn"] == 1
    assert rates["conversation"] == 0


def test_retrieval_is_averaged_over_all_questions_and_by_difficulty(report):
    rows = {(row.type, row.difficulty): row for row in retrieval_rows(report)}
    hard = (2 / log2(3) + 1 / log2(4)) / (2 + 1 / log2(3) + 1 / log2(4))
    assert list(rows) == [
        ("lookup", None),
        ("lookup", "easy"),
        ("lookup", "hard"),
        ("similar", None),
        ("similar", "easy"),
    ]
    assert rows["lookup", None].metrics["nDCG@10"].mean == pytest.approx((1 + hard) / 2)
    assert rows["lookup", "hard"].metrics["MRR"].mean == pytest.approx(1 / 2)
    assert rows["lookup", None].strangers == 1
    assert rows["lookup", None].n == 2


def test_rates_count_right_answers_refusals_and_whole_conversations(report):
    rates = {row.name: (row.right, row.estimate.n) for row in rate_rows(report)}
    assert rates == {
        "lookup": (1, 2),
        "similar": (0, 1),
        "count": (1, 1),
        "list": (0, 1),
        "role": (1, 1),
        "exact": (2, 3),
        "unanswerable": (1, 1),
        "refused": (1, 1),
        "false_refusal": (2, 6),  # the similar question and the list
        "false_refusal_right": (0, 6),
        "turn": (2, 3),
        "conversation": (1, 2),
        "hostile": (1, 1),
    }


def test_a_wrong_answer_says_what_was_expected_and_what_came(report):
    outcomes = by_id(report)
    assert [outcome.id for outcome in report.wrong] == ["C2", "C3", "S2", "V1/2"]
    assert outcomes["S2"].expected == "No.1~2"
    assert outcomes["S2"].reasons == ("不足 No.1~2",)
    assert outcomes["S2"].got == "not_found 「見つかりません。」"
    assert outcomes["C2"].expected == "No.3"
    assert outcomes["C2"].got == "引用 7, 8, 9 / 検索 7, 3, 9"


def test_searches_and_answers_are_timed_one_by_one(report):
    rows = {row.name: row.n for row in timing_rows(report)}
    assert rows == {"search": 2, "similar": 1, "ask": 7}
    assert all(row.median >= 0 for row in timing_rows(report))


def test_a_slow_call_shows_in_the_times(labels):
    class Slow(Engine):
        def search(self, question, limit):
            time.sleep(0.03)
            return super().search(question, limit)

    search = timing_rows(evaluate([labels], Slow(HITS, ANSWERS, NEAR)))[0]
    assert search.median >= 30
    assert search.p95 >= 30


def test_the_engine_is_warmed_up_before_anything_is_timed(labels):
    engine = Engine(HITS, ANSWERS, NEAR)
    evaluate([labels], engine)
    assert [question for question, _ in engine.searched] == ["協定", "停電", "除雪"]
    assert engine.compared == [7, 7]


def test_progress_counts_the_labels(labels):
    seen = []
    evaluate([labels], Engine(), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(number, len(LABELS)) for number in range(1, len(LABELS) + 1)]


def test_an_exception_is_the_outcome_of_its_question_alone(labels):
    report = evaluate([labels], Engine(HITS, ANSWERS | {"何件": TypeError("だめ")}, NEAR))
    outcomes = by_id(report)
    assert outcomes["S1"].reasons == ("例外 TypeError: だめ",)
    assert outcomes["V1/1"].reasons == outcomes["V1/2"].reasons == ("例外 TypeError: だめ",)
    assert outcomes["C1"].right


def test_an_index_that_cannot_be_used_ends_the_evaluation(labels):
    engine = Engine(HITS, {"協定": IndexMissingError("索引がありません。")})
    with pytest.raises(IndexMissingError, match="索引がありません"):
        evaluate([labels], engine)


def test_an_answer_of_another_shape_is_wrong(labels):
    report = evaluate([labels], Engine(HITS, ANSWERS | {"何件": {"kind": "count"}}, NEAR))
    assert by_id(report)["S1"].reasons == ("回答の形が決まりと違います(text)",)


def test_hits_of_another_shape_are_wrong(labels):
    outcome = by_id(evaluate([labels], Engine({"停電": [{"score": 1}]}, ANSWERS, NEAR)))["C1"]
    assert not outcome.right
    assert outcome.reasons[0].startswith("検索: ")


def test_fewer_answers_than_turns_are_wrong(labels):
    class Forgetful(Engine):
        def ask(self, turns):
            return super().ask(turns)[:1]

    outcomes = by_id(evaluate([labels], Forgetful(HITS, ANSWERS, NEAR)))
    assert outcomes["V1/1"].reasons == ("2件の質問に1件の回答",)
    assert outcomes["V2/1"].right


def test_a_hostile_input_that_takes_too_long_fails_and_the_rest_goes_on(labels, monkeypatch):
    monkeypatch.setattr("assistant.evaluation.run.HOSTILE_LIMIT_S", 0.05)

    class Stuck(Engine):
        def ask(self, turns):
            if turns == ["\0"]:
                time.sleep(0.3)
            return super().ask(turns)

    more = labels.with_name("more.jsonl")
    more.write_text('{"id": "H2", "kind": "one_char", "input": "い"}', encoding="utf-8")
    outcomes = by_id(evaluate([labels, more], Stuck(HITS, ANSWERS, NEAR)))
    assert outcomes["H1"].reasons == ("0.05秒以内に返らない",)
    assert outcomes["H2"].right


def test_a_hostile_input_needs_words_in_answer(labels):
    outcome = by_id(evaluate([labels], Engine(HITS, {"\0": given("invalid_question", " ")})))["H1"]
    assert outcome.reasons == ("回答の文が空",)


def test_long_texts_are_cut_and_stay_in_one_line():
    assert shorten("あ" * 80) == "あ" * 80
    assert shorten("あ" * 81) == "あ" * 79 + "…"
    assert shorten("甲\n乙\t丙") == "甲 乙 丙"
