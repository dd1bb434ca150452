"""The highest or lowest of a quantity that rows state in their texts: 「辞退率の目標が最も高い」.

The figures are those of the rows' own sentences, each with the words that say what it is of. Where
no row states such a figure, the answer is a no, and never a count of agreements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.aggregates import describe
from assistant.desk import Desk
from assistant.question import Question
from assistant.quotes import sentences
from assistant.results import Answer
from assistant.searching.labelled import labelled
from assistant.wording import number_and_title, one_line
from index.normalization import without_space
from index.records import Agreement
from index.stopwords import is_about_table
from index.tokens import terms, tokenize

_UNITS_OF: tuple[tuple[str, dict[str, float]], ...] = (
    (r"期間|年数|月数", {"年間": 365.0, "か月": 30.4, "週間": 7.0, "日間": 1.0}),
    (r"(?<!営業)時間", {"時間": 60.0, "分": 1.0}),
    (r"日数", {"日": 1.0, "日間": 1.0}),
    (r"率|割合|パーセント|何%", {"%": 1.0, "割": 10.0}),
    (r"人数|員数|定員|収容", {"人": 1.0, "名": 1.0}),
    (r"台数", {"台": 1.0}),
    (r"回数|頻度", {"回": 1.0}),
    (r"金額|費用|[^一-龠]額", {"円": 1.0, "万円": 1e4, "億円": 1e8}),
    (r"面積", {"m2": 1.0, "ha": 1e4}),
    (r"距離", {"km": 1e3, "m": 1.0}),
    (r"枚数", {"枚": 1.0}),
    (r"個数|数量", {"個": 1.0}),
)
_QUANTITIES = tuple((re.compile(noun), units) for noun, units in _UNITS_OF)
_MOST = re.compile(
    r"(?:一番|1番|いちばん|最も|もっとも)(?P<how>高|低|長|短|大き|小さ|多|少な)"
    r"|最(?P<best>高|大|長|低|小|短|多|少)(?=[のはがな?]|$)"
)
_LEAST = "低短小少"
_HOW = {"大": "大きい", "小": "小さい", "少": "少ない"}
# Agreements themselves are counted or shared out, or the survey's figures ordered.
_OTHERWISE = re.compile(r"件数|部局|分野|構成比|年度|協定の?(?:数|割合)|占め|全体")
_OF_ROWS = re.compile(r"協定|覚書|会社|企業|団体|事業者|相手|店")
# What the quantity and its order are called themselves.
_ORDERING = frozenset(
    {"期間", "年数", "月数", "時間", "日数", "率", "割合", "数", "値", "最高", "最大", "最長"}
    | {"最低", "最小", "最短", "最多", "最少", "一番", "会社", "企業", "団体", "事業者", "相手"}
)
_FIGURES = 10


@dataclass(frozen=True)
class _Stated:
    """A figure that a row states, with its sentence; ``size`` compares different units."""

    row: Agreement
    sentence: str
    size: float
    value: float
    unit: str
    shared: int


def most_stated(desk: Desk, asked: Question) -> Answer | None:
    """The rows that state most or least of a quantity; None if none is asked for."""
    text = without_space(asked.text)
    most = _MOST.search(text)
    named = next(((m, units) for noun, units in _QUANTITIES if (m := noun.search(text))), None)
    if most is None or named is None or _OTHERWISE.search(text):
        return None
    if asked.group not in (None, "party"):
        return None
    words = _words(text, named[0].start())
    found = list(_stated(desk, asked, named[1], words))
    best = max((one.shared for one in found), default=0)
    found = [one for one in found if one.shared == best]
    if not found or best * 2 < len(words):
        return _none(asked) if _OF_ROWS.search(text) else None
    how = most["how"] or most["best"]
    return _told(desk, asked, found, how[0])


def _words(text: str, quantity: int) -> frozenset[str]:
    """The nouns that say what a quantity is of; 「有効」 right before 「期間」 does, too."""
    nouns = [
        token
        for token in tokenize(text)
        if token.pos.startswith(("名詞", "形状詞"))
        and token.pos != "名詞-数詞"
        # What is done with it (約束する) is said in other words.
        and text[token.end : token.end + 1] not in tuple("しすさ")
    ]
    told = (t.term for t in nouns if t.end == quantity or not is_about_table(t))
    return frozenset(told) - _ORDERING


def _stated(
    desk: Desk, asked: Question, units: dict[str, float], words: frozenset[str]
) -> Iterator[_Stated]:
    """The figures in one of ``units`` that the rows state, a sentence each."""
    for no in desk.table.select(asked.conditions):
        row = desk.agreements[no]
        for sentence in (*sentences(row.content), *sentences(row.purpose)):
            for figure in labelled(sentence):
                if figure.unit in units:
                    shared = len(words & set(terms(sentence)))
                    size = figure.value * units[figure.unit]
                    yield _Stated(row, sentence, size, figure.value, figure.unit, shared)


def _told(desk: Desk, asked: Question, found: Sequence[_Stated], how: str) -> Answer:
    least = how in _LEAST
    size = (min if least else max)(one.size for one in found)
    chosen = list({one.row.no: one for one in found if one.size == size}.values())
    order = _HOW.get(how, f"{how}い")
    lines, citations = [f"一覧の記載で最も{order}のは、{_figure(chosen[0])}です。"], []
    for one in chosen:
        cited = desk.cite_whole(one.row, one.sentence)
        citations += [cited, desk.cite(one.row, one.row.partner)]
        lines.append(f"{number_and_title(one.row)}に「{one_line(cited.quote)}」とあります。")
        lines.append(f"相手方は{'、'.join(one.row.partners)}です。")
    rest = [one for one in found if one.size != size]
    if rest and len(rest) <= _FIGURES:
        rest.sort(key=lambda one: one.size, reverse=not least)
        said = "、".join(f"No.{one.row.no}は{_figure(one)}" for one in rest)
        lines.append(f"ほかに、{said}です。")
        citations += [desk.cite_whole(one.row, one.sentence) for one in rest]
    return Answer(
        "comparison",
        "\n".join(lines),
        number=chosen[0].value,
        unit=chosen[0].unit,
        nos=tuple(one.row.no for one in chosen),
        citations=tuple(citations),
        interpretation="、".join(filter(None, (describe(asked.conditions), "順序＝記載された数"))),
    )


def _none(asked: Question) -> Answer:
    return Answer(
        "not_found",
        "そのような数は、協定の一覧のどの行の記載からも分かりません。担当課に確かめてください。",
        interpretation="、".join(filter(None, (describe(asked.conditions), "順序＝記載された数"))),
    )


def _figure(one: _Stated) -> str:
    return f"{one.value:g}{one.unit}" if one.unit == "%" else f"{one.value:g} {one.unit}"
