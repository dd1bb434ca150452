"""The benchmark scripts run on three questions; what they count is compared with arithmetic."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.retrieval import Retriever
from index.opened import open_index

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
QUESTIONS = (
    ("easy", "飲料水供給施設への応急給水", {"313": 2}),
    ("medium", "上下水道の危機のときの応援", {"310": 2, "319": 1}),
    ("hard", "お年寄りが水道を使えないとき", {"313": 2, "310": 1}),
)


@pytest.fixture(autouse=True)
def _scripts_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    file = tmp_path_factory.mktemp("benchmarks") / "three.jsonl"
    lines = [
        {
            "id": f"Q{n}",
            "type": "lookup",
            "difficulty": level,
            "question": question,
            "relevant": nos,
        }
        for n, (level, question, nos) in enumerate(QUESTIONS, 1)
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def index(built_home):
    return open_index(built_home)


@pytest.fixture(scope="module")
def printed(asked, request):
    """What each script prints; all run at the same time."""

    def start(name, *options):
        return subprocess.Popen(
            [sys.executable, str(BENCHMARKS / f"{name}.py"), "--questions", str(asked), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )

    # This one builds an index of its own, so it needn't wait for the shared one.
    running = {"speed": start("speed", "--runs", "1")}
    home = str(request.getfixturevalue("built_home"))
    running["quality"] = start("quality", "--repeats", "1", "--home", home)
    running["leave_one_out"] = start("leave_one_out", "--home", home)
    outputs = {}
    for name, process in running.items():
        output, messages = process.communicate(timeout=120)
        assert process.returncode == 0, f"{name}: {messages}"
        outputs[name] = output
    return outputs


def rows_of(output):
    """The rows of all Markdown tables, by their first cells."""
    lines = [line for line in output.split("\n") if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in rows}


def test_the_speed_table_holds_every_target_of_the_project(printed):
    rows = rows_of(printed["speed"])
    targets = [row[-1].rstrip("✓✗ ") for row in rows.values() if row[-1]]
    assert {"≤ 5 s", "≤ 2 s", "≤ 10 ms", "≤ 25 ms", "つねに ≤ 0 問", "なし"} <= set(targets)
    assert "つねに ≤ 300 MB" in targets
    assert "torch" not in rows["全問の検索が読み込む重い部品"][0]
    assert "torch" not in rows["全問の回答が読み込む重い部品"][0]
    assert "文書の読み取り" in printed["speed"]
    assert "質問 3 問、1 回ずつ" in printed["speed"]


def test_imports_take_longer_than_a_bare_interpreter(printed):
    rows = rows_of(printed["speed"])
    bare, imports = (
        float(rows[name][0].removesuffix(" s"))
        for name in ("Python の起動だけ", "起動と import だけ")
    )
    assert 0 < bare < imports


def test_the_quality_table_holds_the_project_its_ablations_and_its_peers(printed):
    rows = rows_of(printed["quality"])
    from parts.rankers import entrants

    unmeasured = printed["quality"].split("測っていないもの")[-1]
    for entrant in entrants():
        name = entrant.full_name
        assert (name in rows) != (f"- {name}: " in unmeasured), name
    assert "方式（3 問）" in rows
    assert {"本体", "本体 − lexical", "本体 − 類語辞書のすべて"} <= set(rows)


def test_a_question_in_the_words_of_the_row_is_answered_first(printed):
    easy = rows_of(printed["quality"])["本体"][2]
    assert easy == "1.000 [1.00, 1.00]"


def test_every_concept_that_fires_is_counted_once_in_the_distribution(printed, asked, index):
    from leave_one_out import judge
    from parts.labelled import read_lookups

    judged = judge(index, read_lookups([asked]))
    rows = rows_of(printed["leave_one_out"])
    steps = ("以下", "~", "変わらない", "超")
    counted = [row for name, row in rows.items() if any(step in name for step in steps)]
    assert len(counted) == 9
    assert sum(int(row[0]) for row in counted) == sum(len(one.by_concept) for one in judged)
    assert sum(int(row[1]) for row in counted) == 3
    assert rows["全体"][0] == "3"


def test_leaving_a_concept_out_equals_an_index_that_never_had_it(index):
    from leave_one_out import Narrowed

    question = QUESTIONS[2][1]
    narrowed = Narrowed(index)
    fired = {mention.concept for mention in narrowed.probe(question).mentions}
    assert fired
    for concept in sorted(fired)[:2]:
        kept = index.contents.concepts[:concept] + index.contents.concepts[concept + 1 :]
        never_had = Retriever(replace(index, contents=replace(index.contents, concepts=kept)))
        narrowed.left_out = frozenset({concept})
        found = [(hit.record.id, round(hit.score, 5)) for hit in narrowed.search(question, 50)]
        wanted = [(hit.record.id, round(hit.score, 5)) for hit in never_had.search(question, 50)]
        assert found == wanted


def test_the_cautious_estimate_leaves_out_the_concept_that_helps_most():
    from leave_one_out import Judged

    judged = Judged(None, whole=0.8, none=0.2, by_concept={1: 0.9, 2: 0.5, 3: 0.8}, fired={})
    assert judged.cautious == 0.5
    assert replace(judged, by_concept={}).cautious == 0.8


def test_a_tool_that_is_not_installed_says_so():
    from parts.rankers import Entrant, UnavailableError, make

    entrant = Entrant(
        "ほかの道具 {}", lambda index: pytest.fail("was made"), "no-such-distribution"
    )
    assert entrant.full_name == "ほかの道具"
    with pytest.raises(UnavailableError, match="no-such-distribution が入っていません"):
        make(entrant, None)


def test_a_dropped_signal_leaves_shares_that_are_together_1_and_as_before():
    from dataclasses import asdict

    from parts.rankers import without_signal

    from assistant.retrieval import Weights

    before, after = asdict(Weights()), asdict(without_signal("late"))
    assert after.pop("late") == 0
    assert sum(after.values()) == pytest.approx(1)
    for one, other in pairwise(after):
        assert after[one] * before[other] == pytest.approx(after[other] * before[one])


def test_percentiles_lie_between_neighbours():
    from speed import percentile

    assert percentile([40, 10, 30, 20], 50) == 25
    assert percentile([10, 20, 30, 40, 50], 95) == pytest.approx(40 + 0.8 * 10)
    assert percentile([7], 95) == 7


def test_a_median_above_its_target_is_marked():
    from speed import Row

    assert Row("a", [1, 5, 6], "s", 5).cells == ("a", "5.00 s", "1.00~6.00", "3", "≤ 5 s ✓")
    assert Row("a", [6, 6, 1], "s", 5).cells[-1] == "≤ 5 s ✗"
    assert Row("a", [1, 1, 6], "MB", 5, always=True).cells[-1] == "つねに ≤ 5 MB ✗"
    assert Row("a", [], "MB", 5).cells[1] == "–"


def test_turns_are_questions_and_hostile_inputs_are_not(tmp_path):
    from speed import read_questions

    file = tmp_path / "q.jsonl"
    lines = [
        {"id": "1", "question": "一"},
        {"id": "2", "turns": [{"question": "二"}, {"question": "三"}]},
        {"id": "3", "input": "四"},
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert read_questions([file]) == ["一", "二", "三"]


def test_the_peak_is_the_memory_of_the_process_that_ran():
    # From a process of its own: the memory of the one that measures would be counted.
    code = """
