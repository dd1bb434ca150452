"""Figures that rows are to state: 「辞退率を80%とする」, 「定員が30人以上の」.

A figure makes a condition only where some row states it: whatever else a question may mean by a
number (a rank, a share of all agreements) isn't one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.aggregates import Condition, holds_figure
from index.normalization import without_space

# Units that rows measure in; those that agreements, partners or times are counted in aren't.
_UNITS = (
    r"%|パーセント|割(?!合|引)|台|トン|kg|キロ|km|m2|平方メートル|ヘクタール|メートル|リットル|kwh?|千?万?円"
    r"|人|名(?![称前義])|食|箱|袋|枚|個|頭|匹|羽|棟|室|床|席|世帯|時間|分(?![の野類])|日(?=以内|前|間)|週間|か月|歳|回(?!目)|校|店舗"
)
_STATED = re.compile(
    rf"(?<![\d.,第条])(?P<n>\d{{1,9}}(?:\.\d{{1,4}})?)(?P<unit>{_UNITS})"
    r"(?P<how>以上|以下|未満|を?超(?:え|過)|より(?:多|大|高|長)|より(?:少|小|低|短))?"
)
_PRINTED = {
    "パーセント": "%",
    "名": "人|名",
    "人": "人|名",
    "キロ": "キロ|km|kg",
    "か月": "か月|[ヶカケ箇]月",
}
# A share of the agreements, a number of partners.
_OF_ALL = re.compile(r"全体|占め|構成比|全協定|相手方?の?数|連名")
_MOST = 1e12


def stated_figures(text: str, rows: Sequence[str]) -> Iterator[Condition]:
    """The conditions to state a figure that ``text`` names.

    Args:
        text: the question, normalized and without white space.
        rows: all that each row says, in the same form.
    """
    if _OF_ALL.search(text):
        return
    for match in _STATED.finditer(text):
        unit = _PRINTED.get(match["unit"], re.escape(match["unit"]))
        low, high = _bounds(float(match["n"]), match["how"] or "")
        if any(holds_figure(row, unit, low, high) for row in rows):
            label = f"記載＝{match.group()}"
            yield Condition("figure", (unit, low, high), label, False, *match.span())


def states(text: str, condition: Condition) -> bool:
    """Whether ``text`` gives the figure of a condition that :func:`stated_figures` made."""
    unit, low, high = map(str, condition.values)
    return holds_figure(without_space(text), unit, float(low), float(high))


def _bounds(value: float, how: str) -> tuple[float, float]:
    if how.startswith("以上"):
        return value, _MOST
    if how.startswith("以下"):
        return 0.0, value
    if how.startswith(("超", "を超", "より多", "より大", "より高", "より長")):
        return value + 1e-6, _MOST
    if how:
        return 0.0, value - 1e-6
    return value, value
