"""What a text states, read back out of it: dates, years, agreement numbers, figures, quotations.

Each is brought to one form, so that H16.5.14, 平成16年5月14日 and 2004年5月14日 are one date, and
「１，２００円」 and 「1,200 円」 one figure. Numbers in kanji aren't read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from index.eras import era_date, fiscal_year, parse_date, parse_year

Kind = Literal["date", "month", "year", "number", "figure", "quote", "name", "words"]
Key = tuple[str, str, str]
# The unit of a figure that has none, or whose unit doesn't matter.
ANY = "*"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_ERA = r"(?:令和|平成|昭和|大正|明治)(?:\d{1,2}|元)"
_LETTER = r"(?<![a-z])[mtshr](?:\d{1,2}|元)"
_WEST = r"(?<!\d)\d{4}"
_SCAN = re.compile(
    # Nothing stated begins otherwise; without this each alternative would be tried everywhere.
    r"(?=[\d令平昭大明a-z])(?:"
    rf"(?P<month>(?:{_ERA}|{_WEST})年\d{{1,2}}月)(?P<day>\d{{1,2}}日)?"
    rf"|(?P<date>(?:{_LETTER}|{_WEST})(?P<sep>[./-])\d{{1,2}}(?P=sep)\d{{1,2}})(?!\d)"
    rf"|(?:(?P<d1>\d{{1,2}}) )?(?P<name>{_MONTH}) (?:(?P<d2>\d{{1,2}}), ?)?(?P<west>\d{{4}})(?!\d)"
    r"|fiscal year (?P<fiscal>\d{4})"
    rf"|(?P<year>(?:{_ERA}|{_WEST})年)(?P<what>度|代)?"
    r"|(?<![a-z])(?P<code>[mtshr]\d{1,2})(?![\d.])"
    r"|no\. ?(?P<number>-?\d{1,9}(?:\.\d{1,9})?)"
    r"|(?P<figure>\d+(?:,\d{3})*(?:\.\d+)?) ?(?P<unit>%|つ|か(?=月|所)|[^\W\d_ぁ-ん])?)"
)
# White space that doesn't keep two numbers or two words of Latin letters apart.
_IDLE = re.compile(r"(?<![0-9a-z.,%)])\s+|\s+(?![0-9a-z(])")
# ②150 isn't 2150.
_NUMBERED = re.compile(r"[\u2460-\u24ff\u2776-\u2793]")
_DIVIDED = re.compile(r"(?<!\d)(\d+)[^\d÷]{0,3}÷[^\d÷]{0,8}(\d+)")
_ADDED = re.compile(r"(?<![\d+])\d+(?:\+\d+)++(?==)")
_OPEN, _CLOSE = "「『", "」』"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a text states.

    Attributes:
        kind: what it is.
        value: the same for all ways of writing it.
        unit: the first character of a figure's unit; :data:`ANY` if it has none. Else empty.
        printed: the words it was read from.
    """

    kind: Kind
    value: str
    unit: str
    printed: str

    @property
    def key(self) -> Key:
        """What two statements of the same thing share."""
        return self.kind, self.value, self.unit

    @property
    def bare(self) -> Key:
        """The key without regard to the unit of a figure."""
        return self.kind, self.value, ANY if self.unit else ""


def plain(text: str) -> str:
    """``text`` in one width and case, with only the white space that keeps numbers apart."""
    apart = _NUMBERED.sub(r" \g<0> ", text)
    return _IDLE.sub("", unicodedata.normalize("NFKC", apart).lower())


def statements(text: str) -> list[Statement]:
    """Everything that ``text``, as :func:`plain` gives it, states."""
    return [*_scanned(text), *_quotations(text)]


def keys_of(text: str) -> set[Key]:
    """The keys that ``text``, as :func:`plain` gives it, proves: all that follows from it."""
    found: set[Key] = set()
    for statement in _scanned(text):
        found.add(statement.key)
        if statement.kind == "figure":
            found.add(("figure", statement.value, ANY))
        elif statement.kind == "date":
            found |= keys_of_day(date.fromisoformat(statement.value))
        elif statement.kind == "year" and statement.value.isdigit():
            # R3 at the head of a row is a fiscal year.
            found |= {("year", f"{statement.value}年度", "")}
    return found


