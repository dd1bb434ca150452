"""Conditions as people would say them: 「防災課が令和5年度に結んだ、名称に「物資」を含む協定」."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.aggregates import Condition, alternatives
from index.tokens import Token

_CONTAINED = {"title": "名称", "purpose": "目的", "content": "内容", "text": "記載"}
_TIMES = ("concluded", "month", "month_day")
# What the analyser cuts off a compound (自動 from 自動車) goes on in the same script.
_REST_OF_WORD = re.compile(r"[一-龠々ァ-ヶー]{0,6}")
_ORDER = ("number", "department", "section", *_TIMES)


def in_words(conditions: Sequence[Condition], topic: Sequence[str] = ()) -> str:
    """The agreements that ``conditions`` and ``topic`` select, as a noun phrase ending in 協定.

    ``topic`` holds the words that rows must hold, as :func:`topic_words` gives them.
    """
    groups = sorted(alternatives(conditions), key=lambda group: _place(group[0]))
    said = [_said(group) for group in groups]
    if topic:
        said.append(_noted("、".join(topic)))
    place = [group[0].name in ("department", "section") for group in groups]
    time = [group[0].name in _TIMES for group in groups]
    for number in range(len(groups) - 1):
        plain = not groups[number][0].negated
        if place[number] and time[number + 1] and plain:
            said[number : number + 2] = [
                said[number].removesuffix("の") + "が" + said[number + 1],
                "",
            ]
            break
    return "、".join(part for part in said if part) + "協定"


def topic_words(text: str, topic: Sequence[Token]) -> tuple[str, ...]:
    """The words of a topic as the question writes them: 電気自動車, not 電気 and 自動.

    ``text`` is the question without white space; words that don't stand in it stay as they are.
    """
    found: list[tuple[str, int]] = []
    for token in topic:
        start = token.start
        if text[start : token.end] != token.surface:
            found.append((token.surface, -1))
            continue
        rest = _REST_OF_WORD.match(text, token.end)
        end = rest.end() if rest else token.end
        if found and found[-1][1] >= start:
            word, before = found.pop()
            start = before - len(word)
        found.append((text[start : max(end, token.end)], max(end, token.end)))
    return tuple(dict.fromkeys(word for word, _ in found))


def name_of(condition: Condition) -> str:
    """A condition's value by itself: 環境部, 令和5年度, 「物資」."""
    return condition.label.split("＝", 1)[-1]


def _place(condition: Condition) -> int:
    return _ORDER.index(condition.name) if condition.name in _ORDER else len(_ORDER)


def _said(group: Sequence[Condition]) -> str:
    first = group[0]
    names = list(dict.fromkeys(name_of(condition) for condition in group))
    either = "または".join(names)
    if first.name in ("department", "section"):
        return f"{either}以外の" if first.negated else f"{either}の"
    if first.name in _TIMES:
        return f"{either}以外に結んだ" if first.negated else f"{either}に結んだ"
    if first.name == "withheld":
        return "相手方が公表されている" if first.values[0] is first.negated else "相手方が非公表の"
    if first.name == "parties":
        return f"相手方が{either}{'ではない' if first.negated else 'の'}"
    if first.name == "number":
        if not first.label.startswith("前の結果"):
            if first.negated:
                own = either.startswith("No.")
                return f"{either}以外の" if own else f"「{either}」の記載がない"
            return _noted(either)
        return "前の結果以外の" if first.negated else "前の結果の"
    if first.name == "figure":
        return f"「{either}」の記載がない" if first.negated else _noted(either)
    if first.name == "partner" and first.label.startswith("相手方＝"):
        return f"{either}以外との" if first.negated else f"{either}との"
    return _worded(group, names)


def _noted(words: str) -> str:
    return f"「{'」「'.join(words.split('、'))}」の記載がある"


def _worded(group: Sequence[Condition], names: Sequence[str]) -> str:
    """A condition on the words of a column."""
    first = group[0]
    words = "か".join(
        dict.fromkeys(f"「{name.split('「', 1)[-1].removesuffix('」')}」" for name in names)
    )
    if first.name == "title_starts":
        return f"名称が{words}で{'始まらない' if first.negated else '始まる'}"
    if first.name == "title_ends":
        return f"名称が{words}で{'終わらない' if first.negated else '終わる'}"
    if first.name.endswith("_is"):
        column = _CONTAINED[first.name.removesuffix("_is")]
        return f"{column}が{words}{'ではない' if first.negated else 'の'}"
    if first.name.endswith("_blank"):
        column = _CONTAINED[first.name.removesuffix("_blank")]
        return f"{column}の記載が{'ある' if first.negated else 'ない'}"
    column = _CONTAINED.get(first.name, "相手方の名前")
    return f"{column}に{words}を{'含まない' if first.negated else '含む'}"
