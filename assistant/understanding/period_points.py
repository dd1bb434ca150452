"""Single expressions of time: a day, month, year, 年度, half, quarter, decade or era.

An expression may leave out what the one before it said (令和4年度と5年度, 平成26・27年度,
令和5年4月から9月), so a point is read in the light of the point before it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.eras import era_bounds, era_date, fiscal_year_name, parse_year

FIRST_DAY, LAST_DAY = date(1868, 10, 23), date(9999, 12, 31)

_ERAS = {"r": "令和", "h": "平成", "s": "昭和"}
_KANJI = {char: number for number, char in enumerate("〇一二三四五六七八九")}
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = (
    rf"(?:西暦)?(?P<year>(?:令和|平成|昭和|大正|明治)(?:{_NUMBER}|元)"
    r"|(?<![a-z0-9.])[rhs](?:\d{1,2}|元)(?!\d)|(?<!\d)(?:19|20)\d\d(?!\d))"
)
# 平成31(令和元)年度: the same year once more.
_AGAIN = r"(?:\((?:令和|平成|昭和|[rhs]|西暦)?(?:\d{1,4}|元)(?:年度?)?\))?"


def _half(n: str = "") -> str:
    return rf"(?:の?(?P<half{n}>上半期|下半期|上期|下期|前半|後半|第?[1-4一二三四]四半期))?"


def _end(n: str = "") -> str:
    return rf"(?P<end{n}>末|始め|初め|初頭|当初)?"


def _month(n: str = "") -> str:
    return (
        rf"(?P<month{n}>{_NUMBER})月(?:(?P<day{n}>{_NUMBER})日(?:付け?(?=[でのに、]|$))?"
        rf"|の?(?P<third{n}>上旬|中旬|下旬|末))?"
    )


_UNIT = (
    r"(?:(?P<decade>年代)(?:の?(?P<decade_half>前半|後半))?"
    rf"|(?P<fiscal>年度)(?!別|ごと|毎)(?:の?{_month()}|{_half()}{_end()})"
    rf"|年(?![度代版目])の?{_month('2')}"
    r"|[./-](?P<month3>\d{1,2})[./-](?P<day3>\d{1,2})(?:日|付け?(?=[でのに、]|$))?"
    rf"|(?P<calendar>年)(?![度代版目]|間(?!に)){_half('2')}{_end('2')}"
    r"|(?![\d年.]))"
)
_POINT = re.compile(_YEAR + _AGAIN + _UNIT)
# A number that leans on the year before it: 「令和4年度と5年度」「令和5年4月から9月」
_LEANING = re.compile(
    rf"(?P<number>{_NUMBER})(?:(?P<fiscal>年度)|(?P<calendar>年)(?![度代版目間])"
    rf"|月(?:(?P<day>{_NUMBER})日|(?P<third>上旬|中旬|下旬|末))?|(?P<only_day>日))"
)
_ONE_DIGIT = re.compile(r"(?P<era>令和|平成|昭和)の?[1一]桁(?:の?年代?|台)?")
_BARE_MONTH = re.compile(rf"(?<![\d一-九十])(?P<month>{_NUMBER})月(?:(?P<day>{_NUMBER})日)?(?!\d)")
_WHOLE_ERA = re.compile(
    r"(?P<era>令和|平成|昭和|大正|明治)(?:の?時代|年間|期)?(?=[ぁ-ん以最、。・()~?\-]|中[にの]|何件|何個|件数|$)(?!の(?:宅配|牛乳|会社))"
)


@dataclass(frozen=True, slots=True)
class Point:
    """An expression of time read by itself.

    Attributes:
        first: first day.
        last: last day; before ``first`` where there is no such time.
        name: what it was read as.
        start: where it begins in the text.
        end: where it ends (excluded).
        unit: fiscal, year, month, day, decade or era; ``bare`` for a year without a unit.
        year: the western year written, if one is.
        month: the month written, if one is.
        era: the era written, if one is.
        others: further readings, as (first, last, name).
    """

    first: date
    last: date
    name: str
    start: int
    end: int
    unit: str
    year: int | None = None
    month: int | None = None
    era: str | None = None
    others: tuple[tuple[date, date, str], ...] = ()


def number_of(text: str) -> int:
    """``26``, ``二十六`` or ``元`` as a number."""
    if text == "元":
        return 1
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_KANJI[char]) for char in text))
    return (_KANJI[tens] if tens else 1) * 10 + (_KANJI[ones] if ones else 0)


def points(text: str) -> list[Point]:
    """All single expressions in ``text``, in order, without overlaps."""
    found = [_read(match) for match in _POINT.finditer(text)]
    found += [
        Point(*era_bounds(match["era"]), match["era"], *match.span(), "era", era=match["era"])
        for match in _WHOLE_ERA.finditer(text)
    ]
    found += [_one_digit(match) for match in _ONE_DIGIT.finditer(text)]
    kept: list[Point] = []
    for point in sorted(found, key=lambda point: (point.start, -point.end)):
        if not kept or point.start >= kept[-1].end:
            kept.append(point)
    return kept


def leaning(text: str, start: int, on: Point) -> Point | None:
    """The point at ``start`` that takes its year, month or era from ``on``; None if none is."""
    match = _LEANING.match(text, start)
    if match is None or on.year is None:
        return None
    number, span = number_of(match["number"]), match.span()
    if match["fiscal"] or match["calendar"]:
        year = number
        if number < 100:
            base = era_bounds(on.era)[0].year - 1 if on.era else on.year - on.year % 100
            year = base + number
        if match["fiscal"]:
            return fiscal(year, *span, era=on.era)
        return _calendar(year, on.era, *span)
    year = on.year
    if match["only_day"]:
        if on.unit != "day" or on.month is None:
            return None
        return _month_or_day(year, on.month, match["number"], None, *span, era=on.era)
    if on.unit == "fiscal" and number < 4:
        year += 1
    return _month_or_day(year, number, match["day"], match["third"], *span, era=on.era)


def with_unit(point: Point, unit: str) -> Point:
    """A bare year (平成26 of 平成26・27年度) with the unit of the point after it."""
    if point.unit != "bare" or point.year is None or unit not in ("fiscal", "year"):
        return point
    if unit == "fiscal":
        return fiscal(point.year, point.start, point.end, era=point.era)
    return _calendar(point.year, point.era, point.start, point.end)


def calendar_year(point: Point) -> Point:
    """A year of an era as the whole calendar year."""
    year = point.year or point.first.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    return replace(point, first=first, last=last, name=f"{year}年（1月~12月）", others=())


def fiscal(year: int, start: int, end: int, era: str | None = None) -> Point:
    """A fiscal year, named for the year its April is in."""
    name = fiscal_year_name(year)
    return Point(
        date(year, 4, 1), date(year + 1, 3, 31), name, start, end, "fiscal", year, None, era
    )


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the month's last day where it has no such day."""
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def span_name(first: date, last: date) -> str:
    """``令和元年5月1日~令和元年12月31日``."""
    return f"{era_date(first)}~{era_date(last)}"