@lru_cache(maxsize=4_096)
def keys_of_day(day: date) -> frozenset[Key]:
    """The keys that a date proves: itself, its month, its year in every reckoning."""
    fiscal, era_year = fiscal_year(day), era_date(day).split("年")[0]
    era, number = era_year[:2], era_year[2:].replace("元", "1")
    years = {
        f"{day.year}年",
        f"{fiscal}年度",
        f"{era}{number}年",
        f"{era}{int(number) // 10 * 10}年代",
        f"{day.year // 10 * 10}年代",
        str(day.year),
        str(fiscal),
    }
    keys: set[Key] = {("year", name, "") for name in years}
    keys |= {("date", day.isoformat(), ""), ("month", day.isoformat()[:7], "")}
    keys |= {("figure", str(day.month), "月"), ("figure", str(day.day), "日")}
    return frozenset(keys)


def figure_key(value: float, unit: str | None) -> Key:
    """The key of a computed figure."""
    return "figure", written(f"{value:.4f}"), unit[0] if unit else ANY


def divisions(text: str) -> Iterator[tuple[int, int]]:
    """The divisions that ``text`` writes down: 45÷329."""
    for match in _DIVIDED.finditer(text):
        yield int(match[1]), int(match[2])


def sums(text: str) -> Iterator[tuple[int, ...]]:
    """The sums that ``text`` writes down, followed by a result: 8+37=."""
    for match in _ADDED.finditer(text):
        yield tuple(map(int, match.group().split("+")))


def _scanned(text: str) -> Iterator[Statement]:
    for match in _SCAN.finditer(text):
        printed = match.group()
        if match["month"] or match["date"] or match["name"]:
            yield _dated(match, printed)
        elif match["fiscal"]:
            yield Statement("year", f"{match['fiscal']}年度", "", printed)
        elif match["year"] or match["code"]:
            yield _year(match, printed)
        elif match["number"]:
            yield Statement("number", written(match["number"]), "", printed)
        else:
            yield _figure(match, printed)


def _dated(match: re.Match[str], printed: str) -> Statement:
    """A date, or a month without a day; of one that there isn't only its words are kept."""
    try:
        if match["name"]:
            month = _MONTHS.index(match["name"][:3]) + 1
            day = match["d1"] or match["d2"]
            found = date(int(match["west"]), month, int(day or 1))
        elif match["month"]:
            day = match["day"]
            found = parse_date(match["month"] + (day or "1日"))
        else:
            day = found_day = match["date"]
            found = parse_date(found_day)
    except ValueError:
        return Statement("words", printed, "", printed)
    if day:
        return Statement("date", found.isoformat(), "", printed)
    return Statement("month", found.isoformat()[:7], "", printed)


def _year(match: re.Match[str], printed: str) -> Statement:
    what = match["what"] or ""
    name = (match["year"] or "").replace("元", "1")
    if match["year"] and what != "度":
        return Statement("year", name + what, "", printed)
    try:
        western = parse_year(match["code"] or name)
    except ValueError:
        return Statement("words", printed, "", printed)
    return Statement("year", f"{western}年度" if what else str(western), "", printed)


def _figure(match: re.Match[str], printed: str) -> Statement:
    unit = match["unit"] or ANY
    # Counters of other languages aren't compared: 45 agreements, 45 件.
    unit = ANY if unit.isascii() and unit != "%" else unit
    return Statement("figure", written(match["figure"]), unit, printed)


def written(figure: str) -> str:
    """A figure in one form: no commas, no zeros at its ends."""
    whole, _, decimals = figure.replace(",", "").partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")


def _quotations(text: str) -> Iterator[Statement]:
    """The outermost 「…」; one that isn't closed reaches to the end."""
    depth, start = 0, 0
    for place, char in enumerate(text):
        if char in _OPEN:
            depth += 1
            if depth == 1:
                start = place + 1
        elif char in _CLOSE and depth:
            depth -= 1
            if not depth and place > start:
                yield Statement("quote", text[start:place], "", text[start:place])
    if depth and start < len(text):
        yield Statement("quote", text[start:], "", text[start:])
