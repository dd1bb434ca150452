"""Labelled questions for agreements, and what rankings are worth on them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.evaluation.labels import RankingLabel, read_labels
from assistant.evaluation.metrics import METRICS, Estimate, mean_interval
from assistant.places import home_folder, seeds_folder
from index.errors import RequestError
from parts.processes import PROJECT

MAIN = METRICS[0]
DIFFICULTIES = ("easy", "medium", "hard")
LEVELS: Mapping[str | None, str] = {
    None: "全体",
    "easy": "易しい",
    "medium": "中くらい",
    "hard": "難しい",
}
_QUESTIONS = PROJECT / "tests" / "data" / "questions"
_DEFAULT = ("questions_citizen.jsonl", "more_citizen.jsonl")


def parser(description: str) -> argparse.ArgumentParser:
    """The options that benchmarks on labelled questions share."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument(
        "--questions",
        type=Path,
        nargs="+",
        metavar="FILE",
        default=[file for name in _DEFAULT if (file := _QUESTIONS / name).exists()],
        help="正解つきの質問（JSONL。既定: tests/data/questions の市民の質問）",
    )
    made.add_argument("--home", type=Path, default=home_folder(), help="索引のフォルダー")
    made.add_argument("--seeds", type=Path, default=seeds_folder(), help="文書のフォルダー")
    return made


def read_lookups(files: Sequence[Path]) -> list[RankingLabel]:
    """The questions of ``files`` that ask for agreements by their topic.

    Raises:
        RequestError: if a file can't be read or holds none.
    """
    labels = read_labels(files).labels
    lookups = [x for x in labels if isinstance(x, RankingLabel) and x.type == "lookup"]
    if not lookups:
        raise RequestError(
            "話題で協定を探す質問（type: lookup）がありません。--questions を確かめてください。"
        )
    return lookups


def interval(values: Sequence[float], *, signed: bool = False) -> str:
    """A mean with its bootstrap interval, e.g. ``0.747 [0.62, 0.87]``; a dash for no values."""
    if not values:
        return "–"
    estimate: Estimate = mean_interval(values)
    sign = "+" if signed else ""
    return f"{estimate.mean:{sign}.3f} [{estimate.low:{sign}.2f}, {estimate.high:{sign}.2f}]"
