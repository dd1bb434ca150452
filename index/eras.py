"""Japanese dates and years: eras (``H16.5.14``, 令和5年8月24日) and fiscal years.

An era's first year may be written 元. Dates before or after their era are refused: there was no
H31.5.1 (R1.5.1). Eras follow the government's reading of 元号法 and its predecessors; those before
Meiji aren't read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class _Era:
    name: str
    letter: str
    first: date


_ERAS = (  # latest first
    _Era("令和", "R", date(2019, 5, 1)),
    _Era("平成", "H", date(1989, 1, 8)),
    _Era("昭和", "S", date(1926, 12, 25)),
    _Era("大正", "T", date(1912, 7, 30)),
    _Era("明治", "M", date(1868, 10, 23)),
)
_ERA_BY_NAME = {name: era for era in _ERAS for name in (era.name, era.letter)}

ERA_YEARS = {name: era.first.year for name, era in _ERA_BY_NAME.items()}
"""The western year of each era's first, by name and letter."""

_YEAR = r"(?:(?P<era>令和|平成|昭和|大正|明治|[RHSTM])(?P<era_year>\d{1,2}|元)|(?P<year>\d{4}))"
_DATE = re.compile(_YEAR + r"(?:年|[./-])(?P<month>\d{1,2})(?:月|[./-])(?P<day>\d{1,2})日?")
_YEAR_ALONE = re.compile(_YEAR + r"(?:年度?)?")


def parse_date(text: str) -> date:
    """Read a Japanese or western date: ``H16.5.14``, ``令和5年8月24日``, ``2023/8/24``.

    Full-width digits and letters, small letters and white space between the parts are accepted.

    Raises:
        ValueError: if ``text`` is no date, or one that doesn't exist; the message is Japanese.
    """
    match = _DATE.fullmatch(_plain(text))
    if match is None:
        raise ValueError(
            f"「{text}」は日付として読めません。H16.5.14 や令和5年8月24日のように書きます。"
        )
    year = _western(match)
    try:
        found = date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(f"「{text}」という日付はありません。月と日を確かめてください。") from None
    if match["era"] and era_name(found) != _ERA_BY_NAME[match["era"]].name:
        raise ValueError(
            f"「{text}」は{_ERA_BY_NAME[match['era']].name}の日付ではありません。元号を確かめてください。"
        )
    return found


def parse_year(text: str) -> int:
    """Read a year: ``R1``, ``S48年``, ``令和元年度``, ``2019`` → the western year.

    A fiscal year is named for the year its April is in, so 令和元年度 and 平成31年度 are both 2019.

    Raises:
        ValueError: if ``text`` is no year, or one that its era didn't reach.
    """
    match = _YEAR_ALONE.fullmatch(_plain(text))
    if match is None:
        raise ValueError(f"「{text}」は年として読めません。R1 や令和5年のように書きます。")
    year = _western(match)
    era = _ERA_BY_NAME[match["era"]] if match["era"] else None
    first, last = (era.first.year, _last_year(era)) if era else (date.min.year, date.max.year)
    if not first <= year <= last:
        raise ValueError(f"「{text}」という年はありません。元号と数字を確かめてください。")
    return year


def fiscal_year(day: date) -> int:
    """The Japanese fiscal year (年度, 1 April to 31 March) that ``day`` is in."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_name(year: int) -> str:
    """``2023`` → ``令和5年度``. A year in which the era changed takes the new one: 令和元年度."""
    return f"{_era_year(date(year, 12, 31))}年度"


def era_name(day: date) -> str:
    """The era of ``day``: ``令和``.

    Raises:
        ValueError: before Meiji.
    """
    return _era_of(day).name


def era_bounds(name: str) -> tuple[date, date]:
    """First and last day of an era (令和, R); the present era's last day is ``date.max``.

    Raises:
        KeyError: for a name that is no era from Meiji on.
    """
    era = _ERA_BY_NAME[name.upper()]
    place = _ERAS.index(era)
    return era.first, _ERAS[place - 1].first - timedelta(days=1) if place else date.max


def era_date(day: date) -> str:
    """``date(2023, 8, 24)`` → ``令和5年8月24日``."""
    return f"{_era_year(day)}年{day.month}月{day.day}日"


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(folded.split())


def _western(match: re.Match[str]) -> int:
    if match["year"]:
        return int(match["year"])
    number = 1 if match["era_year"] == "元" else int(match["era_year"])
    return _ERA_BY_NAME[match["era"]].first.year + number - 1


def _era_of(day: date) -> _Era:
    for era in _ERAS:
        if day >= era.first:
            return era
    raise ValueError(f"{day.isoformat()} は明治より前の日付で、元号に直せません。")


def _era_year(day: date) -> str:
    era = _era_of(day)
    number = day.year - era.first.year + 1
    return f"{era.name}{'元' if number == 1 else number}"


def _last_year(era: _Era) -> int:
    place = _ERAS.index(era)
    return _ERAS[place - 1].first.year if place else date.max.year
