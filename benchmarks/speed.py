"""How fast and how large: the index, the first question, every later question.

Everything is measured in fresh processes, several runs each: the median and the range. ``cold``
means a fresh process on files that the system has read before; ``warm`` a process that has
answered one question, asked questions that are new to it. Prints one Markdown table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# This process must stay small (see parts.processes): nothing of the project is imported here.
from parts.processes import PROJECT, Finished, renkei, run
from parts.tables import markdown_table, report

INSIDE = Path(__file__).parent / "parts" / "inside.py"
HEAD = ("計測", "中央値", "最小~最大", "回数", "目標")
_STAGE = re.compile(r"([^:]+): \d+/\d+")


@dataclass(frozen=True)
class Row:
    """A measured quantity: one value a run, its unit, and the most that its median may be.

    Where ``always`` is set, it is the most that any value may be: memory depends on the question,
    and one that needs too much has ended the process.
    """

    name: str
    values: Sequence[float]
    unit: str
    target: float | None = None
    always: bool = False

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        if not self.values:
            return (self.name, "–", "この環境では測れません", "0", "")
        middle = statistics.median(self.values)
        digits = {"s": 2, "問": 0}.get(self.unit, 1)
        span = f"{min(self.values):.{digits}f}~{max(self.values):.{digits}f}"
        goal = ""
        if self.target is not None:
            met = (max(self.values) if self.always else middle) <= self.target
            goal = f"{'つねに ' * self.always}≤ {self.target:g} {self.unit} {'✓' if met else '✗'}"
        return (self.name, f"{middle:.{digits}f} {self.unit}", span, str(len(self.values)), goal)


def main() -> int:
    """Measure and print."""
    options = _options()
    questions = read_questions(options.questions)
    with tempfile.TemporaryDirectory() as folder:
        measured = Measurements(Path(folder), options.seeds, questions)
        try:
            measured.all(options.runs)
        except RuntimeError as error:
            sys.exit(str(error))
    rows = [*measured.rows(), *measured.heavy_rows()]
    for question, problem in measured.failed.items():
        print(f"答えられなかった質問: {question} … {problem}", file=sys.stderr)
    print(f"{machine()}。質問 {len(questions)} 問、{options.runs} 回ずつ。\n")
    print(markdown_table(HEAD, rows))
    return 0


class Measurements:
    """All processes' times and sizes.

    Args:
        folder: where indexes are built, anew in every run.
        seeds: the documents.
        questions: asked one after another by warm processes, one each by cold ones.
    """

    def __init__(self, folder: Path, seeds: Path, questions: Sequence[str]) -> None:
        self._folder, self._seeds, self._questions = folder, seeds, questions
        self._runs: dict[str, list[Finished]] = {}
        self._warm: list[dict[str, Any]] = []

    def all(self, runs: int) -> None:
        """Start every process ``runs`` times."""
        for number in range(runs):
            question = self._questions[number * len(self._questions) // runs]
            self._run("python", [sys.executable, "-c", "pass"])
            self._run("import", [sys.executable, "-c", "import assistant.cli, index.build"])
            home = self._folder / str(number)
            self._run("new", [*renkei(), "index"], home=home)
            self._run("unchanged", [*renkei(), "index"], home=home)
            self._run("ask", [*renkei(), "ask", question], home=home)
            self._run("search", [*renkei(), "search", question], home=home)
            inside = [sys.executable, str(INSIDE), str(home), str(self._seeds)]
            warm = self._run("warm", inside, text=json.dumps(self._questions))
            self._warm.append(json.loads(warm.output))
            report("計測", number + 1, runs)

    def _run(
        self, name: str, command: list[str], *, home: Path | None = None, text: str = ""
    ) -> Finished:
        if home is not None:
            command = [*command, "--home", str(home), "--seeds", str(self._seeds)]
        finished = run(command, text=text)
        self._runs.setdefault(name, []).append(finished)
        return finished

    @property
    def failed(self) -> dict[str, str]:
        """What came in the place of an answer, by question."""
        return {
            question: why for values in self._warm for question, why in values["failed"].items()
        }

    def rows(self) -> list[tuple[str, ...]]:
        """The table's rows of numbers."""
        start = statistics.median(self._seconds("python"))
        built = [seconds - start for seconds in self._seconds("new")]
        rows = [
            Row("Python の起動だけ", self._seconds("python"), "s"),
            Row("起動と import だけ", self._seconds("import"), "s"),
            Row("renkei index（何もない状態から）", self._seconds("new"), "s"),
            Row("└ うち Python の起動後", built, "s", 5),
            *self._stage_rows(),
            Row("renkei index の最大メモリー", self._peaks("new"), "MB"),
            Row("renkei index（変更なし）", self._seconds("unchanged"), "s"),
            Row("renkei ask（新しいプロセス）", self._seconds("ask"), "s", 2),
            Row("renkei ask の最大メモリー", self._peaks("ask"), "MB", 300, always=True),
            Row("renkei search（新しいプロセス）", self._seconds("search"), "s", 2),
            Row("renkei search の最大メモリー", self._peaks("search"), "MB"),
            Row("索引を開く", self._of_warm("open_ms"), "ms"),
            Row("最初の検索（準備を含む）", self._of_warm("first_search_ms"), "ms"),
            Row("検索 中央値", self._percentiles("search_ms", 50), "ms", 10),
            Row("検索 95%点", self._percentiles("search_ms", 95), "ms", 25),
            Row("回答 中央値", self._percentiles("ask_ms", 50), "ms"),
            Row("回答 95%点", self._percentiles("ask_ms", 95), "ms"),
            Row("例外で答えられなかった質問", [len(self.failed)], "問", 0, always=True),
            *self._memory_rows("ready_mb", "1問答えたあと"),
            *self._memory_rows("asked_mb", "全問答えたあと"),
        ]
        return [row.cells for row in rows]

    def heavy_rows(self) -> list[tuple[str, ...]]:
        """The table's rows about modules that no question may load."""
        rows: list[tuple[str, ...]] = []
        for call, name in (("search", "検索"), ("ask", "回答")):
            loaded = dict.fromkeys(x for values in self._warm for x in values["heavy"][call])
            mark = "✗" if loaded else "✓"
            shown = "、".join(loaded) or "なし"
            count = str(len(self._warm))
            rows.append((f"全問の{name}が読み込む重い部品", shown, "", count, f"なし {mark}"))
        return rows

    def _stage_rows(self) -> list[Row]:
        """Time by stage, as ``renkei index`` itself reports that a stage is done.

        What comes between two reports belongs to the later one; the first one holds the start of
        the interpreter and all imports.
        """
        stages: dict[str, list[float]] = {}
        for finished in self._runs["new"]:
            before = 0.0
            ends = {m[1]: at for at, line in finished.messages if (m := _STAGE.fullmatch(line))}
            for stage, at in ends.items():
                stages.setdefault(stage, []).append(at - before)
                before = at
            stages.setdefault("終了", []).append(finished.seconds - before)
        return [
            Row(f"└ {stage}{'（起動と import を含む）' if number == 0 else ''}", values, "s")
            for number, (stage, values) in enumerate(stages.items())
        ]

    def _seconds(self, name: str) -> list[float]:
        return [finished.seconds for finished in self._runs[name]]

    def _peaks(self, name: str) -> list[float]:
        peaks = [finished.peak_mb for finished in self._runs[name]]
        return [peak for peak in peaks if peak is not None]

    def _of_warm(self, name: str) -> list[float]:
        return [values[name] for values in self._warm]

    def _percentiles(self, name: str, percent: int) -> list[float]:
        return [percentile(values[name], percent) for values in self._warm]

    def _memory_rows(self, name: str, when: str) -> list[Row]:
        return [
            Row(
                f"開いた索引のメモリー（{when}）", self._grown(name, "all"), "MB", 250, always=True
            ),
            Row(f"└ 写像したファイルを除く（{when}）", self._grown(name, "own"), "MB"),
        ]

    def _grown(self, name: str, part: str) -> list[float]:
        return [
            values[name][part] - values["empty_mb"][part]
            for values in self._warm
            if values["empty_mb"] is not None
        ]


