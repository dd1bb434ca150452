"""The report of an evaluation: one outcome a question, tables made from them, saving, comparing.

Only outcomes are stored; every figure is computed from them, so a saved run can be read again by
later versions with other tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.evaluation.labels import ANSWER_TYPES, RANKING_TYPES, Notice
from assistant.evaluation.metrics import METRICS, Estimate, mean_interval, percentile, rate_interval
from assistant.evaluation.scoring import REFUSALS
from index.errors import RequestError

FORMAT = 1
ANSWERABLE_TYPES = (*RANKING_TYPES, *ANSWER_TYPES, "role")
_DIFFICULTIES = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question (or one turn of a conversation, ``id`` then ends in ``/turn``).

    ``reasons`` say why the answer is wrong; ``right`` is theirs being empty. ``kind`` is the kind
    of the answer that came, ``None`` where none came. ``scores`` are the retrieval metrics of
    lookup and similar questions, ``strangers`` the number of their first ten hits that are no
    agreements. Times are milliseconds; ``None`` where nothing was timed.
    """

    id: str
    type: str
    question: str
    right: bool
    reasons: tuple[str, ...]
    expected: str
    got: str
    kind: str | None = None
    difficulty: str | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    strangers: int = 0
    search_ms: float | None = None
    ask_ms: float | None = None

    @property
    def refused(self) -> bool:
        """Whether the answer that came said that there is none."""
        return self.kind in REFUSALS


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes in the order of the files, and what was left aside."""

    outcomes: tuple[Outcome, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        """The outcomes that are wrong, in order."""
        return tuple(outcome for outcome in self.outcomes if not outcome.right)

    def of_type(self, *types: str) -> tuple[Outcome, ...]:
        """The outcomes of some types, in order."""
        return tuple(outcome for outcome in self.outcomes if outcome.type in types)


@dataclass(frozen=True, slots=True)
class RetrievalRow:
    """Retrieval metrics of one type at one difficulty (``None``: all) with their intervals.

    ``strangers`` is the mean number of hits among the first ten that are no agreements.
    """

    type: str
    difficulty: str | None
    metrics: Mapping[str, Estimate]
    strangers: float

    @property
    def n(self) -> int:
        """The number of questions."""
        return self.metrics[METRICS[0]].n


@dataclass(frozen=True, slots=True)
class RateRow:
    """A share of questions; ``name`` says of which, and of what (see :func:`rate_rows`)."""

    name: str
    right: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class TimingRow:
    """Milliseconds of one kind of call over ``n`` questions."""

    name: str
    n: int
    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two runs, question by question.

    ``moved`` holds (id, nDCG@10 before, now) of rankings that changed; ``ndcg`` the mean paired
    difference (now - before) over the lookup questions of both runs, ``None`` without any.
    """

    newly_right: tuple[Outcome, ...]
    newly_wrong: tuple[Outcome, ...]
    moved: tuple[tuple[str, float, float], ...]
    only_now: tuple[str, ...]
    only_earlier: tuple[str, ...]
    ndcg: Estimate | None


def retrieval_rows(report: Report) -> tuple[RetrievalRow, ...]:
    """Lookup and similar, each over all questions and then by difficulty."""
    rows = []
    for kind in RANKING_TYPES:
        outcomes = report.of_type(kind)
        seen = {o.difficulty for o in outcomes if o.difficulty is not None}
        others = sorted(seen.difference(_DIFFICULTIES))
        levels = [level for level in (*_DIFFICULTIES, *others) if level in seen]
        for level in (None, *levels):
            chosen = [o for o in outcomes if level is None or o.difficulty == level]
            if chosen:
                rows.append(_retrieval_row(kind, level, chosen))
    return tuple(rows)


def _retrieval_row(kind: str, level: str | None, outcomes: Sequence[Outcome]) -> RetrievalRow:
    metrics = {name: mean_interval([o.scores[name] for o in outcomes]) for name in METRICS}
    return RetrievalRow(kind, level, metrics, sum(o.strangers for o in outcomes) / len(outcomes))


