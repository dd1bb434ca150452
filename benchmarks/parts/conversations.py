"""Conversations of many people: from the files of questions, as they are and put together."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.pages.links import LINKED_LENGTH, LINKED_TURNS
from assistant.question import MAX_LENGTH

MOST_TURNS = 4


def read_conversations(files: Sequence[Path]) -> list[tuple[str, ...]]:
    """All conversations of the files, single questions and hostile inputs among them.

    Raises:
        ValueError: if there are none.
    """
    found: list[tuple[str, ...]] = []
    for file in files:
        for line in file.read_text(encoding="utf-8-sig").split("\n"):
            values = json.loads(line) if line.strip() else {}
            if "turns" in values:
                found.append(tuple(turn["question"] for turn in values["turns"]))
            elif "repeat" in values:
                text, times = values["repeat"]
                found.append((text * times,))
            elif values:
                found.append((values.get("question", values.get("input")),))
    if not found:
        raise ValueError("質問がありません。--questions に質問のファイルを指定してください。")
    return list(dict.fromkeys(found))


def plan(conversations: Sequence[tuple[str, ...]], count: int, seed: int) -> list[tuple[str, ...]]:
    """``count`` different conversations that can be held on the page and linked to as a whole.

    Conversations of the files come as they are; single questions are put together, up to
    :data:`MOST_TURNS` of them, each time in another way. Fewer are given if there are no more.
    """
    chance = random.Random(seed)  # noqa: S311 - the same plan each time, nothing secret
    usable = [talk for talk in conversations if all(map(_can_be_typed, talk))]
    planned: dict[tuple[str, ...], None] = {}
    for _ in range(count):
        shuffled = list(usable)
        chance.shuffle(shuffled)
        planned.update(dict.fromkeys(filter(_can_be_linked, _put_together(shuffled, chance))))
        if len(planned) >= count:
            break
    return list(planned)[:count]


def _put_together(
    conversations: Sequence[tuple[str, ...]], chance: random.Random
) -> Iterator[tuple[str, ...]]:
    waiting: list[str] = []
    wanted = 1
    for talk in conversations:
        if len(talk) > 1:
            yield talk
            continue
        waiting += talk
        if len(waiting) >= wanted:
            yield tuple(waiting)
            waiting, wanted = [], chance.randint(1, MOST_TURNS)
    if waiting:
        yield tuple(waiting)


def _can_be_typed(question: str) -> bool:
    """Whether the field sends ``question`` as it stands, and the page shows it whole."""
    visible = question.strip() == question and question.isprintable()
    return bool(question) and visible and len(question) <= MAX_LENGTH


def _can_be_linked(talk: Sequence[str]) -> bool:
    return len(talk) <= LINKED_TURNS and sum(map(len, talk)) <= LINKED_LENGTH
