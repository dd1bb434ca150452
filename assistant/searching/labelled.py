"""A passage's figures with what they are of: 「令和4年度：2人 令和5年度：101人」.

Slides give figures in short lines: a label, then a figure for each year; a table's header above its
cells; a heading above several lines. Each figure is read with the words that say what it is of, and
the year that it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.eras import parse_year
from index.normalization import normalized

# Figures are counted in these, the longer before what they begin with; or in any single kanji.
_UNIT = (
    r"か[所国月]|箇所|都市|団体|部局|項目|企業|分野|時間|日間|年間|トン|パーセント|ha|m[23]|km|kg"
    r"|[円人名件回球発頭台通組社者校倍戸個本枚点分割%日年歳種棟羽市町村gtam]|[一-龠]"
)
_YEAR = (
    r"(?P<year>(?:令和|平成|昭和|(?<![a-z])[rhs])\s?(?:\d{1,2}|元)(?!\d)"
    r"|(?<!\d)(?:19|20)\d{2}(?=[年./]))"
)
_DATED = re.compile(
    rf"{_YEAR}(?:\s?年度|(?:\s?年|[./])(?P<month>\d{{1,2}})(?:[./月]\d{{0,2}}日?)?"
    r"(?:\s?[~-]\s?\d{1,2}(?:[./月]\d{0,2})?日?)?月?|\s?年(?!度))?",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{1,2}月(?:\d{1,2}日)?")
# What only tells of which day, person or jubilee is no figure.
_NO_FIGURE = re.compile(r"\d{1,3}(?:周年|年(?:記念|ぶり|生|代)|[日人月年]当たり)|第\d{1,4}")
_NUMBER = r"\d[\d,]{0,14}(?:\.\d{1,4})?"
_FIGURE = re.compile(
    rf"(?<![\d,.])(?P<number>{_NUMBER})\s?(?:(?P<scale>[億万千])(?:(?P<more>{_NUMBER})(?P<less>[万千]?))?)?\s?"
    rf"(?P<unit>{_UNIT})"
)
_SCALES = {"億": 10**8, "万": 10**4, "千": 10**3, "": 1}
# What comes after a figure that another is compared with, and not given for the same year.
_THAN = re.compile(r"(?:人|件|円)?(?:を超|を上回|を下回|より|から|に比べ)")
# What parts one label from the next within a line.
_APART = re.compile(r"[\s、。,・:：(（)）\[\]【】「」※→▶►=>!！~〜]+")
_SAYS_NOTHING = re.compile(r"^(?:約|延べ|計|[をにはがでの※])+|(?:約|延べ)$")
_TOTAL = re.compile(r"(?:合計|総数|全部で|通算)$")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One figure of a passage.

    Attributes:
        value: the number; in the unit alone where it is written with several scales.
        unit: as printed: 人, 万円.
        printed: the figure as printed, in one width.
        line: the line that holds it.
        label: the nearest words before it that say what it is of.
        tail: the words after it, up to the next mark.
        above: the lines without figures that it stands under.
        years: the western years that it is for; a date's calendar year and its fiscal year.
        total: whether it is the sum of others.
    """

    value: float
    unit: str
    printed: str
    line: str
    label: str
    tail: str
    above: str
    years: frozenset[int]
    total: bool = False


def years_in(text: str) -> list[frozenset[int]]:
    """The years that ``text`` names, in order: R5, 令和5年度, 2023年, R5.9.15."""
    return [years for _, _, years in _dates(normalized(text))]


def tells_day(text: str) -> bool:
    """Whether ``text`` tells a year, a month or a day."""
    return bool(years_in(text)) or bool(_DAY.search(normalized(text)))


@lru_cache(maxsize=4_096)
def labelled(passage: str) -> tuple[Labelled, ...]:
    """All figures of ``passage``, in order."""
    lines = [line.strip() for line in passage.split("\n")]
    plain = [normalized(line) for line in lines]
    found: list[list[Labelled]] = []
    above: list[str] = []
    for number, line in enumerate(plain):
        figures = list(_of_line(line, lines[number]))
        heads = _header(plain[number - 1]) if number else []
        if not figures:
            above = [] if number and found[-1] else above
            above.append(line)
        elif len(heads) == len(figures) > 1 and not found[-1]:
            # A table's header of years, and its row.
            figures = [replace(f, years=y) for f, y in zip(figures, heads, strict=True)]
        found.append([_under(figure, above) for figure in figures])
    _give_years_below(plain, found)
    return tuple(figure for figures in found for figure in figures)


def _under(figure: Labelled, above: Sequence[str]) -> Labelled:
    """``figure`` with the lines above it, and their year if it has none."""
    said = "\n".join(above)
    years = years_in(said)
    # A sum goes over the years that stand above it.
    own = figure.years or (years[-1] if years and not figure.total else frozenset())
    return replace(figure, above=said, years=own)


