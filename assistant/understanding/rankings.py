"""What a question about ranks wants: a place, the first few, all above a number, a mean …"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.understanding.group_counts import group_counted
from assistant.understanding.intents import limit_of, places_of, wants_fewest
from index.normalization import without_space

Wish = Literal["place", "top", "between", "same", "next", "gap", "order", "mean"]

_TOP = re.compile(
    r"(?:上位|トップ|ベスト|下位|ワースト)(?P<n>\d{1,18}|[一二三四五六七八九十])?(?!の?(?:何|差))"
)
_IN_ORDER = re.compile(r"(?:多い|少ない)(?:方|ほう|もの)?(?:から)?順|ランキング|順位(?:を|表|は)")
_BETWEEN = re.compile(
    r"(?:ちょうど|丁度)?(?P<n>(?<!\d)\d{1,18})件(?P<how>以上|以下|未満|より多い|を超える|を上回る)?"
    r"(?!目|多|少|の差|違|増|減|を?占)"
)
_NEXT = re.compile(r"(?<!目)次(?:に|いで)[^。古新]{0,8}(?:多|少な)")
_SAME = re.compile(
    r"同数|同じ(?:協定)?(?:件数|数)|(?:件数|数)が(?:全く|ちょうど)?(?:同じ|等し)|並んで"
)
_GAP = re.compile(r"(?:との?|の)差|何件(?:多|少|違|差)|どれ(?:だけ|くらい|ぐらい)(?:多|少|違|差)")
_MOST = re.compile(r"一番|最も|いちばん|もっとも|最多|最少|最大|トップ")
# Numbers of what isn't told apart as groups elsewhere.
_HOW_MANY = re.compile(r"何(?:部|か所|日)|[月日](?:の数)?[はが]?、?(?:全部で)?(?:いくつ|何個)")
_SUM = re.compile(
    r"合計|合わせ|計何件|総数|合算|全部で何件|(?:部局|課|社|者)で何件|占め|割合|%|パーセント"
)
_MEAN = re.compile(r"平均|(?:あたり|当たり|につき)[^。]{0,8}何件")


@dataclass(frozen=True, slots=True)
class Ranking:
    """What is wanted of agreements by department, year, party or the like.

    Attributes:
        wish: ``place`` the groups at a place; ``top`` the first few; ``between`` those with so many
            agreements; ``same`` those with as many as another; ``next`` the one after another;
            ``gap`` how far two places are apart; ``order`` all of them in order; ``mean`` how many
            agreements each has on average.
        fewest: whether the order begins with the fewest.
        places: the places asked for, counted from 1.
        first: how many of the first are asked for.
        low: the fewest agreements wanted.
        high: the most agreements wanted.
        how_many: whether the number of groups is asked for.
        total: whether the agreements of all these groups together are asked for.
    """

    wish: Wish
    fewest: bool = False
    places: tuple[int, ...] = (1,)
    first: int = 0
    low: int = 0
    high: int = 10_000
    how_many: bool = False
    total: bool = False


def ranking_of(text: str, *, reference: bool, wants_next: bool) -> Ranking:
    """Read what ``text`` wants ranked.

    Args:
        text: the question.
        reference: whether it names a group that others are compared with.
        wants_next: whether the one after that group is asked for.
    """
    plain = without_space(text)
    fewest = wants_fewest(plain)
    how_many = group_counted(plain) is not None or bool(_HOW_MANY.search(plain))
    total = bool(_SUM.search(plain))
    places = tuple(places_of(plain))
    if _MEAN.search(plain):
        return Ranking("mean")
    if reference:
        return Ranking("next" if wants_next else "same", fewest)
    if len(places) > 1 and _GAP.search(plain):
        return Ranking("gap", places=places)
    if _GAP.search(plain) and "多" in plain and "少" in plain and _MOST.search(plain):
        return Ranking("gap", places=(1, -1))
    if places:
        return Ranking("place", fewest, places)
    if _NEXT.search(plain):
        return Ranking("place", fewest, (2,))
    top = _TOP.search(plain)
    if top and (top["n"] or limit_of(plain)):
        count = limit_of(top["n"] + "件") if top["n"] else limit_of(plain)
        return Ranking("top", fewest, first=count or 1, total=total)
    if _IN_ORDER.search(plain):
        first = limit_of(plain)
        if first:
            return Ranking("top", fewest, first=first, total=total)
        return Ranking("order", fewest)
    between = _between(plain)
    if between and not _MOST.search(plain):
        return Ranking("between", fewest, low=between[0], high=between[1], how_many=how_many)
    if how_many and not _MOST.search(plain):
        return Ranking("order", how_many=True)
    if _SAME.search(plain) and not _MOST.search(plain):
        return Ranking("same", fewest)
    return Ranking("place", fewest)


def _between(text: str) -> tuple[int, int] | None:
    match = _BETWEEN.search(text)
    if match is None:
        return None
    number = int(match["n"])
    bounds = {
        "以上": (number, 10_000),
        "以下": (1, number),
        "未満": (1, number - 1),
        "より多い": (number + 1, 10_000),
        "を超える": (number + 1, 10_000),
        "を上回る": (number + 1, 10_000),
    }
    return bounds.get(match["how"] or "", (number, number))
