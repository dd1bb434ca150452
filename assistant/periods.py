"""Periods of time as people write them: a day, month, year, 年度, decade, era, or a stretch.

Each reading says in words what it took the expression for (令和5年度, not just two dates), and
where an expression has other readings (令和元年 is an era's year, a calendar year and a fiscal
year), it names them.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.eras import era_bounds, era_date, fiscal_year_name, parse_year

_ERA = r"令和|平成|昭和|大正|明治|[rhs](?=\d)"
_YEAR = rf"(?P<year>(?:(?:{_ERA})(?:\d{{1,2}}|元)|(?:19|20)\d\d))"
_POINT = re.compile(
    _YEAR
    + r"(?:"
    + r"(?P<decade>年代)"
    + r"|(?P<fiscal>年度)(?:の?(?P<half>上半期|下半期|上期|下期|前半|後半))?"
    + r"|(?:年|[./-])(?P<month>\d{1,2})(?:(?:月|[./-])(?P<day>\d{1,2})日?|月)"
    + r"|年(?:の?(?P<cal_half>上半期|下半期|上期|下期|前半|後半))?"
    + r"|(?![\d])"
    + r")"
)
_WHOLE_ERA = re.compile(r"(?P<era>令和|平成|昭和|大正|明治)(?!\d|元)(?:の?時代|年間|期)?")
_RECENT = re.compile(
    r"(?:最近|直近|過去|ここ|この)(?:の)?(?P<count>\d{1,2}|[一二三四五六七八九十])(?P<unit>年|か月|ヶ月)(?:間)?"
)
_RELATIVE = re.compile(r"(?P<word>今年度|昨年度|前年度|去年度|今年|昨年|去年|一昨年)")
_CLARIFIED = re.compile(r"\((?:\d{4}年)?1月[~-]12月\)")
_SINCE = re.compile(r"(?:以降|以後|より後|から後|から(?=[^0-9令平昭大明rhs]|$)|よりあと|移行)")
_UNTIL = re.compile(r"(?:以前|まで|より前|より以前)")
_BEFORE = re.compile(r"(?:より前|になる前|よりも前)")
_TO = re.compile(r"\s?(?:から|~|-|以降|より)\s?")
_KANJI_DIGITS = {char: number for number, char in enumerate("一二三四五六七八九十", 1)}

FIRST_DAY, LAST_DAY = date(1868, 10, 23), date(9999, 12, 31)


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
    """

    first: date
    last: date
    name: str
    start: int
    end: int
    others: tuple[Period, ...] = ()


def find_periods(text: str, as_of: date) -> list[Period]:
    """All periods that normalized ``text`` names, in order, without overlaps.

    Args:
        text: as :func:`index.normalization.normalized` gives it.
        as_of: the day that 最近, 今年 and the like count from.
    """
    points = sorted(_points(text, as_of), key=lambda period: (period.start, -period.end))
    kept: list[Period] = []
    for point in points:
        if not kept or point.start >= kept[-1].end:
            kept.append(point)
    return _joined(text, kept)


def _points(text: str, as_of: date) -> Iterator[Period]:
    for match in _POINT.finditer(text):
        # 「R5」 inside a longer word or number is no year.
        if (
            match.start()
            and text[match.start() - 1].isascii()
            and text[match.start() - 1].isalnum()
        ):
            continue
        period = _read_point(match)
        if period is not None:
            clarified = _CLARIFIED.match(text, period.end)
            yield replace(period, end=clarified.end(), others=()) if clarified else period
    for match in _WHOLE_ERA.finditer(text):
        first, last = era_bounds(match["era"])
        yield Period(first, last, f"{match['era']}", match.start(), match.end())
    for match in _RECENT.finditer(text):
        count = _KANJI_DIGITS.get(match["count"]) or int(match["count"])
        months = count * 12 if match["unit"] == "年" else count
        first = _months_before(as_of, months) + timedelta(days=1)
        name = f"{era_date(as_of)}までの{count}{match['unit']}"
        yield Period(first, as_of, name, match.start(), match.end())
    for match in _RELATIVE.finditer(text):
        yield _relative(match, as_of)