@dataclass(frozen=True, slots=True)
class EveryYear:
    """A month, or a day of a month, of whatever year; ``day`` is None for the whole month."""

    months: tuple[int, ...]
    day: int | None
    name: str
    start: int
    end: int


def every_year(text: str, taken: Iterable[tuple[int, int]]) -> list[EveryYear]:
    """Months that ``text`` names without a year, outside the places already ``taken``."""
    taken = list(taken)
    found = []
    for match in _BARE_MONTH.finditer(text):
        month = number_of(match["month"])
        day = number_of(match["day"]) if match["day"] else None
        inside = any(start < match.end() and match.start() < end for start, end in taken)
        if inside or not 1 <= month <= 12 or (day or 1) > 31:
            continue
        name = f"{month}月" + (f"{day}日" if day else "")
        found.append(EveryYear((month,), day, name, *match.span()))
    return _month_range(text, found)


def _month_range(text: str, found: list[EveryYear]) -> list[EveryYear]:
    """「4月から9月まで」 without a year: the months between."""
    if len(found) != 2 or found[0].day or found[1].day:
        return found
    first, last = found
    if text[first.end : last.start] not in ("から", "~", "-"):
        return found
    count = (last.months[0] - first.months[0]) % 12 + 1
    months = tuple((first.months[0] + step - 1) % 12 + 1 for step in range(count))
    name = f"{first.name}~{last.name}"
    return [EveryYear(months, None, name, first.start, last.end)]


def _read(match: re.Match[str]) -> Point:
    era = _era_of(match["year"])
    span = match.span()
    written = _western_or_era(match["year"])
    try:
        year = parse_year(written)
    except ValueError:
        # No such year of the era: an impossible period, empty, so that it can be said.
        return Point(LAST_DAY, FIRST_DAY, f"{match.group()}（ない年）", *span, "year", era=era)
    if match["decade"]:
        return _decade(year, era, match["decade_half"], *span)
    month = match["month"] or match["month2"] or match["month3"]
    if match["fiscal"] and not month:
        whole = fiscal(year, *span, era=era)
        return _part(whole, match["half"], match["end"])
    if month:
        number = number_of(month)
        in_next = bool(match["fiscal"]) and number < 4
        day = match["day"] or match["day2"] or match["day3"]
        third = match["third"] or match["third2"]
        return _month_or_day(year + in_next, number, day, third, *span, era=era)
    whole = _calendar(year, era, *span)
    if match["calendar"]:
        return _part(whole, match["half2"], match["end2"])
    return replace(whole, unit="bare")


