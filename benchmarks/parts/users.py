"""Many people at once on a page, each in a conversation of their own, and every answer checked."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field

from websockets.exceptions import WebSocketException

from parts.servers import Figures, Server, figures
from parts.shown import Shown, difference, read_page
from parts.visitors import Drawn, arrive

Talk = tuple[str, ...]
ARRIVE, TYPE, RETURN, FOLLOW = "画面を開く", "質問を送る", "つなぎ直す", "共有リンクを開く"
# Seconds until a request counts as failed.
PATIENCE = 60.0
# Seconds from when everybody has left until the server is looked at for the last time.
SETTLED = 2.0
# How often somebody opens a shared link first, shares one, and loses the connection (per answer).
FOLLOWS, SHARES, LOSES = 0.3, 0.15, 0.1
# Seconds until a connection that was lost is back.
GONE = (0.5, 3.0)
_FAILURES = (TimeoutError, OSError, WebSocketException, RuntimeError)
_EMPTY = Shown((), ())


@dataclass
class Truth:
    """What the page has to show of every conversation, and since when.

    A new index is in use from some moment between the last look that found the old one and the
    first look that found the new one. A request that overlaps with it may be answered from either.

    Args:
        pages: the whole conversations with the index that is in use now.
    """

    pages: Mapping[Talk, Shown]
    _versions: list[tuple[float, Mapping[Talk, Shown]]] = field(init=False)
    _ends: list[float] = field(init=False, default_factory=list)
    _others: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._versions = [(float("-inf"), self.pages)]
        self._learn(self.pages)

    def swap(self, pages: Mapping[Talk, Shown], last_old: float, first_new: float) -> None:
        """From now on ``pages`` are right; both times as :func:`time.monotonic` gives them."""
        self._ends.append(first_new)
        self._versions.append((last_old, pages))
        self.pages = pages
        self._learn(pages)

    def wrong(self, talk: Talk, count: int, shown: Shown, began: float, ended: float) -> str:
        """What is wrong with a page after ``count`` questions; empty if nothing is."""
        problem = ""
        for number, (since, pages) in enumerate(self._versions):
            until = self._ends[number] if number < len(self._ends) else float("inf")
            if began <= until and since <= ended:
                expected = pages[talk].first(count) if count else _EMPTY
                problem = difference(shown, expected, self._others)
                if not problem:
                    return ""
        return problem

    def _learn(self, pages: Mapping[Talk, Shown]) -> None:
        for page in pages.values():
            self._others.update(zip(page.answers, page.questions, strict=True))


@dataclass
class Outcome:
    """What came of all requests.

    Attributes:
        seconds: how long requests took that were answered, by their kind.
        wrong: what was wrong with answers.
        failed: requests without an answer, by the reason.
        answers: how many answers were compared.
        noticed: pages with the right answers that said something beside them.
        lasted: seconds from the first request to the last.
        figures: what the server held, in order of time: after the warm-up, regularly, at the end.
        left: what it held after everybody had left.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    noticed: int = 0
    lasted: float = 0.0
    figures: list[Figures] = field(default_factory=list)
    left: Figures | None = None

    @property
    def requests(self) -> int:
        """All requests, whatever became of them."""
        return sum(map(len, self.seconds.values())) + self.failed.total()


