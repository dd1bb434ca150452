"""Evaluation: labelled questions asked of a search and answer engine → a report.

The engine is anything with the three calls of the machine interface (:class:`Subject`): the opened
index, a running command, or another tool to compare with. See ``docs/evaluation.md`` for the
labels and for what counts as right.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from assistant.evaluation.labels import (
    AnswerLabel,
    ConversationLabel,
    Expected,
    HostileLabel,
    Label,
    RankingLabel,
    RefusalLabel,
    RoleLabel,
    read_labels,
)
from assistant.evaluation.metrics import ranking_scores
from assistant.evaluation.reports import Outcome, Report
from assistant.evaluation.scoring import (
    GivenAnswer,
    first_cited,
    format_nos,
    format_number,
    judge_answer,
    judge_ranking,
    judge_refusal,
    judge_role,
    judge_turn,
    read_answer,
)
from index.errors import IndexStateError, ModelError, RequestError

SEARCH_LIMIT = 50
CALL_LIMIT_S = 60.0
HOSTILE_LIMIT_S = 5.0
WARM_UP_LIMIT_S = 600.0
SHOWN = 80
_WARM_UP = "協定"


class Subject(Protocol):
    """What is evaluated. Values have the JSON shapes of the machine interface."""

    def search(self, question: str, limit: int) -> Sequence[Mapping[str, Any]]:
        """The hits of a question, best first."""

    def similar(self, no: int, limit: int) -> Sequence[Mapping[str, Any]]:
        """The agreements most similar to one, best first."""

    def ask(self, turns: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """One answer for each turn of a conversation."""


def evaluate(
    files: Sequence[Path],
    subject: Subject,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ask every labelled question and judge what comes.

    Calls run one after another in a thread of their own, so that an exception or an answer that
    never comes is an outcome of its question and not the end of the run. (A call that never ends
    still keeps the interpreter from exiting.)

    Args:
        files: labelled questions, JSON Lines.
        subject: what is evaluated; asked once beforehand, untimed, so that the times are warm.
        progress: called after each label with the number done and the number of all.

    Raises:
        RequestError: if a file or line can't be used.
        IndexStateError, ModelError: if the subject can't answer anything at all.
    """
    sheet = read_labels(files)
    caller = _Caller()
    try:
        _warm_up(sheet.labels, subject, caller)
        outcomes: list[Outcome] = []
        for done, label in enumerate(sheet.labels, 1):
            outcomes += _outcomes(label, subject, caller)
            if progress is not None:
                progress(done, len(sheet.labels))
    finally:
        caller.close()
    return Report(tuple(outcomes), sheet.notices)


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a call gave: its value and time, or the problem that took their place."""

    value: Any
    ms: float | None
    problem: str | None


class _Caller:
    """A worker thread that is replaced when a call doesn't come back in time."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1)

    def call(self, function: Callable[..., Any], *values: object, limit_s: float) -> _Reply:
        """Call a function. Errors that say that nothing can be answered are raised."""
        future: Future[tuple[Any, float]] = self._executor.submit(_timed, function, values)
        if not wait([future], timeout=limit_s).done:
            self.close()
            self._executor = ThreadPoolExecutor(1)
            return _Reply(None, None, f"{limit_s:g}秒以内に返らない")
        error = future.exception()
        if isinstance(error, IndexStateError | ModelError):
            raise error
        if error is not None:
            return _Reply(None, None, f"例外 {type(error).__name__}: {error}")
        value, seconds = future.result()
        if seconds > limit_s:
            return _Reply(None, None, f"{limit_s:g}秒以内に返らない")
        return _Reply(value, seconds * 1000, None)

    def close(self) -> None:
        self._executor.shutdown(wait=False)


def _timed(function: Callable[..., Any], values: Sequence[object]) -> tuple[Any, float]:
    start = time.perf_counter()
    value = function(*values)
    return value, time.perf_counter() - start


