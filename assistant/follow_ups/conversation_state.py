"""What a conversation has come to: what the next question may lean on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.aggregates import Condition
from assistant.desk import Desk
from assistant.question import Question
from assistant.results import Answer
from assistant.table.counting import restricting, select

# How the rows answered with are called where no conditions say which they are.
BEFORE = "前の結果"
# No question is this long: what stands here isn't said in the question itself.
_ELSEWHERE = 10_000
_REFUSED = frozenset({"not_found", "out_of_scope", "invalid_question"})


@dataclass(frozen=True)
class State:
    """What a conversation has come to.

    Attributes:
        asked: the question in force, refinements included; see :func:`of_before`.
        answer: the last answer.
        nos: the agreements that were answered with, in that order.
        focus: the one agreement that is being talked about, if it is one.
        role: the record of a compact that was last answered from, if any.
        passage: the passage beside the table that was last answered from, if any.
        document: key of the document beside the table that was last answered from, if any.
        wider: the agreements that ``nos`` were chosen from, if they were chosen.
        earlier: the state before.
    """

    asked: Question
    answer: Answer
    nos: tuple[int, ...]
    focus: int | None
    role: str | None = None
    document: str | None = None
    wider: tuple[int, ...] = ()
    earlier: State | None = None
    passage: str | None = None


def remember(
    asked: Question, answer: Answer, before: State | None, *, at_once: bool = False
) -> State:
    """The state after ``answer``; a no keeps what was talked about before it.

    ``at_once`` says that the answer was read off the state: it leaves the question in force.
    """
    refused = answer.kind in _REFUSED
    says_nothing = not (asked.conditions or asked.numbers)
    if before is not None and refused and (at_once or says_nothing):
        return before
    nos = answer.nos or (before.nos if before and refused else ())
    if answer.nos:
        focus = _focus(asked, answer, at_once=at_once)
    else:
        focus = before.focus if before and refused else None
    # One that was picked is talked about within its list; one that is left over is all there is.
    picked = len(answer.nos) == 1 and answer.kind not in ("list", "count")
    listed = before.nos if before and picked and answer.nos[0] in before.nos else nos
    told = [c.record for c in answer.citations if c.no is None]
    role = next(iter(told), None) if answer.kind in ("role", "fact") else None
    passage = next(iter(told), asked.passage) if answer.kind == "fact" else asked.passage
    beside = next((c.span.document for c in answer.citations if c.no is None), None)
    chosen = before is not None and set(listed) < set(before.nos)
    wider = before.nos if before and chosen else (before.wider if before and not answer.nos else ())
    if before is not None and at_once and set(listed) == set(before.nos):
        wider = before.wider
    return State(of_before(asked), answer, listed, focus, role, beside, wider, before, passage)


def of_before(asked: Question) -> Question:
    """``asked`` as later questions lean on it.

    What it says stands nowhere in their text, so its places are moved out of their way; and its
    alternatives must not be taken for alternatives to theirs.
    """
    conditions = tuple(
        replace(
            c,
            start=c.start + _ELSEWHERE,
            end=c.end + _ELSEWHERE,
            group=f"{c.group}'" if c.group else "",
        )
        for c in asked.conditions
    )
    periods = tuple(
        replace(p, start=p.start + _ELSEWHERE, end=p.end + _ELSEWHERE) for p in asked.periods
    )
    topic = tuple(
        replace(t, start=t.start + _ELSEWHERE, end=t.end + _ELSEWHERE) for t in asked.topic
    )
    return replace(asked, conditions=conditions, periods=periods, topic=topic)


def in_force(desk: Desk, before: State) -> tuple[Condition, ...]:
    """The conditions that select what was answered with, its topic among them."""
    asked = before.asked
    if not asked.numbers:
        found, _ = select(desk, asked)
        if {agreement.no for agreement in found} == set(before.nos):
            words = "、".join(dict.fromkeys(t.surface for t in restricting(desk, asked.topic)))
            noted = Condition("number", (list(before.nos),), f"記載＝{words}")
            return (*asked.conditions, noted) if words else asked.conditions
    return (Condition("number", (list(before.nos),), f"{BEFORE}のうち"),)


def history(state: State | None) -> Iterator[State]:
    """The states from ``state`` back to the first."""
    while state is not None:
        yield state
        state = state.earlier


def _focus(asked: Question, answer: Answer, *, at_once: bool) -> int | None:
    """The one that is talked about: the only one, or the best of those found for a topic."""
    if len(answer.nos) == 1:
        return answer.nos[0]
    ranked = answer.kind == "lookup" or (answer.kind == "attribute" and not at_once)
    by_topic = ranked and asked.topic and not asked.numbers and asked.intent != "similar"
    return answer.nos[0] if by_topic else None
