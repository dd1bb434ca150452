"""A conversation in the page's address: its questions, and the filters that were taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# What of a conversation its link holds: servers refuse addresses that are too long.
LINKED_TURNS = 10
LINKED_LENGTH = 1500


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, and the filters of its answer that were taken off."""

    question: str
    dropped: frozenset[str] = frozenset()


def linkable(talk: Sequence[Turn]) -> list[Turn]:
    """The latest questions of a conversation that fit into an address."""
    linked: list[Turn] = []
    length = 0
    for turn in reversed(talk[-LINKED_TURNS:]):
        length += len(turn.question) + sum(map(len, turn.dropped))
        if length > LINKED_LENGTH:
            break
        linked.insert(0, turn)
    return linked


def write_link(talk: Sequence[Turn]) -> tuple[list[str], list[str]]:
    """The values of ``q`` (questions in order) and of ``off`` (``1:部局＝環境部``, from 1)."""
    off = [f"{n}:{name}" for n, turn in enumerate(talk, 1) for name in sorted(turn.dropped)]
    return [turn.question for turn in talk], off


def read_link(questions: Sequence[str], off: Sequence[str]) -> list[Turn]:
    """The conversation of an address; what isn't understood of ``off`` is ignored."""
    first = max(len(questions) - LINKED_TURNS, 0)
    dropped: dict[int, set[str]] = {}
    for entry in off:
        number, colon, name = entry.partition(":")
        if colon and name and number.isascii() and number.isdecimal():
            dropped.setdefault(int(number[:6]), set()).add(name)
    return [
        Turn(question, frozenset(dropped.get(number, ())))
        for number, question in enumerate(questions, 1)
        if number > first
    ]