def _warm_up(labels: Sequence[Label], subject: Subject, caller: _Caller) -> None:
    """Call everything once, untimed: what is loaded at the first call is no question's cost."""
    caller.call(subject.search, _WARM_UP, SEARCH_LIMIT, limit_s=WARM_UP_LIMIT_S)
    caller.call(subject.ask, [_WARM_UP], limit_s=WARM_UP_LIMIT_S)
    given = [label.given_no for label in labels if isinstance(label, RankingLabel)]
    for no in [no for no in given if no is not None][:1]:
        caller.call(subject.similar, no, SEARCH_LIMIT, limit_s=WARM_UP_LIMIT_S)


def _outcomes(label: Label, subject: Subject, caller: _Caller) -> list[Outcome]:
    match label:
        case RankingLabel():
            return [_ranking_outcome(label, subject, caller)]
        case ConversationLabel():
            return _turn_outcomes(label, subject, caller)
        case HostileLabel():
            return [_hostile_outcome(label, subject, caller)]
        case AnswerLabel():
            expected = _show_expected(label.expected)
            return [_answer_outcome(label, label.type, expected, subject, caller)]
        case RoleLabel():
            place = [part for part in (label.initiative, label.party) if part is not None]
            expected = " / ".join([*place, *label.must_contain])
            return [_answer_outcome(label, label.type, expected, subject, caller)]
        case RefusalLabel():
            expected = f"答えがない({label.reason})"
            return [_answer_outcome(label, "unanswerable", expected, subject, caller)]


def _judge(label: AnswerLabel | RoleLabel | RefusalLabel, answer: GivenAnswer) -> tuple[str, ...]:
    match label:
        case AnswerLabel():
            return judge_answer(label.type, answer, label.expected)
        case RoleLabel():
            return judge_role(answer, label)
        case RefusalLabel():
            return judge_refusal(answer, label)


def _answer_outcome(
    label: AnswerLabel | RoleLabel | RefusalLabel,
    kind: str,
    expected: str,
    subject: Subject,
    caller: _Caller,
) -> Outcome:
    reply = caller.call(subject.ask, [label.question], limit_s=CALL_LIMIT_S)
    answers, problem = _answers(reply, 1)
    reasons = (problem,) if problem is not None else _judge(label, answers[0])
    return Outcome(
        id=label.id,
        type=kind,
        difficulty=None if isinstance(label, RefusalLabel) else label.difficulty,
        question=shorten(label.question),
        right=not reasons,
        reasons=_shown(reasons),
        expected=shorten(expected),
        got=_show_answer(answers[0]) if answers else "",
        kind=answers[0].kind if answers else None,
        ask_ms=reply.ms,
    )


def _ranking_outcome(label: RankingLabel, subject: Subject, caller: _Caller) -> Outcome:
    if label.given_no is None:
        found = caller.call(subject.search, label.question, SEARCH_LIMIT, limit_s=CALL_LIMIT_S)
    else:
        found = caller.call(subject.similar, label.given_no, SEARCH_LIMIT, limit_s=CALL_LIMIT_S)
    ranking, strangers, flaw = _ranking(found)
    reply = caller.call(subject.ask, [label.question], limit_s=CALL_LIMIT_S)
    answers, problem = _answers(reply, 1)
    reasons = (problem,) if problem is not None else judge_ranking(answers[0], label)
    reasons = (f"検索: {flaw}", *reasons) if flaw is not None else reasons
    best = max(label.relevant.values())
    right = [no for no, grade in label.relevant.items() if grade == best]
    cited = first_cited(answers[0], label.given_no) if answers else ()
    return Outcome(
        id=label.id,
        type=label.type,
        difficulty=label.difficulty,
        question=shorten(label.question),
        right=not reasons,
        reasons=_shown(reasons),
        expected=shorten(format_nos(right)),
        got=f"引用 {_in_order(cited)} / 検索 {_in_order(ranking[:5])}",
        kind=answers[0].kind if answers else None,
        scores=ranking_scores(ranking, label.relevant),
        strangers=strangers,
        search_ms=found.ms,
        ask_ms=reply.ms,
    )