def _western_or_era(written: str) -> str:
    digits = re.search(_NUMBER + "$", written)
    if digits and not digits.group().isdecimal():
        return written[: digits.start()] + str(number_of(digits.group()))
    return written


def _era_of(written: str) -> str | None:
    """The era that a written year names; None for a western one."""
    return None if written.isdigit() else _ERAS.get(written[0], written[:2])


def _calendar(year: int, era: str | None, start: int, end: int) -> Point:
    first, last = date(year, 1, 1), date(year, 12, 31)
    if era is None:
        name = f"{year}年（1月~12月）"
        return Point(first, last, name, start, end, "year", year)
    begins, ends = era_bounds(era)
    number = year - begins.year + 1
    name = f"{era}{'元' if number == 1 else number}年"
    if begins <= first and last <= ends:
        return Point(first, last, name, start, end, "year", year, None, era)
    within = (max(first, begins), min(last, ends))
    if within[0] > within[1]:
        return Point(LAST_DAY, FIRST_DAY, f"{name}（ない年）", start, end, "year", None, None, era)
    others = (
        (first, last, f"{year}年（暦年）"),
        (date(year, 4, 1), date(year + 1, 3, 31), fiscal_year_name(year)),
    )
    name = f"{name}（{span_name(*within)}）"
    return Point(*within, name, start, end, "year", year, None, era, others)


def _one_digit(match: re.Match[str]) -> Point:
    """「平成一桁」: the years 1 to 9 of an era."""
    begins, ends = era_bounds(match["era"])
    last = min(date(begins.year + 8, 12, 31), ends)
    return Point(begins, last, f"{match['era']}元~9年", *match.span(), "decade", era=match["era"])


def _decade(year: int, era: str | None, half: str | None, start: int, end: int) -> Point:
    base = era_bounds(era)[0].year - 1 if era else 0
    decade = (year - base) - (year - base) % 10
    low, high = base + max(decade, 1 if era else 0), base + decade + 9
    if half:
        low, high = (low, base + decade + 4) if half == "前半" else (base + decade + 5, high)
    first, last = date(low, 1, 1), date(high, 12, 31)
    if era:
        begins, ends = era_bounds(era)
        first, last = max(first, begins), min(last, ends)
    name = f"{era or ''}{decade}年代{half or ''}"
    return Point(first, last, name, start, end, "decade", None, None, era)


def _month_or_day(
    year: int,
    month: int,
    day: str | None,
    third: str | None,
    start: int,
    end: int,
    *,
    era: str | None,
) -> Point:
    try:
        if day:
            only = date(year, month, number_of(day))
            return Point(only, only, era_date(only), start, end, "day", year, month, era)
        first = date(year, month, 1)
        last = date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        name = f"{year}年{month}月{day + '日' if day else ''}（ない日付）"
        return Point(LAST_DAY, FIRST_DAY, name, start, end, "day", None, None, era)
    name = era_date(first).removesuffix("1日")
    if third == "末":
        return Point(last, last, era_date(last), start, end, "day", year, month, era)
    if third:
        begin = {"上旬": 1, "中旬": 11, "下旬": 21}[third]
        first = first.replace(day=begin)
        last = last if third == "下旬" else first.replace(day=begin + 9)
    return Point(first, last, f"{name}{third or ''}", start, end, "month", year, month, era)


def _part(whole: Point, half: str | None, end: str | None) -> Point:
    """A half, a quarter, the end or the beginning of a year."""
    if end:
        day = whole.last if end == "末" else whole.first
        return replace(whole, first=day, last=day, name=era_date(day), unit="day", others=())
    if not half:
        return whole
    first, last = whole.first, whole.last
    if half.endswith("四半期"):
        place = number_of(half.removesuffix("四半期").removeprefix("第"))
        first = months_before(whole.first, -3 * (place - 1))
        last = months_before(whole.first, -3 * place) - timedelta(days=1)
    else:
        middle = months_before(whole.first, -6)
        if half in ("上半期", "上期", "前半"):
            last = middle - timedelta(days=1)
        else:
            first = middle
    name = f"{whole.name}{half}（{span_name(first, last)}）"
    return replace(whole, first=first, last=last, name=name, others=())