def rate_rows(report: Report) -> tuple[RateRow, ...]:
    """Shares of right answers; rows without questions are left out.

    Names are the types themselves and ``exact`` (count, list, fact, compare, attribute and role
    together), ``unanswerable``, ``refused`` (of the unanswerable), ``false_refusal`` (of the
    answerable), ``false_refusal_right`` (those of them whose content was right all the same),
    ``turn``, ``conversation`` (all turns right) and ``hostile`` (an answer came back in time).
    """
    exact = report.of_type(*ANSWER_TYPES, "role")
    answerable = report.of_type(*ANSWERABLE_TYPES)
    unanswerable = report.of_type("unanswerable")
    turns = report.of_type("turn")
    whole: dict[str, bool] = {}
    for turn in turns:
        key = turn.id.rpartition("/")[0]
        whole[key] = whole.get(key, True) and turn.right
    rows = [(kind, [o.right for o in report.of_type(kind)]) for kind in ANSWERABLE_TYPES]
    rows += [
        ("exact", [o.right for o in exact]),
        ("unanswerable", [o.right for o in unanswerable]),
        ("refused", [o.refused for o in unanswerable]),
        ("false_refusal", [o.refused for o in answerable]),
        ("false_refusal_right", [o.refused and o.right for o in answerable]),
        ("turn", [o.right for o in turns]),
        ("conversation", list(whole.values())),
        ("hostile", [o.right for o in report.of_type("hostile")]),
    ]
    return tuple(
        RateRow(name, sum(values), rate_interval(sum(values), len(values)))
        for name, values in rows
        if values
    )


def timing_rows(report: Report) -> tuple[TimingRow, ...]:
    """Median and 95th percentile of ``search``, ``similar`` and ``ask``.

    Turns of conversations and hostile inputs are not in it: they are no ordinary questions.
    """
    times = {
        "search": [o.search_ms for o in report.of_type("lookup")],
        "similar": [o.search_ms for o in report.of_type("similar")],
        "ask": [o.ask_ms for o in report.of_type(*ANSWERABLE_TYPES, "unanswerable")],
    }
    rows = []
    for name, values in times.items():
        known = [value for value in values if value is not None]
        if known:
            middle = percentile(known, 50)
            rows.append(TimingRow(name, len(known), middle, percentile(known, 95)))
    return tuple(rows)


def diff(report: Report, earlier: Report) -> Difference:
    """Compare a run with an earlier one, question by question (by id)."""
    now = {outcome.id: outcome for outcome in report.outcomes}
    before = {outcome.id: outcome for outcome in earlier.outcomes}
    both = [id_ for id_ in now if id_ in before]
    ndcg = METRICS[0]
    ranked = [id_ for id_ in both if ndcg in now[id_].scores and ndcg in before[id_].scores]
    pairs = [(id_, before[id_].scores[ndcg], now[id_].scores[ndcg]) for id_ in ranked]
    gains = [new - old for id_, old, new in pairs if now[id_].type == "lookup"]
    return Difference(
        newly_right=tuple(now[i] for i in both if now[i].right and not before[i].right),
        newly_wrong=tuple(now[i] for i in both if before[i].right and not now[i].right),
        moved=tuple(pair for pair in pairs if abs(pair[2] - pair[1]) > 1e-9),
        only_now=tuple(id_ for id_ in now if id_ not in before),
        only_earlier=tuple(id_ for id_ in before if id_ not in now),
        ndcg=mean_interval(gains) if gains else None,
    )


def save(report: Report, path: Path) -> None:
    """Write a report as JSON: its outcomes, and its tables for whoever reads the file itself.

    Raises:
        RequestError: if the file can't be written.
    """
    values = {
        "format": FORMAT,
        "retrieval": [asdict(row) for row in retrieval_rows(report)],
        "rates": [asdict(row) for row in rate_rows(report)],
        "timing": [asdict(row) for row in timing_rows(report)],
        "notices": [asdict(notice) for notice in report.notices],
        "outcomes": [asdict(outcome) for outcome in report.outcomes],
    }
    text = json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RequestError(
            f"{path} に書けません({error.strerror})。書ける場所を指定してください。"
        ) from None


def load(path: Path) -> Report:
    """Read a report that :func:`save` wrote.

    Raises:
        RequestError: if the file can't be read or is no such report.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RequestError(
            f"{path} を読めません({error.strerror})。ファイルの場所を確かめてください。"
        ) from None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise RequestError(
            f"{path} は評価の保存結果ではありません。"
            "renkei eval が保存したファイルを指定してください。"
        )
    try:
        outcomes = tuple(map(_outcome, values["outcomes"]))
        return Report(outcomes, tuple(Notice(**notice) for notice in values["notices"]))
    except (KeyError, TypeError, ValueError) as error:
        raise RequestError(f"{path} が壊れています({error})。評価をやり直してください。") from None


def _outcome(values: Mapping[str, Any]) -> Outcome:
    return Outcome(**{**values, "reasons": tuple(values["reasons"])})
