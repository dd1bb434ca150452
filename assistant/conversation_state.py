"""What a conversation has come to: what the next question may lean on."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.question import Question
from assistant.results import Answer


@dataclass(frozen=True)
class State:
    """What a conversation has come to.

    Attributes:
        asked: the question in force, refinements included.
        answer: the last answer.
        nos: the agreements that were answered with, in that order.
        focus: the one agreement that is being talked about, if it is one.
        role: the last role answered with, if any.
        document: key of the document beside the table that was last answered from, if any.
        wider: the agreements that ``nos`` were chosen from, if they were chosen.
        previous: the question in force before, to compare with.
    """

    asked: Question
    answer: Answer
    nos: tuple[int, ...]
    focus: int | None
    role: str | None = None
    document: str | None = None
    wider: tuple[int, ...] = ()
    previous: Question | None = None


def remember(asked: Question, answer: Answer, before: State | None) -> State:
    """The state after ``answer``; a no keeps what was talked about before it."""
    nos = answer.nos or (before.nos if before else ())
    if len(answer.nos) == 1:
        focus: int | None = answer.nos[0]
    elif answer.nos:
        focus = answer.nos[0] if answer.kind in ("lookup", "attribute") else None
    else:
        focus = before.focus if before else None
    listed = before.nos if before and len(answer.nos) == 1 and answer.nos[0] in before.nos else nos
    role = next(
        (c.record for c in answer.citations if c.no is None and answer.kind == "role"), None
    )
    beside = next((c.span.document for c in answer.citations if c.no is None), None)
    chosen = before is not None and set(listed) < set(before.nos)
    wider = before.nos if before and chosen else (before.wider if before and not answer.nos else ())
    previous = before.asked if before else None
    return State(asked, answer, listed, focus, role, beside, wider, previous)
