"""How good the search is, and how long a question takes, beside the tools one would take instead.

Labelled questions are asked of this project, of it without each of its signals, and of its peers
with their defaults, all in one run over the same passages. Prints one Markdown table. ``±`` is the
mean difference to the project on the same questions; its interval says more than two intervals
that overlap.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from parts.labelled import DIFFICULTIES, LEVELS, MAIN, interval, parser, read_lookups
from parts.rankers import Entrant, Ranker, UnavailableError, entrants, make
from parts.tables import markdown_table, report

from assistant.engine import open_assistant
from assistant.evaluation.labels import RankingLabel
from assistant.evaluation.metrics import METRICS, ranking_scores
from index.errors import RenkeiError
from index.opened import OpenIndex
from index.records import Agreement

LIMIT = 50
_WARM_UP = "協定"


@dataclass(frozen=True)
class Result:
    """A ranker's name, its scores by question and metric, and its times in ms."""

    name: str
    scores: Sequence[dict[str, float]]
    times: Sequence[float]


def main() -> int:
    """Compare and print."""
    made = parser("検索の質と時間を、ほかの道具と並べて測り、Markdown の表で示します。")
    made.add_argument(
        "--repeats", type=int, default=3, metavar="N", help="時間を測る回数（既定: 3）"
    )
    made.add_argument("--full", action="store_true", help="難しさごとに、すべての指標を示す")
    options = made.parse_args()
    try:
        labels = read_lookups(options.questions)
        index = open_assistant(options.home, options.seeds).index
        results: list[Result] = []
        missing: list[tuple[str, str]] = []
        all_ = entrants()
        for number, entrant in enumerate(all_, 1):
            try:
                results.append(_result(entrant, index, labels, options.repeats))
            except UnavailableError as error:
                missing.append((entrant.full_name, str(error)))
            report("比較", number, len(all_))
    except RenkeiError as error:
        print(error, file=sys.stderr)
        return 1
    print(_full(results, labels) if options.full else _short(results, labels))
    if missing:
        print("\n測っていないもの:\n")
        print("\n".join(f"- {name}: {why}。" for name, why in missing))
    return 0


def rank_agreements(ranker: Ranker, index: OpenIndex, question: str) -> list[int]:
    """Numbers of the agreements among the first hits, best first; other records left out."""
    found = [index.records[record] for record in ranker(question, LIMIT)]
    return list(dict.fromkeys(record.no for record in found if isinstance(record, Agreement)))


def _result(
    entrant: Entrant, index: OpenIndex, labels: Sequence[RankingLabel], repeats: int
) -> Result:
    """Ask every question ``repeats`` times; one question beforehand loads what is loaded late."""
    ranker = make(entrant, index)
    ranker(_WARM_UP, LIMIT)
    scores, times = [], []
    for label in labels:
        for _ in range(repeats):
            start = time.perf_counter()
            ranker(label.question, LIMIT)
            times.append(1000 * (time.perf_counter() - start))
        scores.append(
            ranking_scores(rank_agreements(ranker, index, label.question), label.relevant)
        )
    return Result(entrant.full_name, scores, times)


def _short(results: Sequence[Result], labels: Sequence[RankingLabel]) -> str:
    """A row for each ranker."""
    levels = [level for level in DIFFICULTIES if any(x.difficulty == level for x in labels)]
    counts = [sum(x.difficulty == level for x in labels) for level in levels]
    head = (
        f"方式（{len(labels)} 問）",
        MAIN,
        "± 本体との差",
        *(f"{LEVELS[x]} {n} 問" for x, n in zip(levels, counts, strict=True)),
        *METRICS[1:],
        "1問の時間 中央値 / 95%点",
    )
    rows = [
        (
            result.name,
            interval(_of(result, MAIN)),
            _difference(result, results[0]),
            *(interval(_of(result, MAIN, labels, level)) for level in levels),
            *(interval(_of(result, metric)) for metric in METRICS[1:]),
            "{:.1f} / {:.1f} ms".format(*np.percentile(result.times, (50, 95))),
        )
        for result in results
    ]
    return markdown_table(head, rows)


def _full(results: Sequence[Result], labels: Sequence[RankingLabel]) -> str:
    """A row for each ranker and difficulty."""
    head = ("方式", "難しさ", "問", *METRICS)
    rows = []
    for result in results:
        for level, name in LEVELS.items():
            values = [_of(result, metric, labels, level) for metric in METRICS]
            if values[0]:
                rows.append((result.name, name, str(len(values[0])), *map(interval, values)))
    return markdown_table(head, rows)


def _difference(result: Result, base: Result) -> str:
    if result is base:
        return ""
    pairs = zip(_of(result, MAIN), _of(base, MAIN), strict=True)
    return interval([one - other for one, other in pairs], signed=True)


def _of(
    result: Result,
    metric: str,
    labels: Sequence[RankingLabel] = (),
    difficulty: str | None = None,
) -> list[float]:
    """A metric's values on all questions, or on those of a difficulty."""
    if difficulty is None:
        return [scores[metric] for scores in result.scores]
    judged = zip(result.scores, labels, strict=True)
    return [scores[metric] for scores, label in judged if label.difficulty == difficulty]


if __name__ == "__main__":
    sys.exit(main())
