"""The survey's published figures beside the rows counted: equal or not, and why not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from index.eras import fiscal_year, parse_date, parse_year
from index.opened import OpenIndex
from index.records import Agreement, SurveyFact


@dataclass(frozen=True)
class Reconciled:
    """A published figure and what counting the rows gives; None where rows can't tell."""

    fact: SurveyFact
    counted: float | None
    note: str

    @property
    def equal(self) -> bool | None:
        """Whether both agree; None if they can't be compared."""
        return None if self.counted is None else self.counted == self.fact.value


def reconcile(index: OpenIndex) -> list[Reconciled]:
    """Every published figure of the survey, in document order, with the rows counted beside it."""
    agreements = [record for record in index.records.values() if isinstance(record, Agreement)]
    facts = [record for record in index.records.values() if isinstance(record, SurveyFact)]
    by_department = Counter(agreement.department for agreement in agreements)
    by_year = Counter(fiscal_year(agreement.concluded) for agreement in agreements)
    counters: dict[str, Callable[[SurveyFact], Reconciled]] = {
        "協定数": lambda fact: _total(fact, agreements),
        "概要（部局別）": lambda fact: _department(fact, by_department),
        "部局別": lambda fact: _department(fact, by_department),
        "部局別構成比": lambda fact: _share(fact, by_department),
        "年度別": lambda fact: _year(fact, by_year),
    }
    return [counters.get(fact.table, _not_countable)(fact) for fact in facts]


_SINCE = re.compile(r"((?:令和|平成|昭和)(?:\d{1,2}|元)年\d{1,2}月\d{1,2}日)以降")
_YEARS = re.compile(r"([MTSHR]\d{1,2})(?:～([MTSHR]\d{1,2}))?(?:（[^）]{0,20}）)?")


def _total(fact: SurveyFact, agreements: list[Agreement]) -> Reconciled:
    since = _SINCE.search("".join(fact.label.split()))
    if since is None:
        return Reconciled(fact, len(agreements), "一覧の行数")
    first = parse_date(since[1])
    counted = sum(agreement.concluded >= first for agreement in agreements)
    return Reconciled(fact, counted, f"締結日が{since[1]}以降の行数")


def _department(fact: SurveyFact, counts: Counter[str]) -> Reconciled:
    return Reconciled(fact, counts[fact.label], f"部局＝{fact.label} の行数")


def _share(fact: SurveyFact, counts: Counter[str]) -> Reconciled:
    total = sum(counts.values())
    share = counts[fact.label] * 100 / total if total else 0.0
    rounded = int(share * 10 + 0.5) / 10
    return Reconciled(fact, rounded, f"{counts[fact.label]}件÷{total}件、小数点以下第2位を四捨五入")


def _year(fact: SurveyFact, counts: Counter[int]) -> Reconciled:
    match = _YEARS.fullmatch(fact.label)
    if match is None:
        counted = sum(counts.values())
        left_out = counted - int(fact.value)
        note = f"公表の合計は全{counted}件のうち{left_out}件を数えていない" if left_out else ""
        return Reconciled(fact, counted, note or "一覧の行数")
    first, last = parse_year(match[1]), parse_year(match[2] or match[1])
    counted = sum(n for year, n in counts.items() if first <= year <= last)
    return Reconciled(fact, counted, f"締結年度＝{fact.label} の行数")


def _not_countable(fact: SurveyFact) -> Reconciled:
    return Reconciled(fact, None, "一覧の行からは数えられない（調査への各部局の回答）")
