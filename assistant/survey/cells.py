"""What each published figure of the survey stands for, as keys instead of captions.

「部局×分野」の「経済部 環境」 is how many agreements of a department are in a field, and the column
「うち災害にかかわるもの」 that of a year's agreements in the field of disasters. So a figure is
found by what it means, whatever it is printed under.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

from index.eras import parse_date, parse_year
from index.normalization import without_space
from index.parsing import survey_tables as tables
from index.records import SurveyFact

Measure = Literal["agreements", "share", "fields", "departments"]
Dimension = Literal["department", "field", "years"]
Years = tuple[int, int]

_SINCE = re.compile(r"((?:令和|平成|昭和)(?:\d{1,2}|元)年\d{1,2}月\d{1,2}日)以降")
_YEARS = re.compile(r"([mtshr]\d{1,2})(?:~([mtshr]\d{1,2}))?(?:\([^)]{0,20}\))?")
_ACTIVITY = re.compile(r"((?:令和|平成|昭和)(?:\d{1,2}|元)年度)(.{1,20})")
_DISASTER = "災害"
# The same figure stands in several tables: the fullest is cited.
_ORDER = (tables.AGREEMENTS, tables.DEPARTMENTS, tables.FIELDS, tables.YEARS)


@dataclass(frozen=True, slots=True)
class Key:
    """What a figure counts; None where it doesn't tell apart.

    Attributes:
        measure: ``agreements`` in 件, ``share`` of all in percent, ``fields`` that a department's
            agreements are in, or ``departments``.
        department: whose agreements.
        field: in which field.
        years: concluded in these fiscal years, both included.
        since: concluded from this day on.
        activity: the fiscal year in which something was done or planned.
        present: whether there is any (あり), or none (なし).
    """

    measure: Measure = "agreements"
    department: str | None = None
    field: str | None = None
    years: Years | None = None
    since: date | None = None
    activity: int | None = None
    present: bool | None = None

    @property
    def plain(self) -> bool:
        """Whether rows of the list can be counted for it as well."""
        return self.measure == "agreements" and self.field is None and self.activity is None

    def without(self, dimension: Dimension | None) -> Key:
        """The same without telling apart by ``dimension``."""
        if dimension == "department":
            return replace(self, department=None)
        if dimension == "field":
            return replace(self, field=None)
        return replace(self, years=None) if dimension == "years" else self


@dataclass(frozen=True, slots=True)
class Cell:
    """A published figure with its key; ``is_total`` for a printed sum of others."""

    key: Key
    fact: SurveyFact
    is_total: bool = False


@dataclass(frozen=True)
class Survey:
    """All cells of one survey, in document order."""

    cells: tuple[Cell, ...]
    fields: tuple[str, ...]
    departments: tuple[str, ...]

    @cached_property
    def by_key(self) -> dict[Key, Cell]:
        """One cell for each key, out of the fullest table."""
        found: dict[Key, Cell] = {}
        for cell in sorted(self.cells, key=lambda cell: _place(cell.fact.table)):
            if not cell.is_total or cell.key not in found:
                found.setdefault(cell.key, cell)
        return found

    @cached_property
    def activities(self) -> dict[int, str]:
        """The years of activities that are published, and the columns they are printed under."""
        return {
            cell.key.activity: cell.fact.label.split(" ", 1)[1]
            for cell in self.cells
            if cell.key.activity is not None
        }

    @cached_property
    def total(self) -> Cell:
        """The number of all agreements."""
        return self.by_key[Key()]

    def along(self, key: Key, dimension: Dimension) -> list[Cell]:
        """The cells that differ from ``key`` in one dimension only, totals left out."""
        return [
            cell
            for cell in self.by_key.values()
            if getattr(cell.key, dimension) is not None
            and without(cell.key, dimension) == without(key, dimension)
            and not cell.is_total
        ]

    def covering(self, key: Key) -> list[Cell]:
        """The cells of single rows whose years together are those of ``key``; none if they aren't.

        A printed total over just these years stands for them.
        """
        if key.years is None:
            return []
        first, last = key.years
        rows = sorted(self.along(key, "years"), key=lambda cell: cell.key.years or (0, 0))
        spans = [cell.key.years for cell in rows if cell.key.years]
        if not spans:
            return []
        first, last = max(first, spans[0][0]), min(last, spans[-1][1])
        if any(
            one <= last and other >= first and (one < first or other > last) for one, other in spans
        ):
            return []
        if all((one, other) != (first, last) for one, other in spans):
            whole = [
                c for c in self.cells if c.is_total and c.key == replace(key, years=(first, last))
            ]
            if whole:
                return whole[:1]
        return [
            c for c in rows if c.key.years and first <= c.key.years[0] <= c.key.years[1] <= last
        ]


def without(key: Key, dimension: Dimension) -> Key:
    """``key`` with one dimension left open."""
    if dimension == "department":
        return replace(key, department=None)
    return replace(key, field=None) if dimension == "field" else replace(key, years=None)


def narrowed(key: Key, base: Key) -> Key:
    """``key`` without what it only took over from ``base``, for a table that has no such cell."""
    return replace(
        key,
        department=key.department if key.department != base.department else None,
        field=key.field if key.field != base.field else None,
        years=key.years if key.years != base.years else None,
    )


@lru_cache(maxsize=4)
def survey_of(facts: tuple[SurveyFact, ...]) -> Survey:
    """The cells of published ``facts``, all of one survey."""
    by_table: dict[str, dict[str, float]] = {}
    for fact in facts:
        by_table.setdefault(fact.table, {})[fact.label] = fact.value
    fields = tuple(by_table.get(tables.FIELDS, {}))
    disaster = _disaster_field(by_table, fields)
    cells = [
        cell for fact in facts if (cell := _cell(fact, disaster, by_table[fact.table])) is not None
    ]
    return Survey(tuple(cells), fields, tuple(by_table.get(tables.DEPARTMENTS, {})))


def _place(table: str) -> int:
    return _ORDER.index(table) if table in _ORDER else len(_ORDER)


def _disaster_field(by_table: dict[str, dict[str, float]], fields: Sequence[str]) -> str:
    """The field that the years' disaster column counts, if its rows make up the field's figure."""
    rows = by_table.get(tables.DISASTER_YEARS, {})
    whole = sum(value for label, value in rows.items() if label != tables.TOTAL)
    named = [field for field in fields if field.startswith(_DISASTER)]
    if len(named) == 1 and by_table[tables.FIELDS][named[0]] == whole:
        return named[0]
    return _DISASTER


def _cell(fact: SurveyFact, disaster: str, table: dict[str, float]) -> Cell | None:
    """The fact with its key; None for a table whose meaning isn't known."""
    name, label = fact.table, fact.label
    if name in (tables.SUMMARY, tables.DEPARTMENTS):
        return Cell(Key(department=label), fact)
    if name == tables.SHARES:
        return Cell(Key("share", department=label), fact)
    if name == tables.FIELDS:
        return Cell(Key(field=label), fact)
    if name == tables.CONCERNED:
        present = {"該当あり": True, "該当なし": False}.get(label)
        return Cell(Key("departments", present=present), fact)
    if name == tables.AGREEMENTS:
        since = _SINCE.search("".join(label.split()))
        return Cell(Key(since=parse_date(since[1]) if since else None), fact)
    if name in (tables.YEARS, tables.DISASTER_YEARS):
        field = disaster if name == tables.DISASTER_YEARS else None
        years = years_of(label)
        is_total = years is None
        return Cell(Key(field=field, years=years or _summed(table)), fact, is_total)
    if name == tables.ACTIVITY:
        state, column = label.split(" ", 1)
        year = _ACTIVITY.fullmatch("".join(column.split()))
        return (
            Cell(Key(activity=parse_year(year[1]), present=state == "あり"), fact) if year else None
        )
    if name == tables.CROSS:
        return _crossed(fact)
    return None


def _crossed(fact: SurveyFact) -> Cell:
    row, column = fact.label.split(" ", 1)
    department = None if row == tables.GRAND_TOTAL else row
    if column == tables.AGREEMENTS:
        return Cell(Key(department=department), fact)
    if column == tables.FIELD_COUNT:
        return Cell(Key("fields", department=department), fact)
    return Cell(Key(department=department, field=column), fact)


def years_of(label: str) -> Years | None:
    """The fiscal years that a row of years stands for: ``S48～H25`` → (1973, 2013)."""
    match = _YEARS.fullmatch(without_space(label))
    if match is None:
        return None
    return parse_year(match[1]), parse_year(match[2] or match[1])


def _summed(table: dict[str, float]) -> Years | None:
    """The years that a printed total adds up: all rows, or those of single years."""
    rows = {years: value for label, value in table.items() if (years := years_of(label))}
    single = {years: value for years, value in rows.items() if years[0] == years[1]}
    chosen = single if table[tables.TOTAL] == sum(single.values()) else rows
    return min(chosen)[0], max(years[1] for years in chosen)
