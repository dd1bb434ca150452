"""Many at once: threads and visitors get the answers they would get alone, and a mix-up is seen."""

from __future__ import annotations

import asyncio
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from assistant.engine import Assistant, open_assistant
from assistant.pages.cards import answer_card
from assistant.pages.markup import element

ROOT = Path(__file__).parent.parent
# Single questions, follow-ups, English, a no, numbers and the survey; nothing is asked twice.
TALKS = (
    ("No.94の相手方は？", "担当課は？", "次の番号の協定は？"),
    ("令和5年度に結んだ協定は何件？", "そのうち防災課のものは？", "3番目は？"),
    ("環境部の協定は何件？", "じゃあ土木部は？"),
    ("停電に備える協定は？", "もっと詳しく"),
    ("How many agreements does the city have with Japan Post?",),
    ("手話の講習で美瑛町の役割は？", "旭川市は？"),
    ("明日の天気は？",),
    ("部局ごとの件数を多い順に", "割合は？"),
    ("No.9999の相手方は？",),
    ("",),
)


@pytest.fixture(autouse=True)
def _scripts_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


def test_eight_threads_get_exactly_the_answers_that_one_gets(assistant: Assistant) -> None:
    from parts.threads import ask_in_threads

    asked = ask_in_threads(assistant, TALKS, threads=8, asks=2 * len(TALKS))
    assert asked.wrong == []
    assert asked.asks == len(asked.seconds) == 8 * 2 * len(TALKS)


def test_threads_that_get_each_others_answers_are_found_out(assistant: Assistant) -> None:
    from parts.threads import ask_in_threads

    class Mixed:
        """After a while, gives every fifth asker the answers that were meant for the one before."""

        def __init__(self) -> None:
            self.before, self.count = assistant.ask(TALKS[0]), 0

        def ask(self, turns: tuple[str, ...]) -> object:
            self.count += 1
            given, self.before = self.before, assistant.ask(turns)
            return given if self.count > 20 and self.count % 5 == 0 else self.before

    asked = ask_in_threads(Mixed(), TALKS[:4], threads=2, asks=30)  # type: ignore[arg-type]
    # Of ten, a few were meant for somebody who asks the same.
    assert 1 <= len(asked.wrong) <= 10


def test_an_assistant_that_nobody_uses_is_gone_at_once(built_home: Path) -> None:
    # The server freezes what the collector of cycles looks at: it would never free an old index.
    old = open_assistant(built_home)
    for talk in TALKS:
        old.ask(talk)
    old.similar(94)
    index = weakref.ref(old.index)
    collecting = gc.isenabled()
    gc.disable()
    try:
        del old
        assert index() is None
    finally:
        if collecting:
            gc.enable()


def page_of(assistant: Assistant, *turns: str) -> list[str]:
    """The parts of a page, as the server sends them."""
    parts = ["<style>p > a {}</style>"]
    for turn, answer in zip(turns, assistant.ask(turns), strict=True):
        for content in (element("p", turn, css="question"), answer_card(assistant, answer)):
            parts.append(element("div", content, css="renkei", lang="ja"))
    return parts


def test_a_page_is_read_as_its_questions_and_answers(assistant: Assistant) -> None:
    from parts.shown import read_page

    shown = read_page(page_of(assistant, "No.94の相手方は？", "<b>&amp;"))
    assert shown.questions == ("No.94の相手方は？", "<b>&amp;")
    assert "旭川トヨペット株式会社" in shown.answers[0]
    assert len(shown.answers) == 2
    assert shown.notices == ()


def test_a_page_is_right_only_with_its_own_answers(assistant: Assistant) -> None:
    from parts.shown import difference, expected_page, read_page

    talk = ("No.94の相手方は？", "担当課は？")
    foreign = "No.27の相手方は？"
    others = dict(zip(read_page(page_of(assistant, foreign)).answers, [foreign], strict=True))
    expected = expected_page(assistant, talk, assistant.ask(talk))
    right = read_page(page_of(assistant, *talk))
    stranger = read_page(page_of(assistant, foreign, "担当課は？"))
    assert difference(right, expected, others) == ""
    mixed = difference(replace(right, answers=stranger.answers), expected, others)
    assert f"「{foreign}」への回答" in mixed
    assert "質問が違います" in difference(stranger, expected, others)
    assert "回答が 1 件です（正しくは 2 件）" in difference(
        replace(right, answers=right.answers[:1]), expected, others
    )
    swapped = replace(right, answers=right.answers[::-1])
    assert difference(swapped, expected, others) != ""
    changed = replace(right, answers=(right.answers[0].replace("94", "95"), right.answers[1]))
    assert difference(changed, expected, others) != ""


