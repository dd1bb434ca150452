"""Counting and grouping over records, by parametrised queries from a small catalogue.

SQLite does the work; nothing a user typed ever becomes part of a query's text. A selection is a
set of conditions, each out of :data:`CONDITIONS` with its values. All must hold, but of those that
share a group (環境部か経済部) one is enough.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from assistant.results import Tally
from index.eras import era_name, fiscal_year
from index.normalization import without_space
from index.records import Agreement

_LISTED = "IN (SELECT value FROM json_each(?))"
CONDITIONS = {
    "department": "department = ?",
    "section": "section = ?",
    "concluded": "concluded BETWEEN ? AND ?",
    "month": f"month {_LISTED}",
    "month_day": "month = ? AND day = ?",
    "title": "instr(title, ?) > 0",
    "title_is": "title = ?",
    "title_starts": "instr(title, ?) = 1",
    "title_ends": "ends_with(title, ?)",
    "purpose": "instr(purpose, ?) > 0",
    "purpose_is": "purpose = ?",
    "purpose_blank": "says_nothing(purpose)",
    "content": "instr(content, ?) > 0",
    "content_blank": "says_nothing(content)",
    "content_is": "content = ?",
    "text": "instr(everything, ?) > 0",
    "figure": "holds_figure(everything, ?, ?, ?)",
    "partner": f"no {_LISTED}",
    "number": f"no {_LISTED}",
    "parties": "parties BETWEEN ? AND ?",
    "withheld": "withheld = ?",
}
GROUPS = {
    "department": "department",
    "section": "department || ' ' || section",
    "fiscal_year": "fiscal_year",
    "year": "year",
    "month": "month",
    "day": "concluded",
    "era": "era",
    "title": "title",
    "party": "party",
}
WITHHELD = "非公表"
_NOTHING = re.compile(r"(?:明記|記載|記述|定め|規定)(?:なし|無し|がない)$|^(?:なし|無し|-|―)$")
_LONGEST_NOTHING = 16
_COLUMNS: Mapping[str, str] = {
    "no": "INTEGER",
    "department": "TEXT",
    "section": "TEXT",
    "title": "TEXT",
    "purpose": "TEXT",
    "content": "TEXT",
    "everything": "TEXT",
    "concluded": "TEXT",
    "fiscal_year": "INTEGER",
    "year": "INTEGER",
    "month": "INTEGER",
    "day": "INTEGER",
    "era": "TEXT",
    "parties": "INTEGER",
    "withheld": "INTEGER",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a selection.

    Attributes:
        name: a key of :data:`CONDITIONS`.
        values: what its placeholders stand for.
        label: the condition in words: 部局＝環境部.
        negated: whether it must not hold.
        start: where the question says it, for leaving it out of the topic.
        end: end of that (excluded).
        group: conditions that share one are alternatives; none for a condition that must hold.
    """

    name: str
    values: tuple[object, ...]
    label: str
    negated: bool = False
    start: int = 0
    end: int = 0
    group: str = ""


class Table:
    """The agreements as an SQLite table in memory; safe to share by threads.

    Args:
        agreements: the rows.
    """

    def __init__(self, agreements: Sequence[Agreement]) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.create_function("ends_with", 2, str.endswith, deterministic=True)
        self._connection.create_function("holds_figure", 4, holds_figure, deterministic=True)
        self._connection.create_function("says_nothing", 1, _says_nothing, deterministic=True)
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        self._connection.execute(f"CREATE TABLE agreements ({columns})")
        self._connection.execute("CREATE TABLE parties (no INTEGER, party TEXT)")
        marks = ", ".join("?" * len(_COLUMNS))
        self._connection.executemany(
            f"INSERT INTO agreements VALUES ({marks})",  # noqa: S608 - marks only
            [_row(agreement) for agreement in agreements],
        )
        # A party is printed with and without spaces; it is shown as it was first printed.
        self._printed: dict[str, str] = {}
        pairs: dict[tuple[int, str], None] = {}
        for agreement in agreements:
            for party in agreement.partners:
                key = without_space(party)
                self._printed.setdefault(key, "".join(party.split()))
                pairs[(agreement.no, key)] = None
        self._connection.executemany("INSERT INTO parties VALUES (?, ?)", list(pairs))

    def select(self, conditions: Sequence[Condition] = ()) -> list[int]:
        """Numbers of the agreements that ``conditions`` select, ascending."""
        where, values = _where(conditions)
        query = f"SELECT no FROM agreements {where} ORDER BY no"  # noqa: S608 - from the catalogue
        return [no for (no,) in self._all(query, values)]

    def dated(self, conditions: Sequence[Condition] = ()) -> list[tuple[int, date]]:
        """(number, date) of the selected agreements, oldest first."""
        where, values = _where(conditions)
        query = (
            "SELECT no, concluded FROM agreements"  # noqa: S608 - from the catalogue
            f" {where} ORDER BY concluded, no"
        )
        return [(no, date.fromisoformat(day)) for no, day in self._all(query, values)]

    def group(
        self, by: str, conditions: Sequence[Condition] = ()
    ) -> list[tuple[str | int | date, list[int]]]:
        """The selected agreements by the values of a column of :data:`GROUPS`.

        Returns:
            (value, numbers) pairs, the most agreements first, then by value. An agreement with
            several parties counts once for each; parties that are kept secret count for none.
        """
        where, values = _where(conditions)
        column = GROUPS[by]
        source = "agreements"
        if by == "party":
            source = "agreements JOIN parties USING (no)"
            where = f"{where} {'AND' if where else 'WHERE'} NOT withheld"
        query = (
            f"SELECT {column} AS value, json_group_array(no)"  # noqa: S608 - from the catalogue
            f" FROM {source} {where} GROUP BY value ORDER BY count(*) DESC, value"
        )
        found = [(value, sorted(json.loads(nos))) for value, nos in self._all(query, values)]
        if by == "party":
            return [(self._printed[name], numbers) for name, numbers in found]
        if by == "day":
            return [(date.fromisoformat(day), numbers) for day, numbers in found]
        return found

    def _all(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, tuple(map(_plain, values))).fetchall()

    def tally(self, conditions: Sequence[Condition] = ()) -> Tally:
        """How many agreements the conditions select, which, and what was counted in words."""
        found = self.select(conditions)
        return Tally(len(found), "件", tuple(found), (), describe(conditions))


