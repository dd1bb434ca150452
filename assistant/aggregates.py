"""Counting and grouping over records, by parametrised queries from a small catalogue.

DuckDB does the work; nothing a user typed ever becomes part of a query's text. A selection is a
set of conditions, each out of :data:`CONDITIONS` with its values, all of which must hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from assistant.results import Tally
from index.eras import era_name, fiscal_year
from index.normalization import without_space
from index.records import Agreement

CONDITIONS = {
    "department": "department = ?",
    "section": "section = ?",
    "concluded": "concluded BETWEEN ? AND ?",
    "title": "contains(title, ?)",
    "title_ends": "ends_with(title, ?)",
    "text": "contains(everything, ?)",
    "partner": "no IN (SELECT unnest(?::INTEGER[]))",
    "number": "no IN (SELECT unnest(?::INTEGER[]))",
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
    """The agreements as a DuckDB table; safe to share by threads (each call has its own cursor).

    Args:
        agreements: the rows.
    """

    def __init__(self, agreements: Sequence[Agreement]) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET threads = 1")
        self._connection.execute(
            "CREATE TABLE agreements (no INTEGER, department VARCHAR, section VARCHAR,"
            " title VARCHAR, everything VARCHAR, concluded DATE, fiscal_year INTEGER,"
            " year INTEGER, month INTEGER, era VARCHAR, parties INTEGER, withheld BOOLEAN)"
        )
        self._connection.execute("CREATE TABLE parties (no INTEGER, party VARCHAR)")
        if agreements:
            columns = zip(*(_row(agreement) for agreement in agreements), strict=True)
            marks = ", ".join(["unnest(?)"] * 12)
            self._connection.execute(
                f"INSERT INTO agreements SELECT {marks}",
                [list(column) for column in columns],
            )
            pairs = [(a.no, party) for a in agreements for party in a.partners]
            self._connection.execute(
                "INSERT INTO parties SELECT unnest(?), unnest(?)",
                [[no for no, _ in pairs], [party for _, party in pairs]],
            )

    def select(self, conditions: Sequence[Condition] = ()) -> list[int]:
        """Numbers of the agreements for which all ``conditions`` hold, ascending."""
        where, values = _where(conditions)
        query = f"SELECT no FROM agreements {where} ORDER BY no"  # noqa: S608 - from the catalogue
        return [no for (no,) in self._connection.cursor().execute(query, values).fetchall()]

    def dated(self, conditions: Sequence[Condition] = ()) -> list[tuple[int, date]]:
        """(number, date) of the selected agreements, oldest first."""
        where, values = _where(conditions)
        query = (
            "SELECT no, concluded FROM agreements"  # noqa: S608 - from the catalogue
            f" {where} ORDER BY concluded, no"
        )
        return self._connection.cursor().execute(query, values).fetchall()

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
            f"SELECT {column}, list(DISTINCT no ORDER BY no)"  # noqa: S608 - from the catalogue
            f" FROM {source} {where} GROUP BY {column} ORDER BY count(DISTINCT no) DESC, {column}"
        )
        return self._connection.cursor().execute(query, values).fetchall()

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


def _row(agreement: Agreement) -> tuple[object, ...]:
    everything = (agreement.title, agreement.partner, agreement.purpose, agreement.content)
    return (
        agreement.no,
        agreement.department,
        agreement.section,
        without_space(agreement.title),
        without_space("\n".join(everything)),
        agreement.concluded,
        fiscal_year(agreement.concluded),
        agreement.concluded.year,
        agreement.concluded.month,
        era_name(agreement.concluded),
        len(agreement.partners),
        WITHHELD in agreement.partner,
    )