def _turn_outcomes(label: ConversationLabel, subject: Subject, caller: _Caller) -> list[Outcome]:
    questions = [question for question, _ in label.turns]
    reply = caller.call(subject.ask, questions, limit_s=CALL_LIMIT_S)
    answers, problem = _answers(reply, len(questions))
    outcomes = []
    for number, (question, expected) in enumerate(label.turns):
        answer = answers[number] if answers else None
        reasons = (problem or "",) if answer is None else judge_turn(answer, expected)
        outcomes.append(
            Outcome(
                id=f"{label.id}/{number + 1}",
                type="turn",
                question=shorten(question),
                right=not reasons,
                reasons=_shown(reasons),
                expected=shorten(_show_expected(expected)),
                got=_show_answer(answer) if answer is not None else "",
                kind=answer.kind if answer is not None else None,
            )
        )
    return outcomes


def _hostile_outcome(label: HostileLabel, subject: Subject, caller: _Caller) -> Outcome:
    reply = caller.call(subject.ask, [label.input], limit_s=HOSTILE_LIMIT_S)
    answers, problem = _answers(reply, 1)
    if problem is None and not answers[0].text.strip():
        problem = "回答の文が空"
    return Outcome(
        id=label.id,
        type="hostile",
        question=shorten(label.input),
        right=problem is None,
        reasons=_shown((problem,) if problem is not None else ()),
        expected=f"{HOSTILE_LIMIT_S:g}秒以内に例外なく回答({label.reason})",
        got=_show_answer(answers[0]) if answers else "",
        kind=answers[0].kind if answers else None,
        ask_ms=reply.ms,
    )


def _answers(reply: _Reply, n: int) -> tuple[list[GivenAnswer], str | None]:
    """The ``n`` answers of a reply, or none and the problem."""
    if reply.problem is not None:
        return [], reply.problem
    if len(reply.value) != n:
        return [], f"{n}件の質問に{len(reply.value)}件の回答"
    try:
        return [read_answer(values) for values in reply.value], None
    except RequestError as error:
        return [], str(error)


def _ranking(reply: _Reply) -> tuple[list[int], int, str | None]:
    """Distinct agreement numbers in order, other records among the first ten hits, a problem.

    Records that are no agreements have no grade: they are left out of the ranking, and counted.
    """
    if reply.problem is not None:
        return [], 0, reply.problem
    if not all(isinstance(hit, Mapping) and "no" in hit for hit in reply.value):
        return [], 0, "検索結果の形が決まりと違います(no)"
    nos = [hit["no"] for hit in reply.value]
    ranking = list(dict.fromkeys(no for no in nos if no is not None))
    return ranking, sum(no is None for no in nos[:10]), None


def _show_expected(expected: Expected) -> str:
    parts = []
    if expected.number is not None:
        parts.append(format_number(expected.number, expected.unit))
    if expected.nos is not None:
        parts.append(format_nos(expected.nos))
    parts += [f"「{group[0]}」" for group in expected.text]
    return " ".join(parts)


def _show_answer(answer: GivenAnswer) -> str:
    number = [format_number(answer.number, answer.unit)] if answer.number is not None else []
    nos = [format_nos(answer.nos)] if answer.nos else []
    return shorten(" ".join([answer.kind, *number, *nos, f"「{answer.text}」"]))


def _in_order(nos: Sequence[int]) -> str:
    return ", ".join(map(str, nos)) or "なし"


def _shown(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(shorten, reasons))


def shorten(value: str, width: int = SHOWN) -> str:
    """A text in one line of at most ``width`` characters that is safe to print and to save.

    Control characters, direction marks and lone surrogates become ``�``: they would garble a
    terminal, or couldn't be written as UTF-8.
    """
    cut = value[: width + 1]
    line = " ".join(cut.split())
    clean = "".join("�" if unicodedata.category(c).startswith("C") else c for c in line)
    return clean if len(value) <= width else clean[: width - 1] + "…"