def test_an_answer_of_the_old_index_is_wrong_once_the_new_one_is_in_use() -> None:
    from parts.shown import Shown
    from parts.users import Truth

    talk = ("問",)
    old, new = Shown(talk, ("旧",)), Shown(talk, ("新",))
    truth = Truth({talk: old})
    assert truth.wrong(talk, 1, old, 0, 1) == ""
    truth.swap({talk: new}, last_old=10, first_new=11)
    right = {
        # began, ended: right answers
        (8, 9): [old],
        (8, 10.5): [old, new],
        (10.2, 10.8): [old, new],
        (10.5, 20): [old, new],
        (12, 13): [new],
    }
    for (began, ended), expected in right.items():
        found = [page for page in (old, new) if not truth.wrong(talk, 1, page, began, ended)]
        assert found == expected, (began, ended)


def test_visitors_at_once_lose_connections_share_links_and_see_their_own_answers(
    assistant: Assistant, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from parts import users
    from parts.servers import Server
    from parts.shown import expected_page

    monkeypatch.setattr(users, "SETTLED", 0.0)
    monkeypatch.setattr(users, "GONE", (0.1, 0.2))
    monkeypatch.setattr(users, "LOSES", 0.5)
    monkeypatch.setattr(users, "SHARES", 1.0)
    talks = [talk for talk in TALKS if all(talk)]
    pages = {talk: expected_page(assistant, talk, assistant.ask(talk)) for talk in talks}
    server = Server(address, 0, tmp_path / "log")

    def held() -> users.Outcome:
        crowd = users.Crowd(server, users.Truth(pages), think=0.05)
        # In a thread: where a browser is open, this one has an event loop already.
        with ThreadPoolExecutor(1) as apart:
            stay = partial(crowd.stay, 4, seconds=0.8, every=60)
            return apart.submit(lambda: asyncio.run(stay())).result()

    outcome = held()
    assert (outcome.wrong, dict(outcome.failed)) == ([], {})
    assert {users.ARRIVE, users.TYPE, users.RETURN} <= set(outcome.seconds)
    assert outcome.answers > outcome.requests / 2
    # The same visit, judged by pages of other conversations.
    pages = dict(zip(talks, [*list(pages.values())[1:], pages[talks[0]]], strict=True))
    assert held().wrong


def test_conversations_are_planned_once_each_and_can_be_typed() -> None:
    from parts.conversations import MOST_TURNS, plan

    files = [("一",), ("二", "三"), ("四",), ("五",), ("六\n七",), ("",), ("長" * 2000,), (" 八",)]
    planned = plan(files, 30, seed=1)
    assert planned == plan(files, 30, seed=1)
    assert len(set(planned)) == len(planned)
    assert {turn for talk in planned for turn in talk} == set("一二三四五")
    assert ("二", "三") in planned
    assert max(map(len, planned)) <= MOST_TURNS


def test_hostile_inputs_and_turns_are_read_from_files(tmp_path: Path) -> None:
    from parts.conversations import read_conversations

    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"question": "一"}\n{"turns": [{"question": "二"}, {"question": "三"}]}\n'
        '{"input": ""}\n{"repeat": ["四", 3]}\n',
        encoding="utf-8",
    )
    assert read_conversations([file]) == [("一",), ("二", "三"), ("",), ("四四四",)]


def test_a_slope_is_the_one_of_the_line_through_the_points() -> None:
    from parts.servers import slope

    assert slope([(0, 5), (1, 7), (2, 9)]) == pytest.approx(2)
    assert slope([(0, 1), (1, 0), (2, 2)]) == pytest.approx(0.5)
    assert slope([(1, 5)]) is None