def _give_years_below(plain: Sequence[str], found: list[list[Labelled]]) -> None:
    """Give figures the years of a chart: so many lines alike, then as many lines of years."""
    years = [_only_year(line) for line in plain]
    for first, year in enumerate(years):
        if year is None or first == 0 or years[first - 1] is not None:
            continue
        size = next((n for n, y in enumerate(years[first:]) if y is None), len(years) - first)
        rows = found[max(first - size, 0) : first]
        units = {tuple(figure.unit for figure in row) for row in rows}
        if len(rows) < size or len(units) != 1 or units == {()}:
            continue
        for at, row in enumerate(rows):
            own = years[first + at] or frozenset()
            found[first - size + at] = [replace(f, years=own, above="") for f in row]


def _header(plain: str) -> list[frozenset[int]]:
    """The years of a line that says nothing but several of them: a table's header."""
    rest = plain
    for first, last, _ in _dates(plain):
        rest = rest[:first] + " " * (last - first) + rest[last:]
    is_range = any(mark in rest for mark in "~-〜")
    return [] if is_range or any(map(str.isalnum, rest)) else years_in(plain)


def _only_year(plain: str) -> frozenset[int] | None:
    """The year of a line that says nothing else: 「令和7年（見込）」."""
    found = next(_dates(plain), None)
    if found is None or found[0]:
        return None
    rest = plain[found[1] :]
    return found[2] if len(rest) <= 4 and not rest[:1].isalnum() else None


def _of_line(plain: str, line: str) -> Iterator[Labelled]:
    dates = list(_dates(plain))
    spans = [(first, last) for first, last, _ in dates]
    spans += [match.span() for match in _DAY.finditer(plain)]
    none = [*spans, *(match.span() for match in _NO_FIGURE.finditer(plain))]
    figures = [m for m in _FIGURE.finditer(plain) if not _within(m, none)]
    label, end, since = "", 0, 0
    for number, match in enumerate(figures):
        # One label may go for several figures: a year each, or several units.
        label = _words(plain, end, match.start(), spans) or label
        stop = figures[number + 1].start() if number + 1 < len(figures) else len(plain)
        tail = _APART.split(plain[match.end() : stop], maxsplit=1)[0]
        before = [years for first, _, years in dates if since <= first < match.start()]
        after = dates[0][2] if dates and not since and not before else frozenset()
        value, unit = _value(match)
        total = bool(_TOTAL.search(plain[end : match.start()].rstrip(" :約延べ")))
        total = total or _has_parts(plain, match, figures[number + 1 :])
        noted = (years for first, _, years in dates if plain[match.end() : first].strip() == "(")
        years = next(noted, before[-1] if before else after)
        yield Labelled(value, unit, match.group(), line, label, tail, "", years, total)
        end = match.end()
        since = end if _THAN.match(plain, end) else since


def _dates(plain: str) -> Iterator[tuple[int, int, frozenset[int]]]:
    """Where dates and years stand, and of which years they are."""
    for match in _DATED.finditer(plain):
        try:
            year = parse_year("".join(match["year"].split()))
        except ValueError:
            continue
        if _THAN.match(plain, match.end()):
            continue
        early = match["month"] is not None and int(match["month"]) <= 3
        years = frozenset({year, year - 1}) if early else frozenset({year})
        yield match.start(), match.end(), years


def _words(plain: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    """The words between two figures, without dates, marks and what says nothing."""
    for first, last in spans:
        if start <= first and last <= end:
            plain = plain[:first] + " " * (last - first) + plain[last:]
    pieces = _APART.split(plain[start:end])
    # What follows the figure before, up to the next mark, is said of that one.
    pieces = pieces[1:] if start else pieces
    return " ".join(filter(None, (_SAYS_NOTHING.sub("", piece) for piece in pieces)))


def _has_parts(plain: str, whole: re.Match[str], after: Sequence[re.Match[str]]) -> bool:
    """Whether a bracket after a figure tells several in its unit: 「9人(大人4人・子供5人)」."""
    if not plain[whole.end() :].lstrip().startswith("("):
        return False
    close = plain.find(")", whole.end())
    parts = [m for m in after if m.start() < close and m["unit"] == whole["unit"]]
    return len(parts) > 1


def _within(match: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= match.start() < last for first, last in spans)


def _value(match: re.Match[str]) -> tuple[float, str]:
    number = float(match["number"].replace(",", ""))
    if match["more"] is None:
        return number, (match["scale"] or "") + match["unit"]
    more = float(match["more"].replace(",", "")) * _SCALES[match["less"]]
    return number * _SCALES[match["scale"]] + more, match["unit"]
