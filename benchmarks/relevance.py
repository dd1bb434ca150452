"""When to say no: calibrates whether what was found can answer a question, and measures it.

Fits the weights of :class:`assistant.searching.relevance.Signals` on questions that the
documents answer and on questions outside of them, chooses the threshold by what may be refused
wrongly, and prints the risk–coverage curve on other questions. ``--fit`` writes the weights into
the package.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from parts.labelled import parser as labelled_parser
from parts.processes import PROJECT
from parts.tables import markdown_table
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from assistant.engine import Assistant, open_assistant
from assistant.evaluation.labels import (
    AnswerLabel,
    RankingLabel,
    RefusalLabel,
    RoleLabel,
    read_labels,
)
from assistant.question import clean
from assistant.searching.relevance import Signals, calibration, probability, signals
from index.errors import RenkeiError

CALIBRATION = PROJECT / "assistant" / "data" / "calibration.toml"
QUESTIONS = PROJECT / "tests" / "data" / "questions"
FITTED = (
    "questions_citizen",
    "questions_unanswerable",
    "more_citizen",
    "more_unanswerable",
    "third_citizen",
    "third_unanswerable",
    "text_facts",
    "out_of_domain",
)
MEASURED = ("fourth_citizen", "fourth_unanswerable")
# Ids of the questions that running text answers, of all that ask for facts.
TEXT_FACTS = "F"
# Of questions that have an answer, as many may be refused for want of relevance.
FALSE_REFUSALS = 0.02
# Strength of the regularisation and folds of the cross-validation that the threshold rests on.
C, FOLDS = 1.0, 10


@dataclass(frozen=True)
class Sample:
    """Questions with their signals, shape (questions, signals), and whether they have an answer."""

    ids: tuple[str, ...]
    signals: npt.NDArray[np.float64]
    answerable: npt.NDArray[np.bool_]


def read(assistant: Assistant, files: Sequence[Path], odd: bool | None) -> Sample:
    """The questions of ``files`` that a topic leads to, and those outside of the documents.

    Args:
        assistant: finds the best hits.
        files: labelled questions.
        odd: only those of ``more_`` files with an odd, or an even, number; all if None.
    """
    ids, rows, answerable = [], [], []
    for label in read_labels(files).labels:
        if isinstance(label, RankingLabel | RoleLabel):
            if isinstance(label, RankingLabel) and label.type != "lookup":
                continue
            has_answer = True
        elif isinstance(label, AnswerLabel) and label.id.startswith(TEXT_FACTS):
            has_answer = True
        elif isinstance(label, RefusalLabel) and label.reason == "out_of_domain":
            has_answer = False
        else:
            continue
        halved = label.id[0] in "LRW" and label.id[1:].isdecimal()
        if halved and odd is not None and (int(label.id[1:]) % 2 == 1) != odd:
            continue
        text = clean(label.question)
        hits = assistant.search(text, 1)
        ids.append(label.id)
        rows.append(astuple(signals(text, hits[0])) if hits else (0.0,) * len(NAMES))
        answerable.append(has_answer)
    return Sample(tuple(ids), np.array(rows), np.array(answerable))


NAMES = tuple(Signals.__dataclass_fields__)


def fit(sample: Sample) -> tuple[str, npt.NDArray[np.float64]]:
    """The calibration as TOML, and the cross-validated probabilities, shape (questions,)."""
    model = LogisticRegression(C=C, class_weight="balanced", max_iter=1000)
    chances = cross_val_predict(
        model, sample.signals, sample.answerable, cv=FOLDS, method="predict_proba"
    )[:, 1]
    threshold = float(np.quantile(chances[sample.answerable], FALSE_REFUSALS))
    model.fit(sample.signals, sample.answerable)
    weights = zip(NAMES, model.coef_[0], strict=True)
    lines = [
        "# Written by benchmarks/relevance.py --fit; docs/relevance.md says how it does.",
        f"threshold = {threshold:.3f}",
        f"intercept = {model.intercept_[0]:.3f}",
        "",
        "[weights]",
        *(f"{name} = {weight:.3f}" for name, weight in weights),
    ]
    return "\n".join(lines) + "\n", chances


def curve(answerable: npt.NDArray[np.bool_], chances: npt.NDArray[np.float64]) -> str:
    """The risk–coverage curve: what share is answered, and how many of these have no answer."""
    rows = []
    for threshold in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        given = chances >= threshold
        risk = (given & ~answerable).sum() / max(given.sum(), 1)
        rows.append(
            [
                f"{threshold:.2f}",
                f"{given.mean():.2f}",
                f"{risk:.3f}",
                f"{100 * (~given[answerable]).mean():.1f} %",
                f"{100 * (~given[~answerable]).mean():.1f} %",
            ]
        )
    head = ["threshold", "coverage", "risk", "answerable refused", "out of domain refused"]
    return markdown_table(head, rows)


def alone(sample: Sample) -> str:
    """How well each signal alone tells both apart."""
    rows = [
        [name, f"{roc_auc_score(sample.answerable, sample.signals[:, column]):.3f}"]
        for column, name in enumerate(NAMES)
    ]
    return markdown_table(["signal", "AUC"], rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit if asked to, and print the tables."""
    options = _options(arguments)
    try:
        assistant = open_assistant(options.home, options.seeds)
        fitted = read(assistant, _existing(FITTED), odd=True)
        measured = read(assistant, _existing(MEASURED), odd=False)
    except RenkeiError as error:
        print(f"エラー: {error}", file=sys.stderr)
        return 1
    text, chances = fit(fitted)
    if options.fit:
        CALIBRATION.write_text(text, encoding="utf-8")
        calibration.cache_clear()
    print(f"## Fitted on {len(fitted.ids)} questions (cross-validated)\n")
    print(f"AUC {roc_auc_score(fitted.answerable, chances):.3f}\n")
    print(curve(fitted.answerable, chances), alone(fitted), sep="\n\n")
    others = np.array([probability(Signals(*row)) for row in measured.signals])
    print(f"\n## Measured on {len(measured.ids)} other questions\n")
    print(f"AUC {roc_auc_score(measured.answerable, others):.3f}, threshold ", end="")
    print(f"{calibration().threshold:.3f}: ", end="")
    answered = others >= calibration().threshold
    print(
        f"{100 * (~answered[measured.answerable]).mean():.1f} % of the answerable refused, ", end=""
    )
    print(f"{100 * (~answered[~measured.answerable]).mean():.1f} % of those out of domain\n")
    print(curve(measured.answerable, others))
    return 0


def _existing(names: Sequence[str]) -> list[Path]:
    return [file for name in names if (file := QUESTIONS / f"{name}.jsonl").exists()]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = labelled_parser(__doc__ or "")
    parser.add_argument("--fit", action="store_true", help="重みを書き込む")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
