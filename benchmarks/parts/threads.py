"""One assistant asked by many threads, every answer compared with the one given to one thread."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from assistant.engine import Assistant
from assistant.results import Answer
from parts.servers import Figures, figures
from parts.tables import report

Talk = tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What came of all calls.

    Attributes:
        asks: how many conversations were asked.
        wrong: what was wrong with answers.
        seconds: how long each call took.
        alone: calls per second of a single thread that asks everything a second time.
        lasted: seconds from the first call of the threads to their last.
        before: what this process held before the threads began, after everything was asked once.
        halfway: what it held after half of the calls, with garbage collected.
        after: what it held at the end, with garbage collected.
    """

    asks: int
    wrong: list[str]
    seconds: list[float]
    alone: float
    lasted: float
    before: Figures | None
    halfway: Figures | None
    after: Figures | None


def ask_in_threads(
    assistant: Assistant, conversations: Sequence[Talk], threads: int, asks: int
) -> Asked:
    """Let ``threads`` threads ask ``asks`` conversations each, every one in an order of its own."""
    expected = {}
    for number, talk in enumerate(conversations, 1):
        expected[talk] = assistant.ask(talk)
        report("1スレッドでの回答", number, len(conversations))
    began = time.perf_counter()
    wrong = _ask(assistant, expected, len(expected), seed=-1)[1]
    alone = len(expected) / (time.perf_counter() - began)
    held = [_held()]
    seconds: list[float] = []
    lasted = 0.0
    for half, count in enumerate((asks // 2, asks - asks // 2)):
        began = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            seeds = range(half * threads, (half + 1) * threads)
            running = [pool.submit(_ask, assistant, expected, count, seed) for seed in seeds]
            for finished in running:
                took, problems = finished.result()
                seconds += took
                wrong += problems
        lasted += time.perf_counter() - began
        report("スレッドからの質問", half + 1, 2)
        held.append(_held())
    return Asked(threads * asks, wrong, seconds, alone, lasted, *held)


def _held() -> Figures | None:
    gc.collect()
    return figures()


def _ask(
    assistant: Assistant, expected: Mapping[Talk, list[Answer]], asks: int, seed: int
) -> tuple[list[float], list[str]]:
    """Ask so many conversations; how long each took, and what was wrong."""
    chance = random.Random(seed)  # noqa: S311 - the same order each time
    order: list[Talk] = []
    seconds, wrong = [], []
    for _ in range(asks):
        if not order:
            order = list(expected)
            chance.shuffle(order)
        talk = order.pop()
        began = time.perf_counter()
        answers = assistant.ask(talk)
        seconds.append(time.perf_counter() - began)
        if answers != expected[talk]:
            wrong.append(f"「{'」「'.join(talk)[:200]}」：{answers} ≠ {expected[talk]}")
    return seconds, wrong
