"""The same question gets the same answer in every process, to the letter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from index_fixtures import SEEDS, offline_environment

QUESTIONS = Path(__file__).parent / "data" / "questions"
FILES = ("questions_staff", "questions_citizen", "conversations", "fourth_staff", "fourth_citizen")
# Sets of words are in another order in every process, unless the seed of their hashes is given.
PROGRAM = """
import json, sys
from pathlib import Path
from assistant.engine import open_assistant
from assistant.results import answer_to_json

assistant = open_assistant(Path(sys.argv[1]), Path(sys.argv[2]))
for turns in json.load(sys.stdin):
    answers = [answer_to_json(answer) for answer in assistant.ask(turns)]
    hits = [(hit.record.id, hit.score, hit.found_by) for hit in assistant.search(turns[0])]
    print(json.dumps([turns, answers, hits], ensure_ascii=False))
"""


def asked() -> list[list[str]]:
    found = []
    for name in FILES:
        for line in (QUESTIONS / f"{name}.jsonl").read_text("utf-8").split("\n"):
            if line:
                values = json.loads(line)
                turns = values.get("turns", [values])
                found.append([turn["question"] for turn in turns])
    return found


def test_no_answer_and_no_ranking_depends_on_the_seed_of_hashes(built_home: Path) -> None:
    questions = asked()
    assert len(questions) > 200
    told = []
    for seed in ("1", "2", "3"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, built_home, SEEDS],
            input=json.dumps(questions),
            env={**offline_environment(), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=180,
            check=True,
        )
        told.append(done.stdout.split("\n")[:-1])
    assert len(told[0]) == len(questions)
    differing = [lines[0] for lines in zip(*told, strict=True) if len(set(lines)) > 1]
    assert not differing, differing[:3]