import json, sys
from parts.processes import run
hold = "kept = bytearray(b'x' * 100_000_000)"
print(json.dumps([run([sys.executable, "-c", code]).peak_mb for code in ("pass", hold)]))
"""
    measured = subprocess.run(
        [sys.executable, "-c", code], cwd=BENCHMARKS, check=True, capture_output=True
    )
    small, large = json.loads(measured.stdout)
    if small is None:
        pytest.skip("この環境ではメモリーの最大値を測れません")
    assert 90 < large - small < 220


def test_messages_carry_the_time_at_which_they_came():
    from parts.processes import run

    say = "print('次', file=sys.stderr, flush=True); time.sleep(0.2)"
    code = f"import sys, time; {say}; {say}"
    finished = run([sys.executable, "-c", code])
    (first, text), (second, _) = finished.messages
    assert text == "次"
    assert 0.15 < second - first < 2
    assert second + 0.15 < finished.seconds


def test_a_process_that_fails_is_an_error_with_its_last_words():
    from parts.processes import run

    with pytest.raises(RuntimeError, match="だめでした"):
        run([sys.executable, "-c", "import sys; sys.exit('だめでした')"])


def test_a_bar_in_a_cell_does_not_end_it():
    from parts.tables import markdown_table

    table = markdown_table(("名", "値"), [("a|b\nc", "+1.0"), ("d", "–")])
    assert table == "| 名 | 値 |\n| --- | --: |\n| a\\|b c | +1.0 |\n| d | – |"
