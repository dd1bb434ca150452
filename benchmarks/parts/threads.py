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
        after: what it held when they had ended and garbage was collected.
    """

    asks: int
    wrong: list[str]
    seconds: list[float]
    alone: float
    lasted: float
    before: Figures | None
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
    gc.collect()
    before = figures()
    seconds: list[float] = []
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(_ask, assistant, expected, asks, seed) for seed in range(threads)]
        for number, finished in enumerate(running, 1):
            took, problems = finished.result()
            seconds += took
            wrong += problems
            report("スレッド", number, threads)
    lasted = time.perf_counter() - began
    gc.collect()
    return Asked(threads * asks, wrong, seconds, alone, lasted, before, figures())


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