def alternatives(conditions: Iterable[Condition]) -> list[list[Condition]]:
    """The conditions, those of one group together, in the order of their first member."""
    lone = 0
    keyed: dict[str, list[Condition]] = {}
    for condition in conditions:
        key = condition.group
        if not key or condition.negated:
            lone += 1
            key = f"#{lone}"
        keyed.setdefault(key, []).append(condition)
    return list(keyed.values())


def filters(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Each condition in words, alternatives together: what a reader may take off."""
    return tuple(_described(group) for group in alternatives(conditions))


def taken_off(conditions: Iterable[Condition], off: Collection[str]) -> tuple[Condition, ...]:
    """The conditions without the filters ``off``, which are as :func:`filters` words them."""
    groups = alternatives(conditions)
    return tuple(c for group in groups if _described(group) not in off for c in group)


def describe(conditions: Iterable[Condition]) -> str:
    """The conditions in words: 部局＝環境部または経済部、締結年度＝令和5年度."""
    return "、".join(_described(group) for group in alternatives(conditions))


def _described(group: Sequence[Condition]) -> str:
    if group[0].negated:
        return f"{group[0].label}以外"
    said = []
    for what, members in groupby(group, key=lambda condition: condition.label.split("＝")[0]):
        values = [member.label.split("＝", 1)[-1] for member in members]
        head = f"{what}＝" if "＝" in group[0].label else ""
        said.append(head + "または".join(dict.fromkeys(values)))
    return "または".join(said)


def _where(conditions: Sequence[Condition]) -> tuple[str, list[object]]:
    if not conditions:
        return "", []
    clauses: list[str] = []
    values: list[object] = []
    for group in alternatives(conditions):
        either = " OR ".join(f"({CONDITIONS[condition.name]})" for condition in group)
        clauses.append(f"NOT ({either})" if group[0].negated else f"({either})")
        for condition in group:
            values.extend(condition.values)
    return "WHERE " + " AND ".join(clauses), values


def holds_figure(text: str, unit: str, low: float, high: float) -> bool:
    """Whether normalized ``text`` has a figure from ``low`` to ``high`` in ``unit``, a pattern."""
    return any(
        low <= float(match[1].replace(",", "")) <= high for match in _in_unit(unit).finditer(text)
    )


@cache
def _in_unit(unit: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.,])(\d[\d,]{{0,15}}(?:\.\d{{1,6}})?)(?:{unit})")


def _says_nothing(cell: str) -> bool:
    """Whether a cell is empty, or only says that the agreement says nothing: 明記なし."""
    return not cell or (len(cell) < _LONGEST_NOTHING and bool(_NOTHING.search(cell)))


def _plain(value: object) -> object:
    """A condition's value as SQLite holds it: dates as ISO text, lists as JSON."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, list) else value


def _row(agreement: Agreement) -> tuple[object, ...]:
    everything = (agreement.title, agreement.partner, agreement.purpose, agreement.content)
    return (
        agreement.no,
        agreement.department,
        agreement.section,
        without_space(agreement.title),
        without_space(agreement.purpose),
        without_space(agreement.content),
        without_space("\n".join(everything)),
        agreement.concluded.isoformat(),
        fiscal_year(agreement.concluded),
        agreement.concluded.year,
        agreement.concluded.month,
        agreement.concluded.day,
        era_name(agreement.concluded),
        len(agreement.partners),
        WITHHELD in agreement.partner,
    )
