"""Periods of time as people write them: points, stretches between them, and open ends.

Each reading says in words what it took the expression for (令和5年度, not just two dates), and
where an expression has other readings (令和元年 is an era's year, a calendar year and a fiscal
year), it names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.understanding.period_points import (
    FIRST_DAY,
    LAST_DAY,
    Point,
    calendar_year,
    fiscal,
    leaning,
    months_before,
    number_of,
    points,
    span_name,
    with_unit,
)
from index.eras import era_date, fiscal_year

_COUNT = r"(?P<count>\d{1,2}|[一二三四五六七八九十]{1,2})"
_RECENT = re.compile(
    rf"(?:最近|直近|過去|ここ|この|これまでの)(?:の)?{_COUNT}(?:(?P<fiscal>年度)|(?P<year>年)|[かヶカケ箇]月)"
    r"(?:間|以内)?"
)
_WITHIN = re.compile(rf"{_COUNT}(?P<year>年)(?:以内|(?P<before>以上前))")
_RELATIVE = re.compile(
    r"(?P<word>今年度|本年度|昨年度|前年度|去年度|前の年度|翌年度|次の年度"
    r"|今年|本年|昨年|去年|一昨年|おととし|前年|前の年|翌年)"
)
_BACK = {"今": 0, "本": 0, "昨": 1, "前": 1, "去": 1, "一": 2, "お": 2, "翌": -1, "次": -1}
_CLARIFIED = re.compile(
    r"\((?P<inner>[\d元一二三四五六七八九十年度月日末~\-./rhs令和平成昭和大正明治西暦会計からまで翌時点現在、・の]{1,40})\)"
)
_MONTHS = re.compile(r"(\d{1,2})月?(?:~|-|から)(?:翌年?の?)?(\d{1,2})月(?:まで)?")
_IN_MONTH = re.compile(r"\d{1,2}月(?:上旬|中旬|下旬)?")
_SINCE = re.compile(
    r"(?:以降|以後|移行|に入ってから|に入って以降|になってから|になって以降"
    r"|から(?:後|あと|現在|今日|今|これ)(?:まで)?|から(?![0-9令平昭大明rhs]|続))"
)
_AFTER = re.compile(r"(?:より後|よりあと|より以後|より新し)")
_UNTIL = re.compile(r"(?:以前|までに?|時点|現在)")
_BEFORE = re.compile(r"(?:より前|よりも前|より以前|になる前|に入る前|より古)")
_TO = re.compile(r"(?:の?(?:から|~|-|以降|以後|より))(?:で?、)?")
_TOWARDS = re.compile(r"(?:まで|以前|の間|にかけて)(?:の間)?に?")
_AND = re.compile(r"から|~|-|より|[・、,/やかと]|および|及び|または")

__all__ = ["FIRST_DAY", "LAST_DAY", "Period", "find_periods"]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included.

    Attributes:
        first: first day.
        last: last day.
        name: what it was read as, e.g. 令和5年度（2023年4月1日~2024年3月31日）.
        start: where the expression begins in the text.
        end: where it ends (excluded).
        others: other readings of the same expression, for naming them beside the answer.
        ends: the two points of a stretch 「AからBまで」, which a comparison is between.
    """

    first: date
    last: date
    name: str
    start: int
    end: int
    others: tuple[Period, ...] = ()
    ends: tuple[Period, ...] = ()


def find_periods(text: str, as_of: date) -> list[Period]:
    """All periods that normalized ``text`` names, in order, without overlaps.

    Args:
        text: as :func:`index.normalization.normalized` gives it.
        as_of: the day that 最近, 今年 and the like count from.
    """
    read = _completed(text, [_clarified(text, point) for point in points(text)])
    if "暦年" in text:
        read = [calendar_year(p) if p.unit == "year" and p.year else p for p in read]
    read += _relative(text, as_of, read)
    joined = _joined(text, sorted(read, key=lambda point: point.start))
    joined += [p for p in _recent(text, as_of) if not any(_overlap(p, other) for other in joined)]
    return sorted(joined, key=lambda period: period.start)


def _overlap(one: Period | Point, other: Period | Point) -> bool:
    return one.start < other.end and other.start < one.end


def _completed(text: str, read: Sequence[Point]) -> list[Point]:
    """Points together with those that lean on them: 「令和4年度と5年度」「平成26・27年度」."""
    complete: list[Point] = []
    position = 0
    for number, point in enumerate(read):
        if point.start < position:
            continue
        after = read[number + 1] if number + 1 < len(read) else None
        chain = [point]
        while (link := _AND.match(text, chain[-1].end)) is not None:
            if after is not None and after.start <= link.end():
                break
            following = leaning(text, link.end(), chain[-1])
            if following is None:
                break
            chain.append(_clarified(text, following))
        joins = after is not None and _AND.fullmatch(text[chain[-1].end : after.start])
        unit = after.unit if after is not None and joins else chain[-1].unit
        complete += [with_unit(p, chain[-1].unit if p is not chain[-1] else unit) for p in chain]
        position = chain[-1].end
    return [p for p in complete if p.unit != "bare" or p.era]


