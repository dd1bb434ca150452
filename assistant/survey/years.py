"""The fiscal years that a period of a question is, as the survey counts by them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assistant.survey.cells import Years
from assistant.understanding.periods import FIRST_DAY, LAST_DAY, Period


def ends_of(periods: Iterable[Period]) -> list[Period]:
    """The periods named; the two ends of a stretch instead of it, where they are compared."""
    return [part for period in periods for part in period.ends or (period,)]


def fiscal_years(period: Period, as_of: date) -> tuple[Years, bool] | None:
    """The first and last fiscal year of ``period``; None if it is no stretch of whole ones.

    With them, whether a calendar year was taken for the fiscal year of its name.
    """
    first, last = period.first, period.last
    begins, ends = (first.month, first.day) == (4, 1), (last.month, last.day) == (3, 31)
    if begins and ends:
        return (first.year, last.year - 1), False
    if begins and last in (LAST_DAY, as_of):
        return (first.year, LAST_DAY.year), False
    if first == FIRST_DAY and ends:
        return (FIRST_DAY.year, last.year - 1), False
    whole = (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31)
    if whole or (period.others and first.year == last.year):
        return (first.year, last.year), True
    return None