def _read_point(match: re.Match[str]) -> Period | None:
    try:
        year = parse_year(match["year"])
    except ValueError:
        # No such year of the era: an impossible period, empty, so that it can be said.
        return Period(LAST_DAY, FIRST_DAY, f"{match.group()}（ない年）", match.start(), match.end())
    if match["decade"]:
        return _decade(match, year)
    if match["fiscal"]:
        first, last = date(year, 4, 1), date(year + 1, 3, 31)
        name = fiscal_year_name(year)
        return _half(match, match["half"], first, last, name)
    if match["month"]:
        return _month_or_day(match, year)
    if match.group().isdigit():
        return None  # a bare number is no year
    first, last = date(year, 1, 1), date(year, 12, 31)
    era = _era_of(match["year"])
    if era is None:
        return _half(match, match["cal_half"], first, last, f"{year}年（1月~12月）")
    begins, ends = era_bounds(era)
    name = f"{era}{_ordinal(year - begins.year + 1)}年"
    if begins <= first and last <= ends:
        return _half(match, match["cal_half"], first, last, name)
    within = (max(first, begins), min(last, ends))
    others = (
        Period(first, last, f"{year}年（暦年）", match.start(), match.end()),
        Period(
            date(year, 4, 1),
            date(year + 1, 3, 31),
            fiscal_year_name(year),
            match.start(),
            match.end(),
        ),
    )
    name = f"{name}（{_span(*within)}）"
    return Period(*within, name, match.start(), match.end(), others)


def _era_of(year: str) -> str | None:
    """The era that a written year names; None for a western one."""
    letters = {"r": "令和", "h": "平成", "s": "昭和"}
    return None if year.isdigit() else letters.get(year[0], year[:2])


def _decade(match: re.Match[str], year: int) -> Period:
    era = _era_of(match["year"])
    if era is None:
        begin = year - year % 10
        return Period(
            date(begin, 1, 1), date(begin + 9, 12, 31), f"{begin}年代", match.start(), match.end()
        )
    begins, ends = era_bounds(era)
    number = year - begins.year + 1
    decade = number - number % 10
    first = max(date(begins.year + decade - 1, 1, 1), begins)
    last = min(date(begins.year + decade + 8, 12, 31), ends)
    return Period(first, last, f"{era}{decade or 1}年代", match.start(), match.end())


def _month_or_day(match: re.Match[str], year: int) -> Period:
    month = int(match["month"])
    try:
        if match["day"]:
            day = date(year, month, int(match["day"]))
            return Period(day, day, era_date(day), match.start(), match.end())
        last = date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return Period(
            LAST_DAY, FIRST_DAY, f"{match.group()}（ない日付）", match.start(), match.end()
        )
    first = date(year, month, 1)
    return Period(first, last, era_date(first).removesuffix("1日"), match.start(), match.end())


def _half(match: re.Match[str], half: str | None, first: date, last: date, name: str) -> Period:
    if half:
        middle = _months_before(first, -6)
        if half in ("上半期", "上期", "前半"):
            last = middle - timedelta(days=1)
        else:
            first = middle
        name = f"{name}{half}（{_span(first, last)}）"
    return Period(first, last, name, match.start(), match.end())


def _relative(match: re.Match[str], as_of: date) -> Period:
    word = match["word"]
    back = {"今": 0, "昨": 1, "前": 1, "去": 1, "一": 2}[word[0]]
    if word.endswith("年度"):
        year = (as_of.year if as_of.month >= 4 else as_of.year - 1) - back
        first, last, name = date(year, 4, 1), date(year + 1, 3, 31), fiscal_year_name(year)
    else:
        year = as_of.year - back
        first, last, name = date(year, 1, 1), date(year, 12, 31), f"{year}年"
    return Period(
        first, last, f"{name}（{era_date(as_of)}現在の資料から数えて）", match.start(), match.end()
    )


def _joined(text: str, points: list[Period]) -> list[Period]:
    """Stretches 「AからBまで」 and open ends 「A以降」 made of single points."""
    joined: list[Period] = []
    position = 0
    while position < len(points):
        point = points[position]
        following = points[position + 1] if position + 1 < len(points) else None
        if following and _TO.fullmatch(text[point.end : following.start]):
            end = following.end
            until = re.compile(r"まで|の間|にかけて").match(text, end)
            joined.append(
                Period(
                    point.first,
                    following.last,
                    f"{point.name}から{following.name}まで",
                    point.start,
                    until.end() if until else end,
                )
            )
            position += 2
            continue
        joined.append(_open_ended(text, point))
        position += 1
    return joined


def _open_ended(text: str, point: Period) -> Period:
    before = _BEFORE.match(text, point.end)
    if before:
        name = f"{point.name}より前"
        return replace(
            point,
            first=FIRST_DAY,
            last=point.first - timedelta(days=1),
            name=name,
            end=before.end(),
            others=(),
        )
    since = _SINCE.match(text, point.end)
    if since:
        return replace(point, last=LAST_DAY, name=f"{point.name}以降", end=since.end(), others=())
    until = _UNTIL.match(text, point.end)
    if until:
        return replace(
            point, first=FIRST_DAY, name=f"{point.name}{until.group()}", end=until.end(), others=()
        )
    return point


def _months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _ordinal(number: int) -> str:
    return "元" if number == 1 else str(number)


def _span(first: date, last: date) -> str:
    return f"{era_date(first)}~{era_date(last)}"