class Crowd:
    """People who hold conversations on one server until their time is over.

    Args:
        server: the server.
        truth: what it has to show; its conversations are the ones that are held.
        think: seconds between an answer and the next question, on average.
    """

    def __init__(self, server: Server, truth: Truth, think: float) -> None:
        self.outcome = Outcome()
        self._server, self._truth, self._think = server, truth, think
        # Nobody holds a conversation that somebody else is holding at the moment.
        self._waiting = deque(truth.pages)
        self._shared: deque[tuple[str, Talk, int]] = deque(maxlen=100)
        self._until = 0.0

    async def stay(self, users: int, seconds: float, every: float) -> Outcome:
        """Let ``users`` people come for ``seconds``; look at the server ``every`` so many."""
        await self._warm_up()
        self._look()
        began = time.monotonic()
        self._until = began + seconds
        people = [self._user(number) for number in range(users)]
        looking = asyncio.create_task(self._look_regularly(every))
        await asyncio.gather(*people)
        self.outcome.lasted = time.monotonic() - began
        looking.cancel()
        self._look()
        await asyncio.sleep(SETTLED)
        self.outcome.left = figures(self._server.process)
        return self.outcome

    async def _warm_up(self) -> None:
        """Ask the server what loads its parts; none of it is measured."""
        visitor = await arrive(self._server.address)
        await visitor.open("")
        for talk in list(self._truth.pages)[:20]:
            await visitor.type(talk[0])
        await visitor.leave()

    async def _look_regularly(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            self._look()

    def _look(self) -> None:
        now = figures(self._server.process)
        if now:
            self.outcome.figures.append(now)

    async def _user(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - the same people each time
        await asyncio.sleep(chance.uniform(0, min(self._think, self._until - time.monotonic())))
        while time.monotonic() < self._until:
            talk = self._waiting.popleft()
            try:
                if self._shared and chance.random() < FOLLOWS:
                    await self._follow(*self._shared.popleft())
                await self._hold(talk, chance)
            except _FAILURES as error:
                self.outcome.failed[f"{type(error).__name__} {error}".strip()[:200]] += 1
            finally:
                self._waiting.append(talk)

    async def _hold(self, talk: Talk, chance: random.Random) -> None:
        """One conversation, from an empty page to its last answer."""
        visitor = await asyncio.wait_for(arrive(self._server.address), PATIENCE)
        try:
            await self._checked(ARRIVE, visitor.open(""), talk, 0)
            for count, question in enumerate(talk, 1):
                await asyncio.sleep(chance.uniform(0.5, 1.5) * self._think)
                if time.monotonic() > self._until:
                    break
                await self._checked(TYPE, visitor.type(question), talk, count)
                if chance.random() < SHARES:
                    self._shared.append((visitor.query, talk, count))
                if chance.random() < LOSES:
                    visitor.lose()
                    await asyncio.sleep(chance.uniform(*GONE))
                    await self._checked(RETURN, visitor.reconnect(), talk, count)
        finally:
            await visitor.leave()

    async def _follow(self, query: str, talk: Talk, count: int) -> None:
        """Open the link that somebody has shared, in a new window."""
        visitor = await asyncio.wait_for(arrive(self._server.address), PATIENCE)
        try:
            await self._checked(FOLLOW, visitor.open(query), talk, count)
        finally:
            await visitor.leave()

    async def _checked(self, kind: str, asked: Awaitable[Drawn], talk: Talk, count: int) -> None:
        began = time.monotonic()
        drawn = await asyncio.wait_for(asked, PATIENCE)
        ended = time.monotonic()
        shown = read_page(drawn.parts)
        problem = self._truth.wrong(talk, count, shown, began, ended)
        if not drawn.whole or (problem and shown.notices):
            # No mix-up: the page itself says why there is no answer.
            said = "、".join(shown.notices) or "途中で終わりました"
            self.outcome.failed[f"{kind}：{said[:200]}"] += 1
            return
        self.outcome.seconds[kind].append(drawn.seconds)
        self.outcome.answers += len(shown.answers)
        self.outcome.noticed += bool(shown.notices)
        if problem:
            self.outcome.wrong.append(f"{kind}：{problem}")


def minutes(samples: Sequence[Figures]) -> list[tuple[str, Figures]]:
    """The samples of a table: the first, the first of every minute, the last."""
    if not samples:
        return []
    start = samples[0].at
    chosen = [("開始（準備のあと）", samples[0])]
    for number in range(1, int((samples[-1].at - start) // 60) + 1):
        later = next(sample for sample in samples if sample.at - start >= 60 * number)
        if later is not samples[-1]:
            chosen.append((f"{number} 分", later))
    return [*chosen, ("終了", samples[-1])]