def read_questions(files: Sequence[Path]) -> list[str]:
    """The questions of labelled files, conversations' turns among them; hostile inputs left out."""
    questions = []
    for file in files:
        for line in file.read_text(encoding="utf-8-sig").split("\n"):
            values = json.loads(line) if line.strip() else {}
            asked = [values, *values.get("turns", ())]
            questions += [one["question"] for one in asked if "question" in one]
    if not questions:
        sys.exit("質問がありません。--questions に質問のファイル（JSONL）を指定してください。")
    return questions


def percentile(values: Sequence[float], percent: int) -> float:
    """The percentile of some values, interpolated between neighbours."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def machine() -> str:
    """The machine, in words, and how busy it is."""
    load = f"、計測後の負荷 {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} {platform.machine()}、CPU {os.cpu_count()} 個、"
        f"Python {platform.python_version()}{load}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="速さとメモリーを測り、Markdown の表で示します。")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="回数（既定: 5）")
    parser.add_argument(
        "--questions",
        type=Path,
        nargs="+",
        metavar="FILE",
        default=sorted((PROJECT / "tests" / "data" / "questions").glob("*.jsonl")),
        help="質問のファイル（JSONL。既定: tests/data/questions のすべて）",
    )
    parser.add_argument(
        "--seeds", type=Path, metavar="DIR", default=PROJECT / "seeds", help="文書のフォルダー"
    )
    options = parser.parse_args()
    options.seeds = options.seeds.resolve()
    if options.runs < 1:
        parser.error("--runs は1以上にしてください。")
    return options


if __name__ == "__main__":
    sys.exit(main())
