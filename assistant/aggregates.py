"""Counting and grouping over records, by parametrised queries from a small catalogue.

SQLite does the work; nothing a user typed ever becomes part of a query's text. A selection is a
set of conditions, each out of :data:`CONDITIONS` with its values, all of which must hold.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.results import Tally
from index.eras import era_name, fiscal_year
from index.normalization import without_space
from index.records import Agreement

CONDITIONS = {
    "department": "department = ?",
    "section": "section = ?",
    "concluded": "concluded BETWEEN ? AND ?",
    "title": "instr(title, ?) > 0",
    "partner": "no IN (SELECT value FROM json_each(?))",
    "number": "no IN (SELECT value FROM json_each(?))",
    "parties": "parties BETWEEN ? AND ?",
    "withheld": "withheld = ?",
}
GROUPS = {
    "department": "department",
    "section": "section",
    "fiscal_year": "fiscal_year",
    "year": "year",
    "month": "month",
    "era": "era",
    "party": "party",
}
WITHHELD = "非公表"


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
    """

    name: str
    values: tuple[object, ...]
    label: str
    negated: bool = False
    start: int = 0
    end: int = 0


class Table:
    """The agreements as an SQLite table in memory; safe to share by threads.

    Args:
        agreements: the rows.
    """

    def __init__(self, agreements: Sequence[Agreement]) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.execute(
            "CREATE TABLE agreements (no INTEGER, department TEXT, section TEXT, title TEXT,"
            " concluded TEXT, fiscal_year INTEGER, year INTEGER, month INTEGER, era TEXT,"
            " parties INTEGER, withheld INTEGER)"
        )
        self._connection.execute("CREATE TABLE parties (no INTEGER, party TEXT)")
        self._connection.executemany(
            "INSERT INTO agreements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_row(agreement) for agreement in agreements],
        )
        self._connection.executemany(
            "INSERT INTO parties VALUES (?, ?)",
            [(agreement.no, party) for agreement in agreements for party in agreement.partners],
        )

    def select(self, conditions: Sequence[Condition] = ()) -> list[int]:
        """Numbers of the agreements for which all ``conditions`` hold, ascending."""
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
    ) -> list[tuple[str | int, list[int]]]:
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
            f"SELECT {column}, json_group_array(DISTINCT no)"  # noqa: S608 - from the catalogue
            f" FROM {source} {where} GROUP BY {column} ORDER BY count(DISTINCT no) DESC, {column}"
        )
        return [(value, sorted(json.loads(nos))) for value, nos in self._all(query, values)]

    def _all(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, tuple(map(_plain, values))).fetchall()

    def tally(self, conditions: Sequence[Condition] = ()) -> Tally:
        """How many agreements the conditions select, which, and what was counted in words."""
        found = self.select(conditions)
        return Tally(len(found), "件", tuple(found), (), describe(conditions))


def describe(conditions: Iterable[Condition]) -> str:
    """The conditions in words: 部局＝環境部、締結年度＝令和5年度."""
    return "、".join(
        f"{condition.label}以外" if condition.negated else condition.label
        for condition in conditions
    )


def _where(conditions: Sequence[Condition]) -> tuple[str, list[object]]:
    if not conditions:
        return "", []
    clauses: list[str] = []
    values: list[object] = []
    for condition in conditions:
        clause = CONDITIONS[condition.name]
        clauses.append(f"NOT ({clause})" if condition.negated else clause)
        values.extend(condition.values)
    return "WHERE " + " AND ".join(clauses), values


def _plain(value: object) -> object:
    """A condition's value as SQLite holds it: dates as ISO text, lists as JSON."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, list) else value


def _row(agreement: Agreement) -> tuple[object, ...]:
    return (
        agreement.no,
        agreement.department,
        agreement.section,
        without_space(agreement.title),
        agreement.concluded.isoformat(),
        fiscal_year(agreement.concluded),
        agreement.concluded.year,
        agreement.concluded.month,
        era_name(agreement.concluded),
        len(agreement.partners),
        WITHHELD in agreement.partner,
    )