def _clarified(text: str, point: Point) -> Point:
    """The point as a bracket behind it explains it: 「令和5年度(4月~9月)」「2019年(暦年)」."""
    match = _CLARIFIED.match(text, point.end)
    if match is None:
        return point
    inner = match["inner"]
    whole = replace(point, end=match.end(), others=())
    if inner in ("暦年", "西暦"):
        return calendar_year(whole) if point.year and inner == "暦年" else whole
    stretch = find_periods(inner, point.last)
    if stretch and stretch[0].end - stretch[0].start == len(inner):
        return _explained(whole, stretch[0])
    months = _MONTHS.fullmatch(inner)
    if months and point.year:
        return _months(whole, int(months[1]), int(months[2]))
    month = _IN_MONTH.fullmatch(inner)
    if month and point.year:
        within = leaning(inner, 0, point)
        return replace(within, start=point.start, end=match.end()) if within else whole
    if inner in ("年度", "会計年度") and point.year:
        return replace(fiscal(point.year, point.start, match.end()), era=point.era)
    return whole


def _explained(point: Point, by: Period) -> Point:
    """The point, or what the bracket says where that is a stretch or makes its year whole."""
    if by.ends:
        return replace(point, first=by.first, last=by.last, name=by.name)
    touching = abs((by.first - point.last).days) == 1 or abs((point.first - by.last).days) == 1
    return calendar_year(point) if touching and point.unit == "year" else point


def _months(point: Point, first: int, last: int) -> Point:
    """A year from one of its months to another: a calendar or fiscal one, as the months lie."""
    year = point.year or point.first.year
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return point
    in_fiscal = point.unit == "fiscal"
    begin = date(year + (in_fiscal and first < 4), first, 1)
    end = date(begin.year + (last < first), last, 1)
    stop = months_before(end, -1) - timedelta(days=1)
    if (first, last) == (1, 12) and not in_fiscal:
        return calendar_year(point)
    if (first, last) == (4, 3):
        return fiscal(year, point.start, point.end, era=point.era)
    return replace(point, first=begin, last=stop, name=f"{point.name}（{span_name(begin, stop)}）")


def _relative(text: str, as_of: date, read: Sequence[Point]) -> list[Point]:
    """今年度, 昨年 …; 前年度 and 翌年度 beside a year that the text names count from that."""
    found = []
    for match in _RELATIVE.finditer(text):
        word = match["word"]
        if any(p.start < match.end() and match.start() < p.end for p in read):
            continue
        back, is_fiscal = _BACK[word[0]], word.endswith("年度")
        base = fiscal_year(as_of) if is_fiscal else as_of.year
        note = f"（{era_date(as_of)}現在の資料から数えて）"
        named = [p for p in read if p.year and p.unit == ("fiscal" if is_fiscal else "year")]
        if named and word[0] in "前翌次":
            base, note = int(named[0].year or base), ""
        made = fiscal(base - back, *match.span())
        if not is_fiscal:
            made = calendar_year(replace(made, year=base - back, unit="year"))
        found.append(replace(made, name=made.name + note))
    return found


def _recent(text: str, as_of: date) -> Iterator[Period]:
    for match in _RECENT.finditer(text):
        count = number_of(match["count"])
        name = f"{era_date(as_of)}までの{count}"
        if match["fiscal"]:
            year = fiscal_year(as_of) - count + 1
            yield Period(date(year, 4, 1), as_of, f"{name}年度", *match.span())
            continue
        unit = "年" if match["year"] else "か月"
        first = months_before(as_of, count * (12 if match["year"] else 1)) + timedelta(days=1)
        yield Period(first, as_of, f"{name}{unit}", *match.span())
    for match in _WITHIN.finditer(text):
        count = number_of(match["count"])
        edge = months_before(as_of, count * 12)
        if match["before"]:
            name = f"{era_date(as_of)}の{count}年以上前"
            yield Period(FIRST_DAY, edge, name, *match.span())
        elif not _RECENT.search(text):
            name = f"{era_date(as_of)}までの{count}年"
            yield Period(edge + timedelta(days=1), as_of, name, *match.span())


def _joined(text: str, read: Sequence[Point]) -> list[Period]:
    """Stretches 「AからBまで」 and open ends 「A以降」 made of single points."""
    joined: list[Period] = []
    position = 0
    while position < len(read):
        point = read[position]
        following = read[position + 1] if position + 1 < len(read) else None
        if following and _TO.fullmatch(text[point.end : following.start]):
            towards = _TOWARDS.match(text, following.end)
            ends = (_period(point), _period(following))
            joined.append(
                Period(
                    point.first,
                    following.last,
                    f"{_short(point.name)}から{_short(following.name)}まで",
                    point.start,
                    towards.end() if towards else following.end,
                    ends=ends,
                )
            )
            position += 2
            continue
        joined.append(_open_ended(text, point))
        position += 1
    return joined


def _open_ended(text: str, point: Point) -> Period:
    period = _period(point)
    if point.first > point.last:
        return period
    for pattern, said in (
        (_BEFORE, "より前"),
        (_AFTER, "より後"),
        (_SINCE, "以降"),
        (_UNTIL, "以前"),
    ):
        match = pattern.match(text, point.end)
        if match is None:
            continue
        first, last = period.first, period.last
        if pattern is _BEFORE:
            first, last = FIRST_DAY, period.first - timedelta(days=1)
        elif pattern is _AFTER:
            first, last = period.last + timedelta(days=1), LAST_DAY
        elif pattern is _SINCE:
            last = LAST_DAY
        else:
            first = FIRST_DAY
        name = f"{_short(point.name)}{said}"
        return replace(period, first=first, last=last, name=name, end=match.end(), others=())
    return period


def _short(name: str) -> str:
    """A name without the days in brackets that say what it was read as."""
    return name.split("（", 1)[0]


def _period(point: Point) -> Period:
    others = tuple(
        Period(first, last, name, point.start, point.end) for first, last, name in point.others
    )
    return Period(point.first, point.last, point.name, point.start, point.end, others)
