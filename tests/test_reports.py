"""Reports: saved runs, the difference of two, and what people read."""

from math import log2

import pytest
from evaluation_fakes import (
    ANSWERS,
    HITS,
    LABELS,
    NEAR,
    NOT_FOUND,
    Engine,
    given,
    hit,
    write_labels,
)

from assistant.evaluation import (
    Report,
    compare,
    diff,
    difference_text,
    evaluate,
    load,
    markdown,
    save,
    text,
)
from assistant.evaluation.report_text import display_width
from index.errors import RequestError


@pytest.fixture
def labels(tmp_path):
    return write_labels(tmp_path)


@pytest.fixture
def report(labels):
    return evaluate([labels], Engine(HITS, ANSWERS, NEAR))


def test_a_saved_report_reads_back_the_same(report, tmp_path):
    save(report, tmp_path / "run.json")
    assert load(tmp_path / "run.json") == report


def test_lone_surrogates_and_control_characters_are_saved_and_shown_harmlessly(tmp_path):
    file = tmp_path / "hostile.jsonl"
    file.write_text('{"id": "H1", "kind": "x", "input": "a\\udfff\\u001b[2J\\u202eb"}')
    report = evaluate([file], Engine(answers={"a\udfff\x1b[2J\u202eb": ValueError("\udfff")}))
    save(report, tmp_path / "run.json")
    assert report.outcomes[0].question == "a��[2J�b"
    assert "例外 ValueError: �" in text(report)


@pytest.mark.parametrize(
    "content", ["{", "[]", "{}", '{"format": 0}', '{"format": 1, "outcomes": [{}], "notices": []}']
)
def test_a_file_that_is_no_saved_report_is_an_error_that_says_what_to_do(tmp_path, content):
    file = tmp_path / "run.json"
    file.write_text(content)
    with pytest.raises(RequestError, match=r"run\.json .*ください。"):
        load(file)


def test_a_place_that_cannot_be_written_is_an_error(report, tmp_path):
    with pytest.raises(RequestError, match="書けません"):
        save(report, tmp_path / "nowhere" / "run.json")


def test_the_difference_names_what_became_right_and_wrong_and_which_rankings_moved(labels, report):
    better = ANSWERS | {"どれ": given("list", "2件です。", nos=[1, 2]), "役割": NOT_FOUND}
    now = evaluate([labels], Engine({"停電": [hit(4), hit(3)], "除雪": HITS["除雪"]}, better, NEAR))
    change = diff(now, report)
    assert [outcome.id for outcome in change.newly_right] == ["S2", "V1/2"]
    assert [outcome.id for outcome in change.newly_wrong] == ["R1"]
    assert change.moved == (("C1", 1.0, pytest.approx(1 / log2(3))),)
    assert change.ndcg.mean == pytest.approx((1 / log2(3) - 1) / 2)
    assert change.ndcg.n == 2
    shown = difference_text(change)
    assert "正解になった: 2問" in shown
    assert "-0.369" in shown


def test_questions_of_one_run_alone_are_named(report):
    fewer = Report(report.outcomes[1:])
    assert diff(fewer, report).only_earlier == ("C1",)
    assert diff(report, fewer).only_now == ("C1",)


def test_no_change_is_said_in_words(report):
    answers = Report(report.of_type("count"))
    assert difference_text(diff(answers, answers)) == "前回と同じ結果です。\n"


def test_the_terminal_text_holds_the_tables_the_wrong_answers_and_the_notices(labels):
    with labels.open("a", encoding="utf-8") as file:
        file.write('\n{"id": "X", "type": "poem"}')
    shown = text(evaluate([labels], Engine(HITS, ANSWERS, NEAR)))
    for part in ("■ 検索", "■ 回答", "■ 時間", "■ 誤答: 4問", "S2 [list] どれ", "不足 No.1~2"):
        assert part in shown
    assert f"labels.jsonl {len(LABELS) + 1}行: 種類「poem」" in shown


def test_columns_stand_under_each_other_in_full_width_text(report):
    lines = text(report).split("■ 時間\n")[1].split("\n\n")[0].split("\n")
    ends = {display_width(line) for line in lines}
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("value", "width"), [("ab", 2), ("協定", 4), ("ｷｮｳ", 3), ("ＡＢ", 4), ("か\u3099", 2)]
)
def test_display_width_counts_full_width_characters_twice(value, width):
    assert display_width(value) == width


def test_the_markdown_tables_are_regular(report):
    for table in markdown(report).strip().split("\n\n"):
        rows = table.split("\n")
        assert len({row.count("|") for row in rows}) == 1
        assert set(rows[1]) <= set("| -:")


def test_models_stand_side_by_side_in_one_table(report):
    refusals = Report(report.of_type("unanswerable"))
    head, _, first, second = compare({"a|b": report, "断る": refusals}).strip().split("\n")
    assert head.startswith("| モデル | nDCG@10")
    hard = (2 / log2(3) + 1 / log2(4)) / (2 + 1 / log2(3) + 1 / log2(4))
    assert f"| 1.000 / – / {hard:.3f} |" in first
    assert "a\\|b" in first
    assert "| 2/3 | 1/1 | 2/6 |" in first
    assert second.startswith("| 断る | – | – / – / – |")


def test_a_right_answer_from_a_weak_ranking_is_listed_too(labels):
    hits = HITS | {"停電": [*[hit(no) for no in range(10, 14)], hit(3)]}
    shown = text(evaluate([labels], Engine(hits, ANSWERS, NEAR)))
    # The only right row at rank 5: 1 / log2(6) = 0.387.
    assert "正解でも nDCG@10 が 0.5 未満: 1問\n  C1 0.387 停電" in shown
